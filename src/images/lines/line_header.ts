// The head of a unit's line program (DWARF 2 to 5, 6.2.4): its parameters, and the names of its files. In: the unit's bytes. Out: plain records.

import { MalformedImage } from "../byte_source.js";
import type { ByteCursor } from "./byte_cursor.js";
import { type FormValue, formValue, type TextSections } from "./dwarf_form.js";

export interface LineHeader {
  readonly version: number;
  readonly leastInstruction: number;
  readonly mostOperations: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** How many numbers follow each standard opcode; that of opcode 1 first. */
  readonly operands: readonly number[];
  /** The number that the first file has. */
  readonly firstFile: 0 | 1;
  readonly files: readonly FileEntry[];
  /** The compiler's folder is the first from version 5 on; before, it isn't told here, and the first one is 1. */
  readonly folders: readonly string[];
  /** Where the program begins, in the unit's bytes. */
  readonly program: number;
}

export interface FileEntry {
  readonly name: string;
  readonly folder: number;
}

const PATH = 1;
const FOLDER = 2;
/** No unit has so many names: more are an attack on memory. */
const MOST_NAMES = 1 << 20;

/**
 * @param cursor at the unit's first byte; the unit is all that it has
 * @throws MalformedImage
 */
export function readLineHeader(cursor: ByteCursor, texts: TextSections): LineHeader {
  const { offsetSize } = cursor.unitLength();
  const version = cursor.u16();
  if (version < 2 || version > 5) throw new MalformedImage(`line numbers of version ${version}`);
  // The sizes of an address and of a segment's selector.
  const addressSize = version >= 5 ? cursor.u8() : 8;
  if (version >= 5) cursor.pass(1);
  const length = cursor.unsigned(offsetSize);
  const program = cursor.at + length;
  if (program > cursor.bytes.length) throw new MalformedImage("the head of line numbers is longer than they are");
  const leastInstruction = cursor.u8();
  const mostOperations = version >= 4 ? cursor.u8() : 1;
  // Whether lines are statements by default.
  cursor.pass(1);
  const lineBase = cursor.i8();
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  if (lineRange === 0 || opcodeBase === 0 || mostOperations === 0)
    throw new MalformedImage("line numbers without a range");
  const operands = Array.from({ length: opcodeBase - 1 }, () => cursor.u8());
  const unit = { version, offsetSize, addressSize };
  const parameters = { version, leastInstruction, mostOperations, lineBase, lineRange, opcodeBase, operands, program };
  if (version < 5) {
    const folders: string[] = [];
    for (let name = cursor.text(); name !== ""; name = cursor.text()) folders.push(name);
    const files: FileEntry[] = [];
    for (let name = cursor.text(); name !== ""; name = cursor.text()) {
      files.push({ name, folder: cursor.uleb() });
      // When it was written, and its size.
      cursor.passLeb();
      cursor.passLeb();
    }
    return { ...parameters, firstFile: 1, files, folders };
  }
  const read = (form: number): FormValue => formValue(cursor, form, unit, texts);
  const folders = entries(cursor, read).map((entry) => textOf(entry.get(PATH)));
  const files = entries(cursor, read).map((entry) => {
    const folder = entry.get(FOLDER);
    return { name: textOf(entry.get(PATH)), folder: typeof folder === "number" ? folder : 0 };
  });
  return { ...parameters, firstFile: 0, files, folders };
}

/** A list whose entries say in its head what they have (6.2.4.1). */
function entries(cursor: ByteCursor, read: (form: number) => FormValue): ReadonlyMap<number, FormValue>[] {
  const format = Array.from({ length: cursor.u8() }, () => [cursor.uleb(), cursor.uleb()] as const);
  const count = cursor.uleb();
  // Each has a byte at least.
  if (count > MOST_NAMES || (count > 0 && format.length === 0) || count > cursor.bytes.length - cursor.at)
    throw new MalformedImage(`${count} names in line numbers`);
  return Array.from({ length: count }, () => new Map(format.map(([content, form]) => [content, read(form)] as const)));
}

function textOf(value: FormValue): string {
  return typeof value === "string" ? value : "";
}
