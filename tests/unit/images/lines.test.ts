// Lines of addresses, judged by addr2line and llvm-symbolizer: of a program of C++ that is compiled in all ways that change its line numbers, and of real libraries. And line
// numbers that no compiler makes.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readHeader, readSections, type Section } from "../../../src/images/elf_header.js";
import { ByteCursor } from "../../../src/images/lines/byte_cursor.js";
import { type LineHeader, readLineHeader } from "../../../src/images/lines/line_header.js";
import { LineRows, runLineProgram } from "../../../src/images/lines/line_program.js";
import { LineSequences } from "../../../src/images/lines/line_sequences.js";
import { openLines } from "../../../src/images/lines/open.js";
import { sourcePath } from "../../../src/images/lines/source_path.js";
import { readFunctions } from "../../../src/images/open.js";
import { unpack } from "../../../src/symbols/unpack.js";
import { integers } from "../../capture/random.js";
import { titled } from "../../needs.js";
import { eachPython, projectRoot } from "../../pythons.js";
import {
  addr2line,
  addr2lineMissing,
  compilerMissing,
  type JudgedPlace,
  llvmSymbolizer,
  symbolizerMissing,
} from "../../symbols/judges.js";
import { compileSums, rustMissing } from "../../symbols/shapes.js";
import { bytesSource } from "./elf_builder.js";

const scratch = mkdtempSync(join(tmpdir(), "lines-"));
const SOURCES = join(projectRoot, "tests/targets/lines");
const missing = compilerMissing ?? addr2lineMissing ?? symbolizerMissing;

afterAll(() => rmSync(scratch, { recursive: true }));

let built = 0;

function compiled(...options: readonly string[]): string {
  const path = join(scratch, `shapes-${built++}`);
  execFileSync("g++", [...options, "shapes.cc", "-o", path], { cwd: SOURCES });
  return path;
}

function sectionOf(path: string, name: string): Section {
  const file = bytesSource(readFileSync(path));
  return readSections(file, readHeader(file)).find((one) => one.name === name) as Section;
}

/** What ours says of each address. */
function lines(path: string, addresses: readonly number[]): string[] {
  const table = openLines(bytesSource(readFileSync(path)), unpack);
  return addresses.map((address) => {
    const { file = "", line = 0 } = table.lineAt(address) ?? {};
    return line === 0 ? "none" : `${file}:${line}`;
  });
}

/** What a judge says of it: the innermost function's place. Where there is no line, some name the file that a symbol was of. */
function judged(places: readonly (readonly JudgedPlace[])[]): string[] {
  return places.map(([place]) => (place === undefined || place.line === 0 ? "none" : `${place.file}:${place.line}`));
}

/** Those of which no judge says the same. */
function disputed(path: string, addresses: readonly number[]): string[] {
  const gnu = judged(addr2line(path, addresses));
  const llvm = judged(llvmSymbolizer(path, addresses));
  expect([gnu.length, llvm.length]).toEqual([addresses.length, addresses.length]);
  return lines(path, addresses).flatMap((text, at) =>
    text === gnu[at] || text === llvm[at] ? [] : `${addresses[at]?.toString(16)}: ${text}, ${gnu[at]}, ${llvm[at]}`,
  );
}

describe.skipIf(missing !== undefined)(titled("lines of a program of C++", missing), () => {
  it.each([
    ["DWARF 2", ["-gdwarf-2", "-gstrict-dwarf", "-O0"]],
    ["DWARF 3", ["-gdwarf-3", "-gstrict-dwarf", "-O1"]],
    ["DWARF 4", ["-gdwarf-4", "-O2"]],
    ["DWARF 5", ["-gdwarf-5", "-O2"]],
    ["DWARF 5 without optimisation", ["-gdwarf-5", "-O0"]],
    ["DWARF 5 with offsets of 64 bits", ["-gdwarf-5", "-gdwarf64", "-O1"]],
    ["sections that zlib has packed", ["-g", "-gz=zlib", "-O1"]],
    ["functions in sections of their own, some left out", ["-g", "-O1", "-ffunction-sections", "-Wl,--gc-sections"]],
    ["a program that is loaded where it was linked", ["-g", "-O1", "-no-pie"]],
    ["paths that are made others", ["-g", "-O1", `-fdebug-prefix-map=${SOURCES}=/somewhere/else`]],
    ["relative paths alone", ["-g", "-O1", `-fdebug-prefix-map=${SOURCES}=.`]],
    ["few line numbers, without columns", ["-g1", "-O2", "-gno-column-info"]],
  ])("are those that the judges tell: %s", (_, options) => {
    const path = compiled(...options);
    const { address, size } = sectionOf(path, ".text");
    const addresses = Array.from({ length: size }, (_, i) => address + i);
    expect(size).toBeGreaterThan(300);
    expect(disputed(path, addresses)).toEqual([]);
    const told = lines(path, addresses);
    expect(told.some((one) => /shapes\.h:1[0-2]$/.test(one))).toBe(true);
    expect(told.some((one) => /generated\.y:10[01]$/.test(one))).toBe(true);
  });

  it("are asked for in any order, again and again, with the same answers", () => {
    const path = compiled("-g", "-O1", "-ffunction-sections");
    const { address, size } = sectionOf(path, ".text");
    const below = integers(5);
    const addresses = Array.from({ length: 3000 }, () => address + below(size));
    expect(disputed(path, addresses)).toEqual([]);
  });

  it("are none outside of code, and none where there are no line numbers", () => {
    const path = compiled("-g");
    const { address, size } = sectionOf(path, ".rodata");
    expect(lines(path, [0, 1, address, address + size - 1, 2 ** 52])).toEqual(Array(5).fill("none"));
    const bare = openLines(bytesSource(readFileSync(compiled("-g0", "-s"))), unpack);
    expect(bare.isEmpty).toBe(true);
    expect(bare.lineAt(address)).toBeUndefined();
  });

  it("can't be had where nothing unpacks them", () => {
    const path = compiled("-g", "-gz=zlib");
    const table = openLines(bytesSource(readFileSync(path)), () => undefined);
    expect(table.isEmpty).toBe(true);
  });
});

