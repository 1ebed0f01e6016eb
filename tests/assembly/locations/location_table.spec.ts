// The location table of 3.11 and later from hand-built entries: each form, and each way to be broken.

import { Location } from "../../../assembly/locations/location";
import { locateInLocationTable } from "../../../assembly/locations/location_table";

const SHORT_0: u8 = 0x80;
const ONE_LINE_0: u8 = 0x80 | (10 << 3);
const NO_COLUMNS: u8 = 0x80 | (13 << 3);
const LONG: u8 = 0x80 | (14 << 3);
const NONE: u8 = 0x80 | (15 << 3);

function found(table: StaticArray<u8>, firstLine: i32, unit: i32): bool {
  return locateInLocationTable(changetype<usize>(table), table.length, firstLine, unit);
}

function expectLocation(line: i32, lineEnd: i32, column: i32, columnEnd: i32): void {
  expect(Location.line).toBe(line, "line");
  expect(Location.lineEnd).toBe(lineEnd, "lineEnd");
  expect(Location.column).toBe(column, "column");
  expect(Location.columnEnd).toBe(columnEnd, "columnEnd");
}

describe("location table: forms", () => {
  it("short: the same line, columns in one byte", () => {
    expect(found([SHORT_0, 0x00], 10, 0)).toBe(true);
    expectLocation(10, 10, 1, 1);
    expect(found([SHORT_0, 0x4f], 10, 0)).toBe(true);
    expectLocation(10, 10, 5, 20);
    expect(found([SHORT_0 | (9 << 3), 0x7f], 10, 0)).toBe(true);
    expectLocation(10, 10, 80, 95);
  });

  it("one line: 0 to 2 lines further, a byte a column", () => {
    for (let further = 0; further < 3; further++) {
      expect(found([ONE_LINE_0 + ((<u8>further) << 3), 0, 127], 10, 0)).toBe(true);
      expectLocation(10 + further, 10 + further, 1, 128);
    }
  });

  it("no columns: one line, forward and back", () => {
    expect(found([NO_COLUMNS, 5 << 1], 10, 0)).toBe(true);
    expectLocation(15, 15, 0, 0);
    expect(found([NO_COLUMNS, (5 << 1) | 1], 10, 0)).toBe(true);
    expectLocation(5, 5, 0, 0);
  });

  it("long: all four", () => {
    expect(found([LONG, 3 << 1, 2, 8, 20], 10, 0)).toBe(true);
    expectLocation(13, 15, 8, 20);
  });

  it("long: a column may be absent", () => {
    expect(found([LONG, 0, 0, 0, 0], 10, 0)).toBe(true);
    expectLocation(10, 10, 0, 0);
    expect(found([LONG, 0, 0, 4, 0], 10, 0)).toBe(true);
    expectLocation(10, 10, 4, 0);
  });

  it("long: numbers of several bytes, lowest bits first", () => {
    // 1000 back: 2001 = 0x11 + 0x1f * 64; 70 further; column 4096 = 64 * 64; 4097.
    const table: StaticArray<u8> = [LONG, 0x51, 0x1f, 0x46, 0x01, 0x40, 0x40, 0x01, 0x41, 0x40, 0x01];
    expect(found(table, 5000, 0)).toBe(true);
    expectLocation(4000, 4070, 4096, 4097);
  });

  it("none: found, and nothing there; the line is unchanged for the next", () => {
    Location.set(1, 2, 3, 4);
    const table: StaticArray<u8> = [NO_COLUMNS, 2 << 1, NONE | 1, ONE_LINE_0 + (1 << 3), 3, 4];
    expect(found(table, 10, 1)).toBe(true);
    expectLocation(0, 0, 0, 0);
    expect(found(table, 10, 2)).toBe(true);
    expectLocation(0, 0, 0, 0);
    expect(found(table, 10, 3)).toBe(true);
    expectLocation(13, 13, 4, 5);
  });

  it("line 0, as the first instruction of a module has", () => {
    expect(found([LONG, (1 << 1) | 1, 1, 1, 1], 1, 0)).toBe(true);
    expectLocation(0, 1, 1, 1);
  });
});

describe("location table: lookup", () => {
  it("counts the units of entries, 1 to 8 each", () => {
    const table: StaticArray<u8> = [NO_COLUMNS | 7, 2, NO_COLUMNS, 2, NO_COLUMNS | 2, 2];
    const lines: StaticArray<i32> = [2, 2, 2, 2, 2, 2, 2, 2, 3, 4, 4, 4];
    for (let unit = 0; unit < lines.length; unit++) {
      expect(found(table, 1, unit)).toBe(true);
      expectLocation(lines[unit], lines[unit], 0, 0);
    }
    expect(found(table, 1, lines.length)).toBe(false);
    expectLocation(0, 0, 0, 0);
    expect(found(table, 1, i32.MAX_VALUE)).toBe(false);
  });

  it("sums the lines of entries of every form, the end lines not", () => {
    const table: StaticArray<u8> = [
      SHORT_0,
      0x11,
      ONE_LINE_0 + (2 << 3),
      1,
      2,
      LONG,
      20 << 1,
      7,
      1,
      9,
      NO_COLUMNS,
      (4 << 1) | 1,
      NONE,
      SHORT_0 | 8,
      0x12,
    ];
    expect(found(table, 100, 5)).toBe(true);
    expectLocation(118, 118, 10, 12);
  });

  it("is the first line before the first instruction", () => {
    Location.set(1, 2, 3, 4);
    expect(found([SHORT_0, 0], 10, -1)).toBe(true);
    expectLocation(10, 0, 0, 0);
  });

  it("covers nothing when empty", () => {
    Location.set(1, 2, 3, 4);
    expect(locateInLocationTable(0, 0, 7, 0)).toBe(false);
    expectLocation(0, 0, 0, 0);
  });

  it("makes a line below 0 absent", () => {
    expect(found([LONG, (20 << 1) | 1, 1, 3, 4], 10, 0)).toBe(true);
    expectLocation(0, 0, 3, 4);
  });
});

