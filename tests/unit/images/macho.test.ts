// The Mach-O parser on real libraries and programs of CPython, with llvm-nm as judge, from their files, as they lie in memory and in a fat
// file; on exports tries built here; and on damaged images.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type ByteSource, MalformedImage } from "../../../src/images/byte_source.js";
import type { Image } from "../../../src/images/image.js";
import { findExport } from "../../../src/images/macho_exports.js";
import { sliceSource, slicesOf } from "../../../src/images/macho_fat.js";
import { signatureFacts } from "../../../src/images/macho_signature.js";
import { openImage } from "../../../src/images/open.js";
import { COOKIE, imageFacts } from "../../../src/target/image_facts.js";
import { llvmMissing, llvmTool, macOsPythons, macOsPythonsMissing } from "../../macos_pythons.js";
import { titled } from "../../needs.js";
import { projectRoot } from "../../pythons.js";
import { bytesSource } from "./elf_builder.js";

const lack = macOsPythonsMissing ?? llvmMissing;
const folder = mkdtempSync(join(tmpdir(), "macho-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Names of C and their addresses. */
function namesIn(file: string, ...options: string[]): Map<string, number> {
  const text = execFileSync(llvmTool("llvm-nm") as string, [...options, file], {
    encoding: "latin1",
    maxBuffer: 1 << 26,
  });
  const names = new Map<string, number>();
  for (const line of text.split("\n")) {
    const match = /^([0-9a-f]{16})? +[A-Za-z] _?(\S+)$/.exec(line) ?? /^()_?(\S+)$/.exec(line);
    if (match !== null) names.set(match[2] as string, Number.parseInt(match[1] || "0", 16));
  }
  return names;
}

/** The bytes as dyld maps them: each segment where it belongs, from the image's first byte on. */
function mapped(bytes: Uint8Array): ByteSource {
  const segments = openImage(bytesSource(bytes)).loads;
  const base = segments[0]?.address ?? 0;
  const memory = new Uint8Array(Math.max(...segments.map((one) => one.address - base + one.memorySize)));
  for (const { address, offset, fileSize } of segments) {
    memory.set(bytes.subarray(offset, offset + fileSize), address - base);
  }
  return bytesSource(memory);
}

describe.skipIf(lack !== undefined).each(macOsPythons)(titled("CPython $name for macOS", lack), (python) => {
  const { library, program, machine, version } = python;
  const bytes = readFileSync(library);
  const image = openImage(bytesSource(bytes));
  const start = 0x1_0432_8000n;
  const inMemory = openImage(mapped(bytes), { kind: "memory", start });
  const minor = Number(version.split(".")[1]);

  it("tells its format", () => {
    const { wordSize, littleEndian, isStatic, isFixed, soname } = image;
    expect({ wordSize, littleEndian, machine: image.machine }).toEqual({ wordSize: 8, littleEndian: true, machine });
    expect({ isStatic, isFixed, soname }).toEqual({
      isStatic: false,
      isFixed: false,
      soname: `libpython3.${minor}.dylib`,
    });
  });

  it.each<[string, Image]>([
    ["its file", image],
    ["memory", inMemory],
  ])("gives each name that it exports, out of %s", (_, one) => {
    const names = namesIn(library, "-g", "--defined-only");
    expect(names.size).toBeGreaterThan(1000);
    const found = new Map([...names.keys()].map((name) => [name, one.symbol(name)?.address]));
    expect(found).toEqual(names);
    for (const name of ["_PyRuntim", "_PyRuntimeX", "", "Py"]) expect(one.symbol(name)).toBeUndefined();
  });

  it.each<[string, Image]>([
    ["its file", image],
    ["memory", inMemory],
  ])("gives what is in the table of all, and what it takes from others, out of %s", (_, one) => {
    const address = namesIn(library).get("_PyRuntime");
    expect(address).toBeGreaterThan(0);
    expect(one.hasFullSymbols).toBe(true);
    expect(one.fullSymbol("_PyRuntime")).toEqual({ address, size: 0, table: "full" });
    expect(one.fullSymbol("execve")).toBeUndefined();
    expect(one.imports()).toEqual(new Set(namesIn(library, "-u").keys()));
  });

  it("has the runtime in a section of its own since 3.10, with the cookie since 3.13", () => {
    const runtime = image.symbol("_PyRuntime")?.address ?? 0;
    expect(image.section(".PyRuntime")?.address).toBe(minor < 10 ? undefined : runtime);
    expect(inMemory.section(".PyRuntime")?.address).toBe(minor < 10 ? undefined : runtime);
    expect(Buffer.compare(image.read(runtime, 8), COOKIE) === 0).toBe(minor >= 13);
  });

  it.each([
    ["its file", image],
    ["memory", inMemory],
  ])("is looked into as a binary of any format, out of %s", (_, one) => {
    const facts = imageFacts(one, library, "thorough");
    expect(facts.python?.implementation).toBe("CPython");
    expect(facts.python?.runtime).toEqual({ address: image.symbol("_PyRuntime")?.address, foundBy: "dynamic symbol" });
    // What is in /usr/lib isn't asked for by a file's name.
    expect(facts.needed).toEqual([]);
    if (minor < 11) expect(facts.python?.version?.text).toBe(version);
    else {
      const word = one.read(facts.python?.versionWord ?? 0, 4);
      expect(Buffer.from(word).readUInt32LE() >>> 8).toBe(Number.parseInt(hexOf(version), 16));
    }
  });

  it("has a program that needs its library, and isn't Python by itself", () => {
    const facts = imageFacts(openImage(bytesSource(readFileSync(program))), program, "thorough");
    expect(facts.python).toBeUndefined();
    expect(facts.needed.map((name) => name.slice(name.lastIndexOf("/") + 1))).toEqual([`libpython3.${minor}.dylib`]);
    expect(facts).toMatchObject({ machine, isFixed: false, soname: undefined });
  });

  it("is signed where its processor demands it, and lets others read it", () => {
    const facts = signatureFacts(bytesSource(readFileSync(program)));
    if (machine === "aarch64") expect(facts).toEqual({ isHardened: false, isDebuggable: false });
  });

  it("is refused, or read, wherever it is damaged, and never anything else", () => {
    // The head says where all else lies.
    const head = bytes.readUInt32LE(20) + 32;
    let refused = 0;
    for (let at = 0; at < head; at += 3) {
      const damaged = Buffer.from(bytes.subarray(0, head));
      damaged[at] = (damaged[at] as number) ^ 0xff;
      try {
        const one = openImage({
          read: (position, length) => {
            const end = Math.min(position + Math.min(length, 4096), bytes.length);
            const piece = Buffer.from(bytes.subarray(position, end));
            if (position < head) damaged.copy(piece, 0, position, Math.min(end, head));
            return piece;
          },
        });
        one.symbol("_PyRuntime");
        one.fullSymbol("_PyRuntime");
        one.imports();
        one.section(".PyRuntime");
      } catch (error) {
        expect(error).toBeInstanceOf(MalformedImage);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(5);
  });
});

/** The upper three bytes of PY_VERSION_HEX. */
function hexOf(version: string): string {
  return version
    .split(".")
    .map((part) => Number(part).toString(16).padStart(2, "0"))
    .join("");
}

describe.skipIf(lack !== undefined)(titled("a fat file", lack), () => {
  const ofBoth = macOsPythons.filter(({ version }) => version === "3.14.3");
  it("has an image for each processor, which is the one it was made of", () => {
    const fat = join(folder, "fat.dylib");
    expect(ofBoth.map(({ machine }) => machine).sort()).toEqual(["aarch64", "x86-64"]);
    execFileSync(llvmTool("llvm-lipo") as string, ["-create", ...ofBoth.map(({ library }) => library), "-output", fat]);
    const source = bytesSource(readFileSync(fat));
    const slices = slicesOf(source) ?? [];
    expect(slices).toHaveLength(2);
    for (const slice of slices) {
      const image = openImage(sliceSource(source, slice));
      const own = ofBoth.find(({ machine }) => machine === image.machine);
      const alone = openImage(bytesSource(readFileSync(own?.library ?? "")));
      expect(image.symbol("_PyRuntime")).toEqual(alone.symbol("_PyRuntime"));
      expect(image.fullSymbol("_PyRuntime")).toEqual(alone.fullSymbol("_PyRuntime"));
      // An image ends where its slice does.
      expect(sliceSource(source, slice).read(slice.size - 2, 10)).toHaveLength(2);
    }
    expect(() => openImage(source)).toThrow(MalformedImage);
  });

  it("is no class of Java's, which begins with the same bytes, and no image alone", () => {
    expect(slicesOf(bytesSource(Uint8Array.of(0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 61, 0, 0)))).toBeUndefined();
    expect(slicesOf(bytesSource(readFileSync(join(projectRoot, "prebuilds/darwin-x64.node"))))).toBeUndefined();
  });
});

describe("an exports trie", () => {
  /** A node: what it exports, and its edges, whose nodes are each given in one byte. */
  const node = (terminal: readonly number[], edges: readonly (readonly [string, number])[]) => [
    terminal.length,
    ...terminal,
    edges.length,
    ...edges.flatMap(([letters, child]) => [...Buffer.from(`${letters}\0`), child]),
  ];

  it("may have a node that exports nothing and an edge without letters to the one that does", () => {
    // Twelve bytes, and four.
    const root = node([], [["__PyRuntime", 15]]);
    const inner = node([], [["", 15 + 4]]);
    const last = node([0, 0x40], []);
    expect([root.length, inner.length]).toEqual([15, 4]);
    expect(findExport(Uint8Array.from([...root, ...inner, ...last]), "__PyRuntime")).toBe(0x40);
  });

  it("hands on names of other images, which are not its own, and has others that lie nowhere", () => {
    const root = node([], [["_a", 6]]);
    expect(findExport(Uint8Array.from([...root, ...node([0x08, 1, 0], [])]), "_a")).toBeUndefined();
    expect(findExport(Uint8Array.from([...root, ...node([0x02, 1], [])]), "_a")).toBeUndefined();
    expect(findExport(Uint8Array.from([...root, ...node([0, 1], [])]), "_a")).toBe(1);
  });

  it("that goes round in circles ends", () => {
    expect(findExport(Uint8Array.from(node([], [["", 0]])), "_a")).toBeUndefined();
    expect(findExport(Uint8Array.from([0xff, 0xff, 0xff]), "_a")).toBeUndefined();
    expect(findExport(new Uint8Array(), "_a")).toBeUndefined();
  });
});

describe("the add-ons for macOS", () => {
  it.each([
    ["darwin-x64", "x86-64"],
    ["darwin-arm64", "aarch64"],
  ])("%s is such an image, too", (name, machine) => {
    const source = bytesSource(readFileSync(join(projectRoot, "prebuilds", `${name}.node`)));
    const image = openImage(source);
    expect(image.machine).toBe(machine);
    expect(image.symbol("napi_register_module_v1")?.address).toBeGreaterThan(0);
    expect([...(image.imports() ?? [])]).toEqual(expect.arrayContaining(["task_for_pid", "napi_create_function"]));
    expect(signatureFacts(source)).toEqual(
      name === "darwin-arm64" ? { isHardened: false, isDebuggable: false } : undefined,
    );
  });
});
