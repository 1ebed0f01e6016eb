// co_lnotab of CPython 3.9. In: the table's bytes and the byte offset of an instruction. Out: its line,
// in Location. It knows no code object.
//
// Pairs of bytes: how far the bytecode advances (unsigned), then the line (signed). The last line
// reached holds to the end of the bytecode, so every offset is covered.

import { Location } from "./location";

/**
 * Finds the line of the instruction at `offset` bytes; before the first (negative) it is `firstLine`.
 * The table must lie within memory. False if the lookup ran into half a pair: the line before it stands.
 */
export function locateInLnotab(table: usize, length: u32, firstLine: i32, offset: i32): bool {
  const end = table + (<usize>length & ~1);
  let line = firstLine;
  let address: i64 = 0;
  for (let pair = table; pair < end; pair += 2) {
    address += <i64>load<u8>(pair);
    if (address > <i64>offset) {
      Location.setLine(line);
      return true;
    }
    line += <i32>load<i8>(pair, 1);
  }
  Location.setLine(line);
  return (length & 1) == 0;
}