describe.skipIf((missing ?? rustMissing) !== undefined)(
  titled("lines of a program of Rust", missing ?? rustMissing),
  () => {
    it("are those that the judges tell, the standard library's too", () => {
      const path = compileSums(join(scratch, "sums"));
      const { address, size } = sectionOf(path, ".text");
      const below = integers(9);
      const addresses = Array.from({ length: 4000 }, () => address + below(size));
      expect(disputed(path, addresses)).toEqual([]);
      const own = readFunctions(bytesSource(readFileSync(path)));
      const start = Array.from({ length: size }, (_, i) => address + i).find((one) =>
        own.nameAt(one, undefined)?.includes("total"),
      );
      expect(lines(path, [start as number])[0]).toMatch(/\/sums\.rs:1\d$/);
    });
  },
);

describe.skipIf(missing !== undefined).each(eachPython((python) => python.wordSize === 8))(
  titled("lines of Python %s", missing),
  (_, python) => {
    it("are those that a judge tells", () => {
      const linked = execFileSync("ldd", [python.path], { encoding: "utf8" });
      const path = /=> (\S*libpython\S*)/.exec(linked)?.[1] ?? python.path;
      const table = openLines(bytesSource(readFileSync(path)), unpack);
      if (table.isEmpty) return;
      const { address, size } = sectionOf(path, ".text");
      const below = integers(7);
      const addresses = Array.from({ length: 4000 }, () => address + below(size));
      const wrong = disputed(path, addresses);
      expect(wrong.length, wrong.slice(0, 10).join("\n")).toBeLessThanOrEqual(4);
      // And the functions that are told are those of the judges, under one of their names.
      const functions = readFunctions(bytesSource(readFileSync(path)));
      const names = llvmSymbolizer(path, addresses).map((places) => places.at(-1)?.name ?? "");
      const others = addresses.flatMap((one, at) => {
        const found = functions.functionAt(one);
        return found === undefined ||
          names[at] === "" ||
          functions.beginsWithin(names[at] as string, found.address, found.address) === true ||
          names[at] === found.name.replace(/\..*/, "")
          ? []
          : `${one.toString(16)} ${found.name} ${names[at]}`;
      });
      expect(others.length, others.slice(0, 10).join("\n")).toBeLessThanOrEqual(4);
    });
  },
);

