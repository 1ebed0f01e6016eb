// PE images: the project's own add-on for Windows, CPython's own DLLs where they are, and damaged ones.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { MalformedImage } from "../../../src/images/byte_source.js";
import { loadBias } from "../../../src/images/image.js";
import { openImage } from "../../../src/images/open.js";
import { PeImage } from "../../../src/images/pe.js";
import { imageFacts } from "../../../src/target/image_facts.js";
import { versionFromHex } from "../../../src/target/interpreter.js";
import { titled, unlessThere } from "../../needs.js";
import { projectRoot } from "../../pythons.js";
import { windowsPythons } from "../../windows.js";

const source = (bytes: Uint8Array) => ({
  read: (position: number, length: number) =>
    position < 0 ? new Uint8Array() : bytes.subarray(position, position + length),
});

const ADD_ONS = [
  ["win32-x64", "x86-64"],
  ["win32-arm64", "aarch64"],
] as const;

/** As the loader lays it out. */
function inMemory(image: PeImage, bytes: Uint8Array): Uint8Array {
  const size = Math.max(...image.loads.map(({ address, memorySize }) => address + memorySize));
  const memory = new Uint8Array(size);
  for (const { offset, address, fileSize } of image.loads)
    memory.set(bytes.subarray(offset, offset + fileSize), address);
  return memory;
}

describe.each(ADD_ONS)("the add-on %s", (name, machine) => {
  const bytes = readFileSync(join(projectRoot, `prebuilds/${name}.node`));
  const image = openImage(source(bytes)) as PeImage;

  it("is read as it is", () => {
    expect(image).toBeInstanceOf(PeImage);
    expect([image.machine, image.wordSize, image.longSize, image.littleEndian]).toEqual([machine, 8, 4, true]);
    expect(image.needed).toEqual(["KERNEL32.dll"]);
    expect(image.symbol("napi_register_module_v1")?.address).toBeGreaterThan(0);
    expect(image.symbol("node_api_module_get_api_version_v1")?.address).toBeGreaterThan(0);
    expect(image.symbol("napi_register_module_v")).toBeUndefined();
    expect(image.symbol("zzz")).toBeUndefined();
    expect(image.imports()).toContain("ReadProcessMemory");
    expect(image.section(".text")?.address).toBeGreaterThan(0);
    expect(image.section(".bss!")).toBeUndefined();
  });

  it("says the same from memory, wherever it lies", () => {
    const memory = openImage(source(inMemory(image, bytes)), { kind: "memory", start: 0x7ff8_0000_0000n }) as PeImage;
    const exported = "napi_register_module_v1";
    expect(memory.symbol(exported)).toEqual(image.symbol(exported));
    expect(memory.imports()).toEqual(image.imports());
    const at = memory.symbol(exported)?.address as number;
    expect(Buffer.from(memory.read(at, 16)).equals(image.read(at, 16))).toBe(true);
    const mapped = [{ start: 0x7ff8_0000_0000n, end: 0x7ff8_0010_0000n, offset: 0 }];
    expect(loadBias(memory.loads, mapped)).toBe(0x7ff8_0000_0000n);
  });

  it("is refused by name where it is damaged, and never otherwise", () => {
    const outcomes = new Set<string>();
    const exercise = (damaged: Uint8Array) => {
      try {
        const one = new PeImage(source(damaged));
        one.symbol("napi_register_module_v1");
        one.imports();
        outcomes.add(one.needed.length > 0 ? "read" : "read, and asks for nothing");
      } catch (error) {
        if (!(error instanceof MalformedImage)) throw error;
        outcomes.add("refused");
      }
    };
    for (let length = 0; length < bytes.length; length += 61) exercise(bytes.subarray(0, length));
    for (let at = 0; at < 1024; at++) {
      for (const value of [0, 0xff]) {
        const damaged = Buffer.from(bytes);
        damaged[at] = value;
        exercise(damaged);
      }
    }
    expect([...outcomes]).toEqual(expect.arrayContaining(["read", "refused"]));
  });
});

const pythons = windowsPythons();
const lack = unlessThere(pythons.length > 0, "CPythons for Windows: bash .ci/windows.sh .cache/windows");

describe.skipIf(lack !== undefined)(titled("CPython's own", lack), () => {
  it.each(pythons)("DLL of $name", ({ version: [major, minor, micro], path }) => {
    const folder = join(path, "..");
    const name = readdirSync(folder).find((file) => file === `python${major}${minor}.dll`) as string;
    expect(existsSync(join(folder, name))).toBe(true);
    const image = openImage(source(readFileSync(join(folder, name)))) as PeImage;
    const { python, longSize, becomes } = imageFacts(image, `C:\\Python\\${name}`, "thorough");
    expect([longSize, becomes, python?.implementation, python?.runtime?.foundBy]).toEqual([
      4,
      undefined,
      "CPython",
      "dynamic symbol",
    ]);
    // Its section is its own from 3.10 on.
    const section = image.section("PyRuntim");
    expect(section?.address).toBe(minor < 10 ? undefined : python?.runtime?.address);
    if (minor >= 11) {
      const word = image.read(python?.versionWord as number, 4);
      expect(versionFromHex(Buffer.from(word).readUInt32LE())?.text).toBe(`${major}.${minor}.${micro}`);
    } else {
      expect(python?.version?.text).toBe(`${major}.${minor}.${micro}`);
    }
    // The program asks for it by name, and may start others.
    const program = openImage(source(readFileSync(path))) as PeImage;
    expect(program.needed.map((one) => one.toLowerCase())).toContain(name);
  });
});
