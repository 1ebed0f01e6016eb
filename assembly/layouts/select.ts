// Puts the layout of a version without debug offsets into force. In: a version and a word size. Out: Layout, a status.
import { alignCPython39, applyCPython39 } from "./cpython_3_9";
import { alignCPython310, applyCPython310 } from "./cpython_3_10";
import { alignCPython311, applyCPython311 } from "./cpython_3_11";
import { alignCPython312, applyCPython312 } from "./cpython_3_12";
import { Layout } from "./layout";
import { areSizes, setLongs } from "./longs";
import { LAYOUT_OK, LAYOUT_UNSUPPORTED } from "./status";

/**
 * Put the table of CPython 3.9 to 3.12 into force; sizes of a pointer and a long in bytes. LAYOUT_OK, or LAYOUT_UNSUPPORTED and no layout.
 * No patch release of these has moved a field that is read (README.md): the micro version decides nothing.
 */
export function selectLayout(major: u32, minor: u32, _micro: u32, wordSize: u32, longSize: u32 = wordSize): i32 {
  Layout.reset();
  if (major != 3 || !areSizes(wordSize, longSize)) return LAYOUT_UNSUPPORTED;
  if (minor == 9) applyCPython39(wordSize);
  else if (minor == 10) applyCPython310(wordSize);
  else if (minor == 11) applyCPython311(wordSize);
  else if (minor == 12) applyCPython312(wordSize);
  else return LAYOUT_UNSUPPORTED;
  setLongs(longSize, true);
  return LAYOUT_OK;
}

/**
 * Say that a 32-bit target, whose table of CPython 3.9 to 3.12 is in force, aligns 64-bit integers on 8 bytes, as all processors but i386 do.
 * Versions that describe themselves need no word of it.
 */
export function alignWideIntegers(minor: u32): void {
  if (minor == 9) alignCPython39();
  else if (minor == 10) alignCPython310();
  else if (minor == 11) alignCPython311();
  else if (minor == 12) alignCPython312();
}