describe("line numbers that no compiler makes", () => {
  const texts = { textAt: () => "" };
  const header = (bytes: readonly number[]) => readLineHeader(new ByteCursor(Uint8Array.from(bytes), true), texts);
  /** Version 5, whose lists of folders and files are given. */
  const five = (...lists: readonly number[]) => [
    ...[100, 0, 0, 0, 5, 0, 8, 0, 8 + lists.length, 0, 0, 0],
    ...[1, 1, 1, 0xfb, 14, 1],
    ...lists,
  ];

  it.each([
    ["of a version that is to come", [100, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ["that are cut short", [100, 0, 0, 0, 4, 0, 1]],
    ["whose head is longer than they are", [100, 0, 0, 0, 4, 0, 0xff, 0xff, 0, 0, 1, 1, 1, 0, 14, 13]],
    ["without a range", [100, 0, 0, 0, 4, 0, 6, 0, 0, 0, 1, 1, 1, 0, 0, 1]],
    ["with a million folders that take no room", five(0, 0xff, 0xff, 0x7f)],
    ["with more files than bytes", five(0, 0, 1, 1, 8, 0xff, 0xff, 0x7f)],
    ["with a form that isn't known", five(1, 1, 0x7f, 1)],
    ["with a length that is reserved", [0xf0, 0xff, 0xff, 0xff, 4, 0]],
  ])("are refused %s", (_, bytes) => {
    expect(() => header(bytes)).toThrow(/./);
  });

  const plain: LineHeader = {
    ...{ version: 4, leastInstruction: 1, mostOperations: 1, lineBase: -5, lineRange: 14, opcodeBase: 13 },
    ...{ operands: [0, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1], firstFile: 1, files: [], folders: [], program: 0 },
  };
  const run = (bytes: readonly number[], changes: Partial<LineHeader> = {}, limit = 100) => {
    const rows = new LineRows(limit);
    const sequences: number[][] = [];
    runLineProgram(
      Uint8Array.from(bytes),
      true,
      { ...plain, ...changes },
      0,
      (...told) => sequences.push(told) > 0,
      rows,
    );
    return { rows: Array.from({ length: rows.length }, (_, i) => [rows.addresses[i], rows.lines[i]]), sequences };
  };

  it("have several operations in an instruction", () => {
    // advance_pc 5, copy; a special opcode of operation advance 4 and line + 1; end.
    const changes = { mostOperations: 3, leastInstruction: 4 };
    const { rows } = run([2, 5, 1, 13 + 4 * 14 + 6, 0, 1, 1], changes);
    expect(rows).toEqual([
      [4, 1],
      [12, 2],
      [12, 2],
    ]);
  });

  it("tell sequences with their places, and end at what makes no sense", () => {
    const sequence = [0, 9, 2, 0x40, 0, 0, 0, 0, 0, 0, 0, 3, 0x7f, 1, 2, 16, 0, 1, 1];
    const { rows, sequences } = run([...sequence, ...sequence, 0, 0, 1]);
    expect(sequences).toEqual([
      [0x40, 0x50, 0],
      [0x40, 0x50, sequence.length],
    ]);
    expect(rows).toHaveLength(4);
    // A line number below 0 is one of 32 bits.
    expect(rows[0]).toEqual([0x40, 0]);
    expect(run([9, 1]).rows).toEqual([]);
    expect(run([0, 5, 2, 1, 2]).rows).toEqual([]);
    expect(run([0, 3, 2, 1, 2, 1]).rows).toEqual([]);
  });

  it("have a limited number of rows", () => {
    expect(run(Array(5000).fill(1)).rows).toHaveLength(100);
  });

  it("overlap, and the one that begins last counts; what a linker has left out does not", () => {
    const sequences = new LineSequences([[0x1000, 0x2000]]);
    sequences.add(0x1000, 0x1fff, 0, 1);
    sequences.add(0x1800, 0x1810, 0, 2);
    sequences.add(0, 0x1fff, 0, 3);
    sequences.add(0x1900, 0x1900, 0, 4);
    sequences.add(Number.NaN, 0x1900, 0, 5);
    sequences.sort();
    expect(sequences.at(0x1805).map((one) => sequences.startOf(one))).toEqual([2, 1]);
    expect(sequences.at(0x1900).map((one) => sequences.startOf(one))).toEqual([1]);
    expect(sequences.at(0x1fff)).toEqual([]);
    expect(sequences.at(0xfff)).toEqual([]);
  });
});

describe("a path", () => {
  const own = () => "/build";
  it.each([
    ["./a.c", 0, [], 4, "/build/a.c"],
    ["a.c", 1, ["../lib/./x"], 4, "/lib/x/a.c"],
    ["a.c", 1, ["/usr/include"], 4, "/usr/include/a.c"],
    ["/abs//a.c", 1, ["x"], 4, "/abs/a.c"],
    ["a.c", 1, ["/b", "sub"], 5, "/b/sub/a.c"],
    ["a.c", 0, ["/b", "sub"], 5, "/b/a.c"],
    ["a.c", 9, ["/b"], 5, "/b/a.c"],
    ["../../a.c", 0, [], 4, "/../a.c"],
    ["<artificial>", 0, [], 4, "<artificial>"],
    ["", 0, [], 4, undefined],
  ])("of %j in folder %j of %j, version %j, is %j", (name, folder, folders, version, expected) => {
    expect(sourcePath({ name, folder }, { version, folders }, own)).toBe(expected);
  });

  it("is relative where nobody says where the compiler was", () => {
    expect(sourcePath({ name: "a.c", folder: 1 }, { version: 4, folders: ["x/y/.."] }, () => undefined)).toBe("x/a.c");
  });
});
