// One lookup for all table formats. In: a TABLE_* kind and the arguments of that kind's reader. Out: what
// the reader found, in Location. It knows no version: the layout names the kind.

import { TABLE_LINES, TABLE_LNOTAB, TABLE_LOCATIONS } from "../layouts/layout";
import { locateInLineTable } from "./line_table";
import { locateInLnotab } from "./lnotab";
import { Location } from "./location";
import { locateInLocationTable } from "./location_table";

/**
 * Finds the location of an instruction: `offset` counts bytes for TABLE_LNOTAB and code units for the others;
 * negative means before the first instruction. `length` is in bytes and the table must lie within memory.
 * False if the table doesn't cover the offset, is malformed or of no known kind: Location holds what is known.
 */
export function locate(kind: u32, table: usize, length: u32, firstLine: i32, offset: i32): bool {
  if (kind == TABLE_LOCATIONS) return locateInLocationTable(table, length, firstLine, offset);
  if (kind == TABLE_LINES) return locateInLineTable(table, length, firstLine, offset);
  if (kind == TABLE_LNOTAB) return locateInLnotab(table, length, firstLine, offset);
  Location.clear();
  return false;
}
