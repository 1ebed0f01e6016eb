// The ELF parser on images built here, of every word size, byte order and hash table; on damaged ones; and on real
// libraries with nm as judge.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { OpenFile } from "../../../src/host/linux/index.js";
import { MalformedImage } from "../../../src/images/byte_source.js";
import { ElfImage } from "../../../src/images/elf.js";
import { loadBias } from "../../../src/images/image.js";
import { BASE, buildElf, bytesSource, type Plan } from "./elf_builder.js";

const exports = ["_PyRuntime", "Py_GetVersion", "Py_Version", "PyEval_EvalCode", "a", "b", "c"];
const dynamic = [
  { name: "execve" },
  { name: "read" },
  ...exports.map((name, i) => ({ name, address: BASE + 0x100 * (i + 1) })),
];

const plans = ([4, 8] as const).flatMap((wordSize) =>
  [true, false].flatMap((littleEndian) =>
    (["gnu", "sysv", "none"] as const).map((hash) => ({ wordSize, littleEndian, hash }) satisfies Plan),
  ),
);

describe.each(plans)("a $wordSize-byte image, little-endian: $littleEndian, hash table: $hash", (kind) => {
  const plan: Plan = { ...kind, dynamic, needed: ["libc.so.6", "libz.so.1"], soname: "libpython3.9.so.1.0" };

  it("tells its format", () => {
    const { wordSize, littleEndian, machine } = new ElfImage(bytesSource(buildElf(plan)));
    expect({ wordSize, littleEndian, machine }).toEqual({
      wordSize: kind.wordSize,
      littleEndian: kind.littleEndian,
      machine: kind.wordSize === 8 ? "x86-64" : "i386",
    });
  });

  it("gives each symbol it defines, with and without section headers", () => {
    for (const withSections of [true, false]) {
      const image = new ElfImage(bytesSource(buildElf({ ...plan, withSections })));
      exports.forEach((name, i) => {
        expect(image.symbol(name)).toEqual({ address: BASE + 0x100 * (i + 1), size: 8, table: "dynamic" });
      });
      expect(image.symbol("execve")).toBeUndefined();
      expect(image.symbol("_PyRuntim")).toBeUndefined();
      expect(image.symbol("_PyRuntimeX")).toBeUndefined();
    }
  });

  it("lists what it takes from others", () => {
    for (const withSections of [true, false]) {
      const image = new ElfImage(bytesSource(buildElf({ ...plan, withSections })));
      expect(image.dynamic?.imports()).toEqual(new Set(["execve", "read"]));
      expect(image.dynamic?.needed).toEqual(["libc.so.6", "libz.so.1"]);
      expect(image.dynamic?.soname).toBe("libpython3.9.so.1.0");
    }
  });

  it("is read the same way in memory, whether or not its dynamic table was relocated", () => {
    const bias = 0x20000000;
    for (const relocated of [0, bias]) {
      const bytes = buildElf({ ...plan, relocated, withSections: false });
      const image = new ElfImage(bytesSource(bytes), { kind: "memory", start: BigInt(BASE + bias) });
      expect(image.symbol("_PyRuntime")?.address).toBe(BASE + 0x100);
      expect(image.dynamic?.imports()).toEqual(new Set(["execve", "read"]));
      expect(image.sections).toEqual([]);
    }
  });

  it("gives sections and the symbols of the full table", () => {
    const section = Uint8Array.of(1, 2, 3, 4);
    const full = [
      { name: "not_PyRuntime", address: 1 },
      { name: "_PyRuntime", address: BASE + 0x42 },
      { name: "main" },
    ];
    const image = new ElfImage(bytesSource(buildElf({ ...kind, full, section })));
    expect(image.fullSymbol("_PyRuntime")).toEqual({ address: BASE + 0x42, size: 8, table: "full" });
    expect(image.fullSymbol("main")).toBeUndefined();
    expect(image.symbol("_PyRuntime")).toBeUndefined();
    expect(image.read(image.section(".PyRuntime")?.address ?? 0, 100).subarray(0, 4)).toEqual(section);
    expect(image.section(".bss")).toBeUndefined();
  });
});

