// 3.10's co_linetable from hand-built pairs.

import { locateInLineTable } from "../../../assembly/locations/line_table";
import { Location } from "../../../assembly/locations/location";

function found(table: StaticArray<u8>, firstLine: i32, unit: i32): bool {
  return locateInLineTable(changetype<usize>(table), table.length, firstLine, unit);
}

describe("line table", () => {
  it("covers nothing when empty", () => {
    Location.setLine(3);
    expect(locateInLineTable(0, 0, 7, 0)).toBe(false);
    expect(Location.line).toBe(0);
  });

  it("finds code units in ranges counted in bytes", () => {
    const table: StaticArray<u8> = [4, 1, 6, 2];
    expect(found(table, 10, 0)).toBe(true);
    expect(Location.line).toBe(11);
    expect(found(table, 10, 1)).toBe(true);
    expect(Location.line).toBe(11);
    expect(found(table, 10, 2)).toBe(true);
    expect(Location.line).toBe(13);
    expect(found(table, 10, 4)).toBe(true);
    expect(Location.line).toBe(13);
    expect(found(table, 10, 5)).toBe(false);
    expect(Location.line).toBe(0);
  });

  it("is the first line before the first instruction", () => {
    expect(found([4, 1], 10, -1)).toBe(true);
    expect(Location.line).toBe(10);
  });

  it("has no line in a range without one and goes on from the line before it", () => {
    const table: StaticArray<u8> = [2, 5, 2, 0x80, 2, 1];
    expect(found(table, 10, 1)).toBe(true);
    expect(Location.line).toBe(0);
    expect(found(table, 10, 2)).toBe(true);
    expect(Location.line).toBe(16);
  });

  it("goes back, and takes the far deltas of empty ranges along", () => {
    const table: StaticArray<u8> = [2, 0, 0, 0x7f, 0, 0x7f, 2, 0x02, 2, 0x81];
    expect(found(table, 10, 1)).toBe(true);
    expect(Location.line).toBe(266);
    expect(found(table, 10, 2)).toBe(true);
    expect(Location.line).toBe(139);
  });

  it("has no columns and forgets earlier ones", () => {
    Location.set(1, 2, 3, 4);
    expect(found([4, 1], 10, 0)).toBe(true);
    expect(Location.lineEnd).toBe(0);
    expect(Location.column).toBe(0);
    expect(Location.columnEnd).toBe(0);
  });

  it("ignores half a pair at the end", () => {
    const table: StaticArray<u8> = [4, 1, 6];
    expect(found(table, 10, 1)).toBe(true);
    expect(found(table, 10, 2)).toBe(false);
  });

  it("does not wrap for the largest unit", () => {
    expect(found([254, 1], 10, i32.MAX_VALUE)).toBe(false);
    expect(found([254, 1], 10, 0x4000_0000)).toBe(false);
    expect(found([254, 1], 10, i32.MIN_VALUE)).toBe(true);
    expect(Location.line).toBe(10);
  });

  it("reads 64 KiB to the end and not further", () => {
    const length = 0x1_0000;
    const table = heap.alloc(length + 2);
    for (let at = 0; at < length; at += 2) store<u16>(table + <usize>at, 0x0102);
    store<u16>(table + length, 0x0102);
    expect(locateInLineTable(table, length, 1, length / 2 - 1)).toBe(true);
    expect(Location.line).toBe(1 + length / 2);
    expect(locateInLineTable(table, length, 1, length / 2)).toBe(false);
    heap.free(table);
  });
});
