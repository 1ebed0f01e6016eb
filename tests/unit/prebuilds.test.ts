// The add-ons that come with the package: for which processor each is, what it asks for, and that what is wrong with one is found. That they
// are what the sources make is asked by `npm run check:prebuilds`, which takes a compiler.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { projectRoot } from "../pythons.js";

interface Check {
  allowedSymbols(text: string, symbols: unknown): Set<string>;
  askedOf(bytes: Uint8Array): { undefined: string[]; exported: string[]; libraries: string[]; isVersioned: boolean };
  faults(committed: Uint8Array | undefined, fresh: Uint8Array, allowed: ReadonlySet<string>): string[];
}

const checkPath = pathToFileURL(join(projectRoot, "native/prebuild_faults.mjs")).href;
const { allowedSymbols, askedOf, faults } = (await import(checkPath)) as Check;
const { symbols } = createRequire(import.meta.url)("node-api-headers") as { symbols: Record<string, unknown> };
const allowed = allowedSymbols(readFileSync(join(projectRoot, "native/allowed_symbols.txt"), "utf8"), symbols.v8);
const folder = join(projectRoot, "prebuilds");

/** Of each file: 32 or 64 bits, and the processor's number in ELF. */
const FILES: readonly (readonly [string, number, number])[] = [
  ["linux-arm.node", 32, 40],
  ["linux-arm64.node", 64, 183],
  ["linux-ia32.node", 32, 3],
  ["linux-ppc64.node", 64, 21],
  ["linux-x64.node", 64, 62],
];

/** Of each file for Windows: the processor's number in PE. */
const WINDOWS_FILES: readonly (readonly [string, number])[] = [
  ["win32-arm64.node", 0xaa64],
  ["win32-x64.node", 0x8664],
];

/** Of each file for macOS: the processor's number in Mach-O (mach/machine.h). */
const MACOS_FILES: readonly (readonly [string, number])[] = [
  ["darwin-arm64.node", 0x0100000c],
  ["darwin-x64.node", 0x01000007],
];

it("are there for these processors", () => {
  const files = [...FILES, ...WINDOWS_FILES, ...MACOS_FILES].map(([name]) => name);
  expect(readdirSync(folder).sort()).toEqual(files.sort());
});

describe.each(FILES)("%s", (name, bits, machine) => {
  const bytes = readFileSync(join(folder, name));

  it("is for the processor that its name says", () => {
    expect([bytes[4] === 2 ? 64 : 32, bytes.readUInt16LE(18)]).toEqual([bits, machine]);
  });

  it("asks for no library, no version and no name but those that are allowed", () => {
    expect(faults(bytes, bytes, allowed)).toEqual([]);
    // It does ask for something: the list is read.
    expect(askedOf(bytes).undefined).toEqual(expect.arrayContaining(["napi_create_function", "process_vm_readv"]));
  });
});

describe.each(WINDOWS_FILES)("%s", (name, machine) => {
  const bytes = readFileSync(join(folder, name));

  it("is for the processor that its name says", () => {
    expect(bytes.readUInt16LE(bytes.readUInt32LE(60) + 4)).toBe(machine);
  });

  it("asks for kernel32 alone, and no name but those that are allowed", () => {
    expect(faults(bytes, bytes, allowed)).toEqual([]);
    const asked = askedOf(bytes);
    expect(asked.libraries).toEqual(["KERNEL32.dll"]);
    expect(asked.undefined).toEqual(expect.arrayContaining(["napi_create_function", "ReadProcessMemory", "uv_walk"]));
    const fewer = new Set(allowed);
    for (const taken of ["uv_walk", "ReadProcessMemory"]) fewer.delete(taken);
    expect(faults(bytes, bytes, fewer)).toEqual([expect.stringMatching(/ReadProcessMemory, uv_walk, which/)]);
  });

  it("asks Node for what its sources call, and for no more", () => {
    const listed = readFileSync(join(projectRoot, "native/node_functions_windows.h"), "utf8");
    const names = [...listed.matchAll(/^NODE_FUNCTION\((\w+)\)$/gm)].map(([, one]) => one as string);
    const asked = askedOf(bytes).undefined.filter((one) => /^(napi|node_api|uv)_/.test(one));
    expect(asked.sort()).toEqual(names.sort());
  });
});

