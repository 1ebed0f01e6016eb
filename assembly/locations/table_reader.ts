// Reads the bytes of one entry of a location table. In: a range. Out: bytes and variable-length
// integers, and whether they were all there. It knows no entry form.
//
// A byte with its high bit set begins the next entry, so within an entry it is an error, as the end is.

const ENTRY_START: u32 = 0x80;
const MORE: u32 = 0x40;
const PAYLOAD: u32 = 0x3f;
const PAYLOAD_BITS: u32 = 6;
/** Six bytes of six bits hold any 32-bit value. */
const LONGEST_VARINT_SHIFT: u32 = 5 * PAYLOAD_BITS;

export class TableReader {
  static at: usize = 0;
  static end: usize = 0;
  /** Becomes true at the first byte that was missing or out of place. */
  static failed: bool = false;

  static open(table: usize, length: u32): void {
    TableReader.at = table;
    TableReader.end = table + length;
    TableReader.failed = false;
  }

  /** Anything left to read? */
  static hasMore(): bool {
    return TableReader.at < TableReader.end;
  }

  /** The first byte of an entry, without its mark. */
  static entryStart(): u32 {
    const byte = <u32>load<u8>(TableReader.at++);
    if (!(byte & ENTRY_START)) TableReader.failed = true;
    return byte & ~ENTRY_START;
  }

  /** A further byte of an entry, 0 to 127; 0 on failure. */
  static byte(): u32 {
    if (TableReader.failed || TableReader.at >= TableReader.end) {
      TableReader.failed = true;
      return 0;
    }
    const byte = <u32>load<u8>(TableReader.at);
    if (byte & ENTRY_START) {
      TableReader.failed = true;
      return 0;
    }
    TableReader.at++;
    return byte;
  }

  /** Six bits a byte, lowest first; 0 on failure. */
  static varint(): u32 {
    let value: u32 = 0;
    for (let shift: u32 = 0; shift <= LONGEST_VARINT_SHIFT; shift += PAYLOAD_BITS) {
      const byte = TableReader.byte();
      value |= (byte & PAYLOAD) << shift;
      if (!(byte & MORE)) return TableReader.failed ? 0 : value;
    }
    TableReader.failed = true;
    return 0;
  }

  /** A varint whose lowest bit is the sign; 0 on failure. */
  static signedVarint(): i32 {
    const value = TableReader.varint();
    const magnitude = <i32>(value >> 1);
    return value & 1 ? -magnitude : magnitude;
  }

  /** Goes to where the next entry begins, or to the end. */
  static skipEntry(): void {
    while (TableReader.at < TableReader.end && !(<u32>load<u8>(TableReader.at) & ENTRY_START)) TableReader.at++;
  }
}
