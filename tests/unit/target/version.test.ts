// What strings and numbers say about a version.
import { describe, expect, it } from "vitest";
import { ElfImage } from "../../../src/images/elf.js";
import { hexOfVersion, isSupported, versionFromHex, versionFromNumbers } from "../../../src/target/interpreter.js";
import { speaksPython, versionFromName, versionFromStrings } from "../../../src/target/version_strings.js";
import { buildElf, bytesSource } from "../images/elf_builder.js";

describe("PY_VERSION_HEX", () => {
  it.each([
    [0x030c01f0, "3.12.1"],
    [0x030d00c1, "3.13.0rc1"],
    [0x030f00a7, "3.15.0a7"],
    [0x030e00b2, "3.14.0b2"],
    [0x021212f0, "2.18.18"],
  ])("%i is %s, and back", (hex, text) => {
    const version = versionFromHex(hex);
    expect(version).toMatchObject({ text, hex });
    expect(hexOfVersion(version ?? versionFromNumbers(0, 0))).toBe(hex);
  });

  it.each([0, 0xffffffff, 0x040c01f0, 0x030c0110])("%i is none", (hex) => {
    expect(versionFromHex(hex)).toBeUndefined();
  });

  it("is unknown without the patch release", () => {
    expect(hexOfVersion(versionFromNumbers(3, 9))).toBeUndefined();
  });
});

describe("a version", () => {
  it("is written with a question mark where the patch release is unknown", () => {
    expect(versionFromNumbers(3, 9).text).toBe("3.9.?");
    expect(versionFromNumbers(3, 9, 0, "rc1").text).toBe("3.9.0rc1");
  });

  it("is supported from 3.9 on", () => {
    const supported = (major: number, minor: number) => isSupported(versionFromNumbers(major, minor));
    expect([supported(2, 7), supported(3, 8), supported(3, 9), supported(3, 15), supported(3, 40)]).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
  });

  it.each([
    ["libpython3.9.so.1.0", "3.9.?"],
    ["/usr/bin/python3.13d", "3.13.?"],
    ["libpypy3.10-c.so", "3.10.?"],
    ["python3", undefined],
    ["sleep", undefined],
  ])("in the name %s is %s", (name, text) => {
    expect(versionFromName(name)?.text).toBe(text);
  });
});

describe("strings of a binary", () => {
  const image = (text: string, wordSize: 4 | 8 = 8) =>
    new ElfImage(bytesSource(buildElf({ wordSize, constants: Buffer.from(text, "latin1") })));
  const version = (text: string, name = "program", wordSize: 4 | 8 = 8) =>
    versionFromStrings(image(text, wordSize), name)?.text;

  it("state a version that a path or the name confirms", () => {
    expect(version("\x003.9.18\0lib/python3.9\0")).toBe("3.9.18");
    expect(version("\x003.9.18\0", "libpython3.9.so.1.0")).toBe("3.9.18");
    expect(version("/opt/3.9.18\0python3.9\0")).toBe("3.9.18");
    expect(version("\x003.10.0rc2\0lib/python3.10\0")).toBe("3.10.0rc2");
    expect(version("\x003.9.2+\0lib/python3.9\0")).toBe("3.9.2");
  });

  it("prefer the literal that stands alone, and admit that two contradict", () => {
    expect(version("/opt/3.9.1\0x\x003.9.18\0python3.9\0")).toBe("3.9.18");
    expect(version("/opt/3.9.1\0/opt/3.9.18\0python3.9\0")).toBe("3.9.?");
  });

  it("of other libraries are told apart", () => {
    expect(version("\x003.40.1\0\x003.9.18\0lib/python3.9\0")).toBe("3.9.18");
    expect(version("\x003.40.1\0GLIBC_2.3.4\0")).toBeUndefined();
    expect(version("\x0013.9.18\0python3.9\0")).toBeUndefined();
    expect(version("\x003.40.1\0", "libpython3.9.so.1.0")).toBe("3.9.?");
  });

  it("are confirmed by the number where no path is", () => {
    const word = (size: number) => `\xf0\x07\x0b\x03${"\0".repeat(size - 4)}`;
    const literals = "3.40.1\0\x003.11.7\0".padStart(24, "\0");
    expect(version(`${word(8)}${literals}`)).toBe("3.11.7");
    expect(version(`${word(4)}${literals}`, "program", 4)).toBe("3.11.7");
    expect(version(`\0${word(8)}${literals}`)).toBeUndefined();
  });

  it("give a CPython away", () => {
    expect(speaksPython(image("\0Fatal Python error: \0"))).toBe(true);
    expect(speaksPython(image("\0PYTHONHOME\0"))).toBe(false);
  });

  it("are found across the borders of the pieces they are read in", () => {
    for (let at = (1 << 20) - 600; at < (1 << 20) + 8; at += 8) {
      expect(version(`${"x".repeat(at)}\x003.9.18\0lib/python3.9\0`)).toBe("3.9.18");
    }
  });
});
