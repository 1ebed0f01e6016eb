// Reads a block of the log. In: its bytes, which may be anybody's. Out: integers, texts and pieces, or a LogError where they
// are not there. Integers are MOJO's (mojo/varint.ts).
import { LogError } from "./error.js";

const text = new TextDecoder();
/** A number carries 53 bits exactly. */
const MOST_INTEGER_BYTES = 8;

export class LogCursor {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.at >= this.bytes.length;
  }

  byte(): number {
    const byte = this.bytes[this.at++];
    if (byte === undefined) throw new LogError("an event is cut off");
    return byte;
  }

  /** An integer of either sign. */
  integer(): number {
    const first = this.byte();
    let value = first & 0x3f;
    let scale = 64;
    let length = 1;
    for (let byte = first; (byte & 0x80) !== 0; scale *= 128) {
      if (++length > MOST_INTEGER_BYTES) throw new LogError("an integer is too long");
      byte = this.byte();
      value += (byte & 0x7f) * scale;
    }
    if (value > Number.MAX_SAFE_INTEGER) throw new LogError("an integer is too large");
    return (first & 0x40) === 0 ? value : -value;
  }

  /** An integer from 0 to `most`. */
  natural(most: number, what: string): number {
    const value = this.integer();
    if (value < 0 || value > most) throw new LogError(`${value} is not ${what}`);
    return value;
  }

  /** An unsigned 32-bit number in four bytes. */
  word(): number {
    const { bytes, at } = this;
    if (at + 4 > bytes.length) throw new LogError("an event is cut off");
    this.at += 4;
    return (
      ((bytes[at] as number) |
        ((bytes[at + 1] as number) << 8) |
        ((bytes[at + 2] as number) << 16) |
        ((bytes[at + 3] as number) << 24)) >>>
      0
    );
  }

  /** An unsigned 64-bit number in eight bytes. */
  long(): bigint {
    const low = this.word();
    return BigInt(low) | (BigInt(this.word()) << 32n);
  }

  text(): string {
    const length = this.natural(this.bytes.length, "the length of a text");
    const start = this.skip(length);
    return text.decode(this.bytes.subarray(start, start + length));
  }

  /** Where a piece of `length` bytes begins; it is passed over. */
  skip(length: number): number {
    const { at } = this;
    if (at + length > this.bytes.length) throw new LogError("an event is cut off");
    this.at += length;
    return at;
  }

  /** A JSON object. */
  fact(): Record<string, unknown> {
    const length = this.natural(this.bytes.length, "the length of a fact");
    const start = this.skip(length);
    let value: unknown;
    try {
      value = JSON.parse(text.decode(this.bytes.subarray(start, start + length)));
    } catch {
      throw new LogError("a fact is no JSON");
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new LogError("a fact is no object");
    return value as Record<string, unknown>;
  }
}
