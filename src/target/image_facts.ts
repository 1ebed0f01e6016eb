// What one binary tells about Python. In: an image. Out: where in it the runtime lies, its version as far as the
// binary states it, and whether the program could turn into another. Knows no process: addresses are as linked.
import { basename } from "node:path";
import { MalformedImage } from "../images/byte_source.js";
import type { Image, Load, OwnPointer } from "../images/image.js";
import type { FoundBy, PythonVersion } from "./interpreter.js";
import { speaksPython, versionFromName, versionFromStrings } from "./version_strings.js";

/** The facts of one binary. */
export interface ImageFacts {
  readonly wordSize: 4 | 8;
  readonly longSize: 4 | 8;
  readonly littleEndian: boolean;
  readonly machine: string;
  /** What is loaded of it. */
  readonly loads: readonly Load[];
  /** Whether it lies where it was linked, in the eyes of the program; else a pointer that tells where it does. */
  readonly isFixed: boolean;
  readonly ownPointer: OwnPointer | undefined;
  /** Undefined when it holds no Python. */
  readonly python: PythonFacts | undefined;
  /** Names under which other images ask for this one, and those of the images it asks for. */
  readonly soname: string | undefined;
  readonly needed: readonly string[];
  /**
   * The call by which its code may start another program in its place or load one; "" for none, undefined: unknown, or
   * it holds Python.
   */
  readonly becomes: string | undefined;
}

export interface PythonFacts {
  readonly implementation: "CPython" | "PyPy";
  /** Undefined when it must be looked for in the process. */
  readonly runtime: { readonly address: number; readonly foundBy: FoundBy } | undefined;
  /** Address of the word `Py_Version` (3.11 and later). */
  readonly versionWord: number | undefined;
  /** What its strings say, where no word does. */
  readonly version: PythonVersion | undefined;
}

/** How much an image is looked into: all of it when it's the program itself or its name speaks of Python. */
export type Depth = "thorough" | "quick";

/** The first eight bytes of `_Py_DebugOffsets`. */
export const COOKIE = Buffer.from("xdebugpy", "latin1");

const CHUNK_BYTES = 1 << 20;
const MAX_DATA_BYTES = 64 << 20;

/**
 * Functions that replace the program, or load a library into it. Functions that start another process, such as
 * posix_spawn and system, don't turn this one into Python.
 */
const BECOMING = [
  "execve",
  "execv",
  "execvp",
  "execvpe",
  "execl",
  "execlp",
  "execle",
  "fexecve",
  "execveat",
  "dlopen",
  "dlmopen",
  "LoadLibraryA",
  "LoadLibraryW",
  "LoadLibraryExA",
  "LoadLibraryExW",
  // What a launcher of Windows does in the place of exec.
  "CreateProcessA",
  "CreateProcessW",
] as const;

/** The section that the runtime has for itself; names of PE have eight letters. */
const RUNTIME_SECTIONS = [".PyRuntime", "PyRuntim"] as const;

/**
 * Look into an image.
 *
 * @param path where it was mapped from
 * @throws MalformedImage
 */
export function imageFacts(image: Image, path: string, depth: Depth): ImageFacts {
  const soname = image.soname;
  const python = pythonFacts(image, soname ?? baseName(path), depth);
  return {
    wordSize: image.wordSize,
    longSize: image.longSize,
    littleEndian: image.littleEndian,
    machine: image.machine,
    loads: image.loads,
    isFixed: image.isFixed,
    ownPointer: image.ownPointer,
    python,
    soname,
    needed: image.needed,
    // What is Python already needn't become it, and listing what libpython takes from others takes milliseconds.
    becomes: python === undefined ? becomes(image, depth) : undefined,
  };
}

/** The last part of a path, as the system that we run on writes paths. */
export const baseName = basename;

function pythonFacts(image: Image, name: string, depth: Depth): PythonFacts | undefined {
  if (/^(lib)?pypy/.test(name) || image.symbol("pypy_execute_source") !== undefined) {
    const version = versionFromName(name);
    return { implementation: "PyPy", runtime: undefined, versionWord: undefined, version };
  }
  const runtime = findRuntime(image, depth);
  const find = (symbol: string) =>
    image.symbol(symbol) ?? (depth === "thorough" ? image.fullSymbol(symbol) : undefined);
  const isPython = runtime !== undefined || image.symbol("Py_GetVersion") !== undefined;
  // Stripped, a runtime without a section of its own and without debug offsets leaves no trace but its strings.
  const isHidden = !isPython && depth === "thorough" && speaksPython(image);
  if (!isPython && !isHidden) return undefined;
  const versionWord = isPython ? find("Py_Version")?.address : undefined;
  const version = versionWord === undefined ? versionFromStrings(image, name) : undefined;
  if (isHidden && version?.micro === undefined) return undefined;
  return { implementation: "CPython", runtime, versionWord, version };
}

function findRuntime(image: Image, depth: Depth): PythonFacts["runtime"] {
  const exported = image.symbol("_PyRuntime");
  if (exported !== undefined) return { address: exported.address, foundBy: "dynamic symbol" };
  if (depth === "thorough") {
    const named = image.fullSymbol("_PyRuntime");
    if (named !== undefined) return { address: named.address, foundBy: "full symbol" };
  }
  for (const name of RUNTIME_SECTIONS) {
    const section = image.section(name);
    if (section !== undefined) return { address: section.address, foundBy: "section" };
  }
  if (depth === "thorough") {
    const address = findCookie(image);
    if (address !== undefined) return { address, foundBy: "cookie" };
  }
  return undefined;
}

function findCookie(image: Image): number | undefined {
  let left = MAX_DATA_BYTES;
  for (const load of image.loads) {
    if (!load.writable) continue;
    for (let at = 0; at < load.fileSize && left > 0; at += CHUNK_BYTES, left -= CHUNK_BYTES) {
      const bytes = image.read(load.address + at, CHUNK_BYTES + COOKIE.length);
      const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let hit = chunk.indexOf(COOKIE); hit >= 0; hit = chunk.indexOf(COOKIE, hit + 1)) {
        const address = load.address + at + hit;
        if (address % image.wordSize === 0) return address;
      }
    }
  }
  return undefined;
}

function becomes(image: Image, depth: Depth): string | undefined {
  try {
    if (depth === "thorough" && image.isStatic) {
      // A static program carries its own execve; its full symbol table tells, if it still has one.
      if (!image.hasFullSymbols) return undefined;
      return BECOMING.find((name) => image.fullSymbol(name) !== undefined) ?? "";
    }
    const imports = image.imports();
    const becoming = [...BECOMING, ...(image.replacing ?? [])];
    return imports === undefined ? undefined : (becoming.find((name) => imports.has(name)) ?? "");
  } catch (error) {
    if (error instanceof MalformedImage) return undefined;
    throw error;
  }
}
