// Numbers and texts of DWARF, one behind another. In: bytes. Out: values; what lies beyond the end makes the image malformed. Numbers beyond 2^53 are not exact: nothing real
// is that large.
import { MalformedImage, viewOf } from "../byte_source.js";

const MOST_LEB_BYTES = 10;

export class ByteCursor {
  readonly #view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    readonly littleEndian: boolean,
    public at = 0,
  ) {
    this.#view = viewOf(bytes);
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  i8(): number {
    return this.#view.getInt8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), this.littleEndian);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), this.littleEndian);
  }

  u64(): number {
    return Number(this.#view.getBigUint64(this.#take(8), this.littleEndian));
  }

  /** An unsigned number of 1, 2, 4 or 8 bytes. */
  unsigned(size: number): number {
    if (size === 1) return this.u8();
    if (size === 2) return this.u16();
    if (size === 4) return this.u32();
    if (size === 8) return this.u64();
    throw new MalformedImage(`a number of ${size} bytes`);
  }

  uleb(): number {
    let value = 0;
    let scale = 1;
    for (let length = 0; length < MOST_LEB_BYTES; length++) {
      const byte = this.u8();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new MalformedImage("a number has no end");
  }

  /** Of a signed one only that is passed. */
  passLeb(): void {
    this.uleb();
  }

  /** Up to the next NUL, which is passed. */
  text(): string {
    const end = this.bytes.indexOf(0, this.at);
    if (end < 0) throw new MalformedImage("a text has no end");
    const text = textOf(this.bytes, this.at, end);
    this.at = end + 1;
    return text;
  }

  pass(count: number): void {
    this.#take(count);
  }

  /** DWARF's length of what follows, by which it says, too, how long its offsets are. */
  unitLength(): { readonly length: number; readonly offsetSize: 4 | 8 } {
    const short = this.u32();
    if (short < 0xffff_fff0) return { length: short, offsetSize: 4 };
    if (short !== 0xffff_ffff) throw new MalformedImage("a length that DWARF has reserved");
    return { length: this.u64(), offsetSize: 8 };
  }

  #take(count: number): number {
    const { at } = this;
    if (!(count >= 0) || at + count > this.bytes.length) throw new MalformedImage("debug information is cut short");
    this.at = at + count;
    return at;
  }
}

export function textOf(bytes: Uint8Array, start: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8", start, end);
}
