// co_linetable of CPython 3.11 and later (PEP 657). In: the table's bytes and the index of a code unit.
// Out: lines and columns, in Location. It knows no code object.
//
// An entry begins with a byte 1fff flll: form f, and l + 1 code units. Lines are relative to the last
// entry's. The entries before the one that is asked for are read no further than their line.

import { Location } from "./location";
import { TableReader } from "./table_reader";

// Forms 0 to 9: same line, two columns in one byte, column = 8 * form + three bits.
const ONE_LINE: u32 = 10; // 10 to 12: the line is 0 to 2 further, each column a byte
const NO_COLUMNS: u32 = 13; // one line, no columns
const LONG: u32 = 14; // everything
const NONE: u32 = 15; // no location at all

const FORM_SHIFT: u32 = 3;
const UNITS_MASK: u32 = 7;

/** How much further the entry's line is than the last one's; reads what tells it. */
function lineDelta(form: u32): i32 {
  if (form == LONG || form == NO_COLUMNS) return TableReader.signedVarint();
  return form >= ONE_LINE && form < NO_COLUMNS ? <i32>(form - ONE_LINE) : 0;
}

/** Reads the rest of the entry into Location; on failure the line alone. */
function readLocation(form: u32, line: i32): void {
  let lineEnd = line;
  let column: i32 = 0;
  let columnEnd: i32 = 0;
  if (form == LONG) {
    lineEnd = line + <i32>TableReader.varint();
    column = <i32>TableReader.varint();
    columnEnd = <i32>TableReader.varint();
  } else if (form < ONE_LINE) {
    const columns = TableReader.byte();
    column = <i32>((form << 3) | (columns >> 4)) + 1;
    columnEnd = column + <i32>(columns & 15);
  } else if (form != NO_COLUMNS) {
    column = <i32>TableReader.byte() + 1;
    columnEnd = <i32>TableReader.byte() + 1;
  }
  if (TableReader.failed) Location.setLine(line);
  else Location.set(line, lineEnd, column, columnEnd);
}

/**
 * Finds the location of code unit `unit`; before the first (negative) it is `firstLine` alone. A unit that
 * the compiler gave no location is found, with nothing in Location. The table must lie within memory.
 * False if no entry covers the unit or one is malformed: Location then holds the line if that is known.
 */
export function locateInLocationTable(table: usize, length: u32, firstLine: i32, unit: i32): bool {
  if (unit < 0) {
    Location.setLine(firstLine);
    return true;
  }
  Location.clear();
  TableReader.open(table, length);
  let line = firstLine;
  let units: i64 = 0;
  while (TableReader.hasMore()) {
    const start = TableReader.entryStart();
    const form = start >> FORM_SHIFT;
    line += lineDelta(form);
    if (TableReader.failed) return false;
    units += <i64>(start & UNITS_MASK) + 1;
    if (<i64>unit < units) {
      if (form != NONE) readLocation(form, line);
      return !TableReader.failed;
    }
    TableReader.skipEntry();
  }
  return false;
}
