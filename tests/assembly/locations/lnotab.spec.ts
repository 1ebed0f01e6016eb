// 3.9's co_lnotab from hand-built pairs.

import { locateInLnotab } from "../../../assembly/locations/lnotab";
import { Location } from "../../../assembly/locations/location";

function lineAt(table: StaticArray<u8>, firstLine: i32, offset: i32): i32 {
  locateInLnotab(changetype<usize>(table), table.length, firstLine, offset);
  return Location.line;
}

describe("lnotab", () => {
  it("is the first line throughout when empty", () => {
    expect(locateInLnotab(0, 0, 7, 0)).toBe(true);
    expect(Location.line).toBe(7);
    expect(locateInLnotab(0, 0, 7, 1000)).toBe(true);
    expect(Location.line).toBe(7);
  });

  it("changes lines where the address is reached and holds the last one", () => {
    const table: StaticArray<u8> = [6, 1, 8, 2];
    expect(lineAt(table, 10, 0)).toBe(10);
    expect(lineAt(table, 10, 5)).toBe(10);
    expect(lineAt(table, 10, 6)).toBe(11);
    expect(lineAt(table, 10, 13)).toBe(11);
    expect(lineAt(table, 10, 14)).toBe(13);
    expect(lineAt(table, 10, i32.MAX_VALUE)).toBe(13);
  });

  it("is the first line before the first instruction, even if the first pair moves no address", () => {
    const table: StaticArray<u8> = [0, 5];
    expect(lineAt(table, 10, -1)).toBe(10);
    expect(lineAt(table, 10, 0)).toBe(15);
  });

  it("goes back with signed deltas", () => {
    const table: StaticArray<u8> = [2, 0xfd, 2, 0x80];
    expect(lineAt(table, 200, 2)).toBe(197);
    expect(lineAt(table, 200, 4)).toBe(69);
  });

  it("adds pairs up for far addresses and lines", () => {
    const table: StaticArray<u8> = [255, 0, 45, 127, 0, 127, 0, 46];
    expect(lineAt(table, 1, 299)).toBe(1);
    expect(lineAt(table, 1, 300)).toBe(301);
  });

  it("has no columns and forgets earlier ones", () => {
    Location.set(1, 2, 3, 4);
    expect(lineAt([6, 1], 10, 0)).toBe(10);
    expect(Location.lineEnd).toBe(0);
    expect(Location.column).toBe(0);
    expect(Location.columnEnd).toBe(0);
  });

  it("says that a lookup ran into half a pair, and keeps the line before it", () => {
    const table: StaticArray<u8> = [6, 1, 2];
    expect(locateInLnotab(changetype<usize>(table), 3, 10, 5)).toBe(true);
    expect(locateInLnotab(changetype<usize>(table), 3, 10, 8)).toBe(false);
    expect(Location.line).toBe(11);
  });

  it("makes a line below 1 absent", () => {
    expect(lineAt([2, 0x80], 10, 2)).toBe(0);
  });

  it("reads 64 KiB to the end and not further", () => {
    const length = 0x1_0000;
    const table = heap.alloc(length + 2);
    for (let at = 0; at < length; at += 2) store<u16>(table + <usize>at, 0x0102);
    store<u16>(table + length, 0x7f00);
    expect(locateInLnotab(table, length, 1, i32.MAX_VALUE)).toBe(true);
    expect(Location.line).toBe(1 + length / 2);
    expect(locateInLnotab(table, length, 1, length - 1)).toBe(true);
    expect(Location.line).toBe(length / 2);
    heap.free(table);
  });
});
