// co_linetable of CPython 3.10 (PEP 626). In: the table's bytes and the index of a code unit. Out: its
// line, in Location. It knows no code object.
//
// Pairs of bytes: how many bytes of bytecode the range has (unsigned), then by how much its line differs
// from the last known one (signed); NO_LINE marks code without a line and leaves the known one alone.

import { Location } from "./location";

const NO_LINE: i32 = -128;
const BYTES_IN_UNIT: i64 = 2;

/**
 * Finds the line of code unit `unit`; before the first (negative) it is `firstLine`.
 * The table must lie within memory. False, and nothing in Location, if no whole pair covers the unit.
 */
export function locateInLineTable(table: usize, length: u32, firstLine: i32, unit: i32): bool {
  if (unit < 0) {
    Location.setLine(firstLine);
    return true;
  }
  const offset = <i64>unit * BYTES_IN_UNIT;
  const end = table + (<usize>length & ~1);
  let line = firstLine;
  let rangeEnd: i64 = 0;
  for (let pair = table; pair < end; pair += 2) {
    rangeEnd += <i64>load<u8>(pair);
    const delta = <i32>load<i8>(pair, 1);
    if (delta != NO_LINE) line += delta;
    if (offset < rangeEnd) {
      Location.setLine(delta == NO_LINE ? 0 : line);
      return true;
    }
  }
  Location.clear();
  return false;
}
