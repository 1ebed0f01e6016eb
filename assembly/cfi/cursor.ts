// Reading a table byte by byte. In: bytes, and the address that they have in the target. Out: numbers as DWARF and the Linux Standard Base write them. What
// is cut off is 0, and said. It knows no meaning of any number.

export class Cursor {
  static at: usize = 0;
  static end: usize = 0;
  /** The target's address of the byte at 0, as it were: added to `at` it is an address there. */
  static distance: u64 = 0;
  /** More was read than there is, or a number is larger than 64 bits. */
  static isBroken: bool = false;
}

/** Begin with bytes that lie at `address` in the target. */
export function readFrom(at: usize, length: u32, address: u64): void {
  Cursor.at = at;
  Cursor.end = at + (length as usize);
  Cursor.distance = address - (at as u64);
  Cursor.isBroken = false;
}

/** Go on at another byte of the same. */
export function moveTo(at: usize): void {
  if (at > Cursor.end) Cursor.isBroken = true;
  else Cursor.at = at;
}

export function setEnd(end: usize): void {
  if (end < Cursor.at || end > Cursor.end) Cursor.isBroken = true;
  else Cursor.end = end;
}

/** What was read is not what it should be: nothing more is read. */
export function breakOff(): void {
  Cursor.isBroken = true;
}

/** A part of the bytes was read, whole or not: go on behind it, up to the end as it was before. */
export function leavePart(behind: usize, end: usize): void {
  Cursor.at = behind;
  Cursor.end = end;
  Cursor.isBroken = false;
}

export function isAtEnd(): bool {
  return Cursor.isBroken || Cursor.at >= Cursor.end;
}

/** An unsigned number of 1, 2, 4 or 8 bytes. */
export function readNumber(bytes: u32): u64 {
  const at = Cursor.at;
  if (Cursor.isBroken || Cursor.end - at < (bytes as usize)) {
    Cursor.isBroken = true;
    return 0;
  }
  Cursor.at = at + (bytes as usize);
  switch (bytes) {
    case 1:
      return load<u8>(at) as u64;
    case 2:
      return load<u16>(at) as u64;
    case 4:
      return load<u32>(at) as u64;
    default:
      return load<u64>(at);
  }
}

export function readUleb(): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 64; shift += 7) {
    const byte = readNumber(1);
    value |= (byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  Cursor.isBroken = true;
  return 0;
}

export function readSleb(): i64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 64; ) {
    const byte = readNumber(1);
    value |= (byte & 0x7f) << shift;
    shift += 7;
    if ((byte & 0x80) != 0) continue;
    if (shift < 64 && (byte & 0x40) != 0) value |= (u64.MAX_VALUE << shift) as u64;
    return value as i64;
  }
  Cursor.isBroken = true;
  return 0;
}

/** A pointer that is not there (DW_EH_PE_omit). */
export const OMITTED: u32 = 0xff;

const PC_RELATIVE: u32 = 0x10;
const DATA_RELATIVE: u32 = 0x30;
const INDIRECT: u32 = 0x80;

/**
 * A pointer of .eh_frame or .eh_frame_hdr (Linux Standard Base 5.0, "DWARF Exception Header Encoding").
 * @param data what pointers of DW_EH_PE_datarel are relative to
 */
export function readPointer(encoding: u32, data: u64): u64 {
  if (encoding == OMITTED) return 0;
  const field = Cursor.distance + (Cursor.at as u64);
  const value = readEncoded(encoding & 0x0f);
  // What is stored elsewhere is of no use for code.
  if ((encoding & INDIRECT) != 0) Cursor.isBroken = true;
  switch (encoding & 0x70) {
    case 0:
      return value;
    case PC_RELATIVE:
      return value + field;
    case DATA_RELATIVE:
      return value + data;
    default:
      Cursor.isBroken = true;
      return 0;
  }
}

function readEncoded(format: u32): u64 {
  switch (format) {
    case 0: // absptr
    case 4: // udata8
    case 12: // sdata8
      return readNumber(8);
    case 1:
      return readUleb();
    case 2:
      return readNumber(2);
    case 3:
      return readNumber(4);
    case 9:
      return readSleb() as u64;
    case 10:
      return readNumber(2) as i16 as i64 as u64;
    case 11:
      return readNumber(4) as i32 as i64 as u64;
    default:
      Cursor.isBroken = true;
      return 0;
  }
}
