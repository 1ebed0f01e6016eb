// The only reader of a MOJO stream's bytes. In: chunks as they come. Out: integers and strings, or word that
// they aren't complete yet. Knows no events.
import { MojoError } from "./error.js";

const INITIAL_BYTES = 128 * 1024;
/** 64 bits take 6 + 9 * 7 bits. */
const VARINT_LIMIT_BYTES = 10;
const UINT64_MAX = 2n ** 64n - 1n;
/** Below this, joining characters beats a call of the decoder. */
const SHORT_TEXT_BYTES = 24;
const textDecoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * A window on the stream. Reading past its end sets `short` and returns a placeholder; the caller then goes back
 * to a mark and tries again when more has come.
 */
export class Cursor {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #end = 0;
  #at = 0;
  #mark = 0;
  /** Offset in the stream of the window's first byte. */
  #base = 0;
  /** Something was read past the end of the window since the last mark. */
  short = false;

  /** Offset of the next byte in the stream. */
  get offset(): number {
    return this.#base + this.#at;
  }

  /** Bytes that have come and were not yet read. */
  get remaining(): number {
    return this.#end - this.#at;
  }

  /** The window; what lies between a position and the mark behind it stays where it is until more is pushed. */
  get window(): Uint8Array {
    return this.#bytes;
  }

  /** Where in the window the next byte lies. */
  get position(): number {
    return this.#at;
  }

  /** Go on at a position of the window that was passed. */
  set position(at: number) {
    this.#at = at;
  }

  /** Where in the window the bytes that have come end. */
  get end(): number {
    return this.#end;
  }

  /** Add the next bytes of the stream; they are copied. */
  push(chunk: Uint8Array): void {
    if (this.#end + chunk.length > this.#bytes.length) this.#makeRoom(chunk.length);
    this.#bytes.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /** Remember this position; what lies before it is not needed any more. */
  mark(): void {
    this.#mark = this.#at;
    this.short = false;
  }

  /** Return to the last mark. */
  rewind(): void {
    this.#at = this.#mark;
  }

  byte(): number {
    if (this.#at >= this.#end) {
      this.short = true;
      return 0;
    }
    return this.#bytes[this.#at++] as number;
  }

  /** An integer of up to 64 bits and a sign; a bigint only where a number isn't exact. */
  varint(): number | bigint {
    const start = this.#at;
    const first = this.byte();
    let value = first & 0x3f;
    let scale = 64;
    for (let byte = first, length = 1; (byte & 0x80) !== 0; ) {
      if (++length > VARINT_LIMIT_BYTES) throw this.#overflow(start);
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      scale *= 128;
    }
    if (this.short) return 0;
    if (value > Number.MAX_SAFE_INTEGER) return this.#exact(start);
    return (first & 0x40) !== 0 && value !== 0 ? -value : value;
  }

  /** An integer that a number carries exactly. */
  integer(): number {
    const offset = this.offset;
    const value = this.varint();
    if (typeof value === "bigint") throw new MojoError(offset, "an integer below 2^53", `${value}`);
    return value;
  }

  /** An integer that counts something, or names a process: never negative. */
  natural(): number {
    const offset = this.offset;
    const value = this.integer();
    if (value < 0) throw new MojoError(offset, "an integer of 0 or more", `${value}`);
    return value;
  }

  /** Text up to the next NUL; what is not UTF-8 becomes U+FFFD. */
  text(): string {
    const start = this.#at;
    const end = this.#bytes.indexOf(0, start);
    if (end < 0 || end >= this.#end) {
      this.#at = this.#end;
      this.short = true;
      return "";
    }
    this.#at = end + 1;
    return end - start <= SHORT_TEXT_BYTES ? this.#shortText(start, end) : this.#decode(start, end);
  }

  #shortText(start: number, end: number): string {
    let text = "";
    for (let i = start; i < end; i++) {
      const byte = this.#bytes[i] as number;
      if (byte > 127) return this.#decode(start, end);
      text += String.fromCharCode(byte);
    }
    return text;
  }

  #decode(start: number, end: number): string {
    return textDecoder.decode(this.#bytes.subarray(start, end));
  }

  #exact(start: number): bigint {
    const first = this.#bytes[start] as number;
    let magnitude = BigInt(first & 0x3f);
    let shift = 6n;
    for (let i = start + 1; i < this.#at; i++) {
      magnitude |= BigInt((this.#bytes[i] as number) & 0x7f) << shift;
      shift += 7n;
    }
    if (magnitude > UINT64_MAX) throw this.#overflow(start);
    return (first & 0x40) === 0 ? magnitude : -magnitude;
  }

  #overflow(start: number): MojoError {
    return new MojoError(this.#base + start, "an integer of at most 64 bits", "a longer one");
  }

  #makeRoom(count: number): void {
    const kept = this.#bytes.subarray(this.#mark, this.#end);
    if (kept.length + count > this.#bytes.length) {
      this.#bytes = new Uint8Array(Math.max(kept.length + count, this.#bytes.length * 2));
      this.#bytes.set(kept);
    } else {
      this.#bytes.copyWithin(0, this.#mark, this.#end);
    }
    this.#base += this.#mark;
    this.#at -= this.#mark;
    this.#end -= this.#mark;
    this.#mark = 0;
  }
}
