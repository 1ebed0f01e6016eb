// Values of DWARF's attributes, by their forms (DWARF 5, 7.5.5). In: a cursor at a value. Out: the value, of those forms that texts and offsets have; of the others, only the
// place behind them.

import { MalformedImage } from "../byte_source.js";
import type { ByteCursor } from "./byte_cursor.js";

/** What the sizes of some forms go by. */
export interface UnitFormat {
  readonly version: number;
  readonly offsetSize: 4 | 8;
  readonly addressSize: number;
}

/** Texts that several units share, by the section that they lie in. */
export interface TextSections {
  /** The text at an offset of .debug_str, or of .debug_line_str. */
  textAt(section: "strings" | "lineStrings", offset: number): string;
}

export type FormValue = string | number | undefined;

const STRING = 0x08;
const STRP = 0x0e;
const LINE_STRP = 0x1f;
const SEC_OFFSET = 0x17;
const UDATA = 0x0f;
const INDIRECT = 0x16;
const IMPLICIT_CONST = 0x21;
const REF_ADDR = 0x10;

/** data1, data2, data4, data8, and what is as long: flag, ref1 …, strx1 …, addrx1 …. */
const FIXED: ReadonlyMap<number, number> = new Map([
  ...[0x0b, 0x0c, 0x11, 0x25, 0x29].map((form) => [form, 1] as const),
  ...[0x05, 0x12, 0x26, 0x2a].map((form) => [form, 2] as const),
  ...[0x27, 0x2b].map((form) => [form, 3] as const),
  ...[0x06, 0x13, 0x1c, 0x28, 0x2c].map((form) => [form, 4] as const),
  ...[0x07, 0x14, 0x20, 0x24].map((form) => [form, 8] as const),
  [0x1e, 16],
]);
/** sdata, ref_udata, strx, addrx, loclistx, rnglistx; GNU's of split units. */
const LEB = [0x0d, 0x15, 0x1a, 0x1b, 0x22, 0x23, 0x1f01, 0x1f02];
/** strp_sup, and GNU's two of files that share what they have in common. */
const OFFSETS = [0x1d, 0x1f20, 0x1f21];

/** @throws MalformedImage for a form that isn't known */
export function formValue(cursor: ByteCursor, form: number, unit: UnitFormat, texts: TextSections): FormValue {
  switch (form) {
    case STRING:
      return cursor.text();
    case STRP:
      return texts.textAt("strings", cursor.unsigned(unit.offsetSize));
    case LINE_STRP:
      return texts.textAt("lineStrings", cursor.unsigned(unit.offsetSize));
    case SEC_OFFSET:
      return cursor.unsigned(unit.offsetSize);
    case UDATA:
      return cursor.uleb();
    case INDIRECT: {
      const actual = cursor.uleb();
      if (actual === INDIRECT || actual === IMPLICIT_CONST) throw new MalformedImage("an indirect form of itself");
      return formValue(cursor, actual, unit, texts);
    }
  }
  const size = FIXED.get(form);
  if (size === 1 || size === 2 || size === 4 || size === 8) return cursor.unsigned(size);
  passForm(cursor, form, size, unit);
  return undefined;
}

function passForm(cursor: ByteCursor, form: number, size: number | undefined, unit: UnitFormat): void {
  if (size !== undefined) cursor.pass(size);
  else if (LEB.includes(form)) cursor.passLeb();
  else if (OFFSETS.includes(form)) cursor.pass(unit.offsetSize);
  else if (form === REF_ADDR) cursor.pass(unit.version <= 2 ? unit.addressSize : unit.offsetSize);
  else if (form === 0x01) cursor.pass(unit.addressSize);
  else if (form === 0x0a) cursor.pass(cursor.u8());
  else if (form === 0x03) cursor.pass(cursor.u16());
  else if (form === 0x04) cursor.pass(cursor.u32());
  else if (form === 0x09 || form === 0x18) cursor.pass(cursor.uleb());
  // flag_present has no bytes, and the value of an implicit constant is the abbreviation's.
  else if (form !== 0x19 && form !== IMPLICIT_CONST)
    throw new MalformedImage(`a form of DWARF that is not known: ${form}`);
}
