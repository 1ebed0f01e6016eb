// The entries of .eh_frame (Linux Standard Base 5.0, "Call Frame Information"): an FDE for each function, a CIE for what many of them share. In: their bytes and
// the addresses that these have in the target. Out: a function's extent, and where its instructions lie. It doesn't run them.
import { Cursor, isAtEnd, moveTo, OMITTED, readFrom, readNumber, readPointer, readUleb, setEnd } from "./cursor";

/** What is told of the entry that was read last. */
export class Entry {
  /** Bytes of it, the length itself included. */
  static length: u32 = 0;
  /** Where its CIE lies in the target. */
  static common: u64 = 0;
}

/** The common part (CIE) that was read last. */
export class Common {
  static codeFactor: u64 = 1;
  static dataFactor: i64 = 1;
  static returnColumn: u64 = 0;
  static encoding: u32 = 0;
  /** Frames of functions that it speaks of were made by the system for a signal's handler. */
  static isSignal: bool = false;
  static hasData: bool = false;
  /** Its instructions, from here to there. */
  static at: usize = 0;
  static end: usize = 0;
}

/** The function (FDE) that was read last. */
export class Function {
  static start: u64 = 0;
  static end: u64 = 0;
  static at: usize = 0;
  static endAt: usize = 0;
}

const EXTENDED: u32 = 0xffff_ffff;
/** No entry of a real program comes near this. */
const MOST_BYTES: u32 = 1 << 20;

/** Read the head of an FDE, whose bytes may not be all. False where it's none. */
export function readHead(at: usize, length: u32, address: u64): bool {
  readFrom(at, length, address);
  const told = readNumber(4) as u32;
  const field = Cursor.distance + (Cursor.at as u64);
  const back = readNumber(4);
  if (Cursor.isBroken || told == EXTENDED || told < 4 || told > MOST_BYTES || back == 0) return false;
  Entry.length = told + 4;
  Entry.common = field - back;
  return true;
}

/** Begin to read the contents of an entry that has come whole, behind its CIE's pointer. */
function beginContents(at: usize, length: u32, address: u64): bool {
  readFrom(at, length, address);
  const told = readNumber(4) as u32;
  if (Cursor.isBroken || told == EXTENDED || told < 4 || told > MOST_BYTES) return false;
  setEnd(Cursor.at + (told as usize));
  readNumber(4);
  return !Cursor.isBroken;
}

/** Read a CIE. False where it's none that is understood. */
export function readCommon(at: usize, length: u32, address: u64): bool {
  if (!beginContents(at, length, address) || load<u32>(at, 4) != 0) return false;
  const version = readNumber(1);
  if (version != 1 && version != 3) return false;
  const name = Cursor.at;
  while (readNumber(1) != 0) {
    if (Cursor.isBroken) return false;
  }
  const nameEnd = Cursor.at - 1;
  Common.codeFactor = readUleb();
  Common.dataFactor = readSlebFactor();
  Common.returnColumn = version == 1 ? readNumber(1) : readUleb();
  Common.encoding = 0;
  Common.isSignal = false;
  Common.hasData = false;
  if (!readAugmentation(name, nameEnd)) return false;
  Common.at = Cursor.at;
  Common.end = Cursor.end;
  return !Cursor.isBroken;
}

function readSlebFactor(): i64 {
  // All that are written fit in one byte: -4, -8.
  const byte = readNumber(1);
  return ((((byte as u8) << 1) as i8) >> 1) as i64;
}

/** @param name where the augmentation's letters begin and end */
function readAugmentation(name: usize, end: usize): bool {
  if (name == end) return true;
  if (load<u8>(name) != 0x7a) return false; // "z": all the rest has a length
  Common.hasData = true;
  const length = readUleb();
  if (length > ((Cursor.end - Cursor.at) as u64)) return false;
  const behind = Cursor.at + (length as usize);
  for (let letter = name + 1; letter < end; letter++) {
    switch (load<u8>(letter)) {
      case 0x52: // R
        Common.encoding = readNumber(1) as u32;
        break;
      case 0x53: // S
        Common.isSignal = true;
        break;
      case 0x50: // P: the personality routine
        readPointer((readNumber(1) as u32) & 0x7f, 0);
        break;
      case 0x4c: // L
        readNumber(1);
        break;
      case 0x42: // B, of AArch64
        break;
      default:
        return false;
    }
  }
  moveTo(behind);
  return true;
}

/** Read an FDE whose CIE was read. False where it's none. */
export function readFunction(at: usize, length: u32, address: u64): bool {
  if (!beginContents(at, length, address) || Common.encoding == OMITTED) return false;
  Function.start = readPointer(Common.encoding, 0);
  // A length has the pointer's format, and is relative to nothing.
  const extent = readPointer(Common.encoding & 0x0f, 0);
  Function.end = Function.start + extent;
  if (Common.hasData) {
    const bytes = readUleb();
    if (bytes > ((Cursor.end - Cursor.at) as u64)) return false;
    moveTo(Cursor.at + (bytes as usize));
  }
  if (Cursor.isBroken || Function.end < Function.start) return false;
  Function.at = Cursor.at;
  Function.endAt = Cursor.end;
  return isAtEnd() || !Cursor.isBroken;
}