describe("the load bias", () => {
  const load = { type: 1, readable: true, writable: false, executable: false };
  const loads = [
    { ...load, offset: 0x1000, address: 0x401000, fileSize: 0x10, memorySize: 0x10 },
    { ...load, offset: 0x2468, address: 0x403468, fileSize: 0x10, memorySize: 0x100 },
  ];

  it("comes from the first segment that is mapped", () => {
    expect(loadBias(loads, [{ start: 0x401000n, end: 0x402000n, offset: 0x1000 }])).toBe(0n);
    expect(loadBias(loads, [{ start: 0x7f0000003000n, end: 0x7f0000004000n, offset: 0x2000 }])).toBe(0x7effffc00000n);
  });

  it("is undefined when nothing is mapped where it should be", () => {
    expect(loadBias(loads, [{ start: 0x401000n, end: 0x402000n, offset: 0x8000 }])).toBeUndefined();
    expect(loadBias([], [{ start: 0x401000n, end: 0x402000n, offset: 0 }])).toBeUndefined();
  });
});

describe("damaged images", () => {
  /** Ask for everything; the only error allowed is the named one. */
  function exercise(bytes: Uint8Array): "read" | "refused" {
    try {
      const image = new ElfImage(bytesSource(bytes));
      image.symbol("_PyRuntime");
      image.symbol("absent");
      image.fullSymbol("_PyRuntime");
      image.dynamic?.imports();
      image.dynamic?.needed.concat(image.dynamic.soname ?? "");
      image.section(".PyRuntime");
      loadBias(image.loads, []);
      return "read";
    } catch (error) {
      if (error instanceof MalformedImage) return "refused";
      throw error;
    }
  }

  const full = [{ name: "_PyRuntime", address: BASE }];
  const whole = plans.map((kind) => buildElf({ ...kind, dynamic, full, section: new Uint8Array(16) }));

  it("cut short at every length are read or refused", () => {
    for (const bytes of whole) {
      for (let length = 0; length < bytes.length; length++) exercise(bytes.subarray(0, length));
      expect(exercise(bytes)).toBe("read");
      expect(exercise(bytes.subarray(0, 15))).toBe("refused");
    }
  });

  it("with any byte set to 0, 255 or a neighbour are read or refused", () => {
    for (const bytes of whole) {
      for (let at = 0; at < bytes.length; at++) {
        const kept = bytes[at] as number;
        for (const value of [0, 255, (kept + 1) & 255, (kept - 1) & 255]) {
          bytes[at] = value;
          exercise(bytes);
        }
        bytes[at] = kept;
      }
      expect(exercise(bytes)).toBe("read");
    }
  });

  it("that are no ELF are refused", () => {
    for (const text of ["", "#!/bin/sh\n", "\x7fELF", `\x7fELF\x03\x01${"\0".repeat(64)}`]) {
      expect(exercise(Buffer.from(text, "latin1"))).toBe("refused");
    }
  });
});

describe("real libraries, nm as judge", () => {
  const mapped = new Set(
    readFileSync("/proc/self/maps", "utf8")
      .split("\n")
      .map((line) => /\S+\.so[.\d]*$/.exec(line)?.[0])
      .filter((path) => path !== undefined),
  );

  it.each([...mapped])("%s", (path) => {
    const file = new OpenFile(path);
    try {
      const image = new ElfImage(file);
      const lines = execFileSync("nm", ["-D", path], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
        stdio: ["ignore", "pipe", "ignore"],
      });
      const defined = new Map<string, Set<number>>();
      const imported = new Set<string>();
      for (const line of lines.split("\n")) {
        const [, address, kind, name] = /^([0-9a-f]+)? +([A-Za-z]) ([^@]+)/.exec(line) ?? [];
        if (name === undefined || kind === undefined) continue;
        if (address === undefined) imported.add(name);
        // Indirect functions and absolute names of versions have no place of their own.
        else if (!"A".includes(kind))
          defined.set(name, (defined.get(name) ?? new Set()).add(Number.parseInt(address, 16)));
      }
      for (const [name, addresses] of defined) {
        expect(addresses, name).toContain(image.symbol(name)?.address);
      }
      expect(image.dynamic?.imports()).toEqual(imported);
    } finally {
      file.close();
    }
  });
});
