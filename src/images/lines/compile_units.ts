// In which folder each unit was compiled, which line numbers up to DWARF 4 don't say themselves. In: .debug_info and .debug_abbrev. Out: the folder, by where in .debug_line
// the unit's line numbers are. Of each unit only the head and its first entry are read.

import { MalformedImage, type SizedBytes } from "../byte_source.js";
import { ByteCursor } from "./byte_cursor.js";
import { formValue, type TextSections } from "./dwarf_form.js";

const DW_AT_STMT_LIST = 0x10;
const DW_AT_COMP_DIR = 0x1b;
const IMPLICIT_CONST = 0x21;
/** The head of a unit and its first entry are within this, and so is the first abbreviation. */
const HEAD_BYTES = 1024;
const MOST_UNITS = 1 << 20;
/** Kinds of units (DWARF 5, 7.5.1) whose head has eight bytes more, and those that compile nothing. */
const WITH_ID = [4, 5];
const OF_TYPES = [2, 6];

export interface UnitSections {
  readonly info: SizedBytes;
  readonly abbreviations: SizedBytes;
  readonly littleEndian: boolean;
  readonly texts: TextSections;
}

/** What can't be understood is left out. */
export function unitFolders(sections: UnitSections): ReadonlyMap<number, string> {
  const folders = new Map<number, string>();
  const { info, littleEndian } = sections;
  let at = 0;
  for (let unit = 0; unit < MOST_UNITS && at + 11 < info.size; unit++) {
    try {
      const cursor = new ByteCursor(info.read(at, HEAD_BYTES), littleEndian);
      const { length, offsetSize } = cursor.unitLength();
      const next = at + cursor.at + length;
      if (length === 0) break;
      readUnit(sections, cursor, offsetSize, folders);
      at = next;
    } catch (error) {
      if (!(error instanceof MalformedImage)) throw error;
      const next = nextUnit(info, at, littleEndian);
      if (next === undefined) break;
      at = next;
    }
  }
  return folders;
}

/** Behind a unit that is not understood. */
function nextUnit(info: SizedBytes, at: number, littleEndian: boolean): number | undefined {
  try {
    const cursor = new ByteCursor(info.read(at, 12), littleEndian);
    const { length } = cursor.unitLength();
    return length === 0 ? undefined : at + cursor.at + length;
  } catch {
    return undefined;
  }
}

function readUnit(
  { abbreviations, littleEndian, texts }: UnitSections,
  cursor: ByteCursor,
  offsetSize: 4 | 8,
  folders: Map<number, string>,
): void {
  const version = cursor.u16();
  if (version < 2 || version > 5) return;
  const kind = version >= 5 ? cursor.u8() : 1;
  let addressSize = version >= 5 ? cursor.u8() : 0;
  const abbreviationsAt = cursor.unsigned(offsetSize);
  if (version < 5) addressSize = cursor.u8();
  if (OF_TYPES.includes(kind)) return;
  if (WITH_ID.includes(kind)) cursor.pass(8);
  const code = cursor.uleb();
  const names = new ByteCursor(abbreviations.read(abbreviationsAt, HEAD_BYTES), littleEndian);
  // The first entry has the first abbreviation, whoever writes it.
  if (names.uleb() !== code) return;
  // Its tag, and whether it has children.
  names.passLeb();
  names.pass(1);
  let lines: number | undefined;
  let folder: string | undefined;
  while (lines === undefined || folder === undefined) {
    const attribute = names.uleb();
    const form = names.uleb();
    if (form === IMPLICIT_CONST) names.passLeb();
    if (attribute === 0 && form === 0) break;
    const value = formValue(cursor, form, { version, offsetSize, addressSize }, texts);
    if (attribute === DW_AT_STMT_LIST && typeof value === "number") lines = value;
    if (attribute === DW_AT_COMP_DIR && typeof value === "string") folder = value;
  }
  if (lines !== undefined && folder !== undefined) folders.set(lines, folder);
}
