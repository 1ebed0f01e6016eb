// One table read as each kind: the dispatch, and what an offset counts.

import { TABLE_LINES, TABLE_LNOTAB, TABLE_LOCATIONS } from "../../../assembly/layouts/layout";
import { locate } from "../../../assembly/locations/locate";
import { Location } from "../../../assembly/locations/location";

const pairs: StaticArray<u8> = [4, 1, 4, 2];

describe("locate", () => {
  it("takes bytes for an lnotab", () => {
    expect(locate(TABLE_LNOTAB, changetype<usize>(pairs), 4, 10, 3)).toBe(true);
    expect(Location.line).toBe(10);
    expect(locate(TABLE_LNOTAB, changetype<usize>(pairs), 4, 10, 4)).toBe(true);
    expect(Location.line).toBe(11);
  });

  it("takes code units for a line table", () => {
    expect(locate(TABLE_LINES, changetype<usize>(pairs), 4, 10, 1)).toBe(true);
    expect(Location.line).toBe(11);
    expect(locate(TABLE_LINES, changetype<usize>(pairs), 4, 10, 2)).toBe(true);
    expect(Location.line).toBe(13);
  });

  it("takes code units for a location table", () => {
    const table: StaticArray<u8> = [0xd0, 3, 4, 0xd8, 5, 6];
    expect(locate(TABLE_LOCATIONS, changetype<usize>(table), 6, 10, 1)).toBe(true);
    expect(Location.line).toBe(11);
    expect(Location.column).toBe(6);
    expect(Location.columnEnd).toBe(7);
  });

  it("finds nothing in a kind that is not known", () => {
    Location.set(1, 2, 3, 4);
    expect(locate(99, changetype<usize>(pairs), 4, 10, 0)).toBe(false);
    expect(Location.line).toBe(0);
    expect(Location.columnEnd).toBe(0);
  });
});