describe.each(MACOS_FILES)("%s", (name, processor) => {
  const bytes = readFileSync(join(folder, name));

  it("is for the processor that its name says", () => {
    expect(bytes.readUInt32LE(4)).toBe(processor);
  });

  it("asks for nothing but libSystem and Node, and names nobody's folder", () => {
    expect(faults(bytes, bytes, allowed)).toEqual([]);
    const asked = askedOf(bytes);
    expect(asked.undefined).toEqual(expect.arrayContaining(["napi_create_function", "mach_vm_read_overwrite"]));
    expect(asked.libraries).toEqual(["/usr/lib/libSystem.B.dylib"]);
    expect(bytes.toString("latin1")).not.toMatch(/\/(?:root|home|tmp|work)\//);
  });

  it("is told from one whose names are not allowed, whose library is another, or that shows more", () => {
    const fewer = new Set(allowed);
    fewer.delete("task_for_pid");
    expect(faults(bytes, bytes, fewer)).toEqual(["asks for task_for_pid, which allowed_symbols.txt has not"]);
    const other = Buffer.from(bytes);
    other.write("X", other.indexOf("libSystem.B.dylib"));
    expect(faults(other, other, allowed)[0]).toMatch(/^asks for libraries: .usr.lib.XibSystem/);
  });
});

it("an add-on for Apple's processors has the hash of each of its pages, and is told from one that hasn't", () => {
  const bytes = readFileSync(join(folder, "darwin-arm64.node"));
  for (const page of [1, 3]) {
    const other = Buffer.from(bytes);
    // Of 16 KiB, as that processor has them there.
    const at = page * 16_384 + 8;
    other[at] = (other[at] as number) ^ 1;
    const pages = faults(other, other, allowed).filter((fault) => fault.includes("hashes of pages"));
    expect(pages).toEqual([`has a signature with other hashes of pages ${page}`]);
  }
});

describe("what is wrong with one", () => {
  const bytes = readFileSync(join(folder, "linux-x64.node"));

  it("is that it isn't there", () => expect(faults(undefined, bytes, allowed)).toEqual(["is not there"]));

  it("is that it differs by a bit from what the sources make", () => {
    const other = Buffer.from(bytes);
    other[other.length >> 1] = (other[other.length >> 1] as number) ^ 1;
    expect(faults(other, bytes, allowed)).toEqual(["is not what the sources make"]);
  });

  it("is a name that may be nowhere", () => {
    const fewer = new Set(allowed);
    fewer.delete("ppoll");
    fewer.delete("napi_throw_error");
    const [fault, ...others] = faults(bytes, bytes, fewer);
    expect(fault).toMatch(/^asks for (ppoll, napi_throw_error|napi_throw_error, ppoll), which/);
    expect(others).toEqual([]);
  });

  it("is a library, a version, and that Node wouldn't know it: as with any program", () => {
    const program = readFileSync("/usr/bin/env");
    const found = faults(program, program, allowed);
    expect(found).toContainEqual(expect.stringMatching(/^asks for libraries: .*\blibc\.so/));
    expect(found).toContain("asks for versions of symbols");
    expect(found.at(-1)).toMatch(/^shows /);
  });
});

it("the list of allowed names takes comments, and has none of what only one C library means so", () => {
  expect(allowedSymbols("# a\nb # c\n\n", { js_native_api_symbols: ["d"], node_api_symbols: ["e"] })).toEqual(
    new Set(["b", "d", "e"]),
  );
  for (const name of ["pread", "pread64", "snprintf", "__sched_cpualloc", "_Znwm", "fmod"]) {
    expect([...allowed]).not.toContain(name);
  }
});