describe("location table: broken", () => {
  it("cut anywhere within an entry: false, and the line if it was there", () => {
    const long: StaticArray<u8> = [LONG, 0x42, 0x01, 0x41, 0x01, 0x41, 0x01, 0x42, 0x01];
    const table = changetype<usize>(long);
    for (let length: u32 = 1; length < 3; length++) {
      expect(locateInLocationTable(table, length, 10, 0)).toBe(false);
      expectLocation(0, 0, 0, 0);
    }
    for (let length: u32 = 3; length < 9; length++) {
      expect(locateInLocationTable(table, length, 10, 0)).toBe(false);
      expectLocation(43, 0, 0, 0);
    }
    expect(locateInLocationTable(table, 9, 10, 0)).toBe(true);
    expectLocation(43, 108, 65, 66);

    expect(found([SHORT_0], 10, 0)).toBe(false);
    expectLocation(10, 0, 0, 0);
    expect(found([ONE_LINE_0 + 8], 10, 0)).toBe(false);
    expectLocation(11, 0, 0, 0);
    expect(found([ONE_LINE_0 + 8, 3], 10, 0)).toBe(false);
    expectLocation(11, 0, 0, 0);
  });

  it("an entry that the next one interrupts", () => {
    expect(found([ONE_LINE_0, 3, NONE], 10, 0)).toBe(false);
    expectLocation(10, 0, 0, 0);
    expect(found([LONG, 0x41, NONE], 10, 0)).toBe(false);
    expectLocation(0, 0, 0, 0);
  });

  it("a table that does not begin with an entry", () => {
    expect(found([0x01, NONE], 10, 0)).toBe(false);
    expectLocation(0, 0, 0, 0);
  });

  it("a number of six bytes is the longest; a longer one is no number", () => {
    expect(found([NO_COLUMNS, 0x42, 0x40, 0x40, 0x40, 0x40, 0x00], 10, 0)).toBe(true);
    expectLocation(11, 11, 0, 0);
    expect(found([NO_COLUMNS, 0x42, 0x40, 0x40, 0x40, 0x40, 0x40, 0x00], 10, 0)).toBe(false);
    expectLocation(0, 0, 0, 0);
  });

  it("a runaway number of 64 KiB, whether it is asked for or before what is", () => {
    const length = 0x1_0000;
    const table = heap.alloc(length);
    memory.fill(table, 0x7f, length);
    store<u8>(table, LONG);
    expect(locateInLocationTable(table, length, 10, 0)).toBe(false);
    expect(locateInLocationTable(table, length, 10, 1)).toBe(false);
    store<u8>(table, SHORT_0);
    expect(locateInLocationTable(table, length, 10, 1)).toBe(false);
    heap.free(table);
  });

  it("never reads behind the end", () => {
    // What follows would complete the entry.
    const table: StaticArray<u8> = [LONG, 2, 3, 4, 5, NONE];
    expect(locateInLocationTable(changetype<usize>(table), 4, 10, 0)).toBe(false);
    expectLocation(11, 0, 0, 0);
    expect(locateInLocationTable(changetype<usize>(table), 5, 10, 1)).toBe(false);
    expect(locateInLocationTable(changetype<usize>(table), 6, 10, 1)).toBe(true);
  });

  it("all bytes equal, each value: an answer", () => {
    const length = 4096;
    const table = heap.alloc(length);
    for (let value = 0; value < 256; value++) {
      memory.fill(table, <u8>value, length);
      const one = locateInLocationTable(table, length, 1, 0);
      // Only an entry without further bytes is whole.
      expect(one).toBe(value >= <i32>NONE);
    }
    heap.free(table);
  });
});

describe("location table: size", () => {
  it("reads 64 KiB to the end and not further", () => {
    const length = 0x1_0000;
    const table = heap.alloc(length + 2);
    for (let at = 0; at < length + 2; at += 2) store<u16>(table + <usize>at, 0x0200 | <u16>NO_COLUMNS);
    expect(locateInLocationTable(table, length, 1, length / 2 - 1)).toBe(true);
    expectLocation(1 + length / 2, 1 + length / 2, 0, 0);
    expect(locateInLocationTable(table, length, 1, length / 2)).toBe(false);
    heap.free(table);
  });
});
