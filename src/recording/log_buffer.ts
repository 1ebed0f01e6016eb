// A piece of a capture's log while it is written. In: integers, facts, bytes. Out: the bytes of a block. See capture/format.ts.
import { FACT } from "../capture/format.js";
import { VARINT_MAX_BYTES, writeVarint } from "../mojo/varint.js";

const INITIAL_BYTES = 1 << 19;
const encoder = new TextEncoder();

export class LogBuffer {
  bytes = new Uint8Array(INITIAL_BYTES);
  length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.bytes[this.length++] = value;
  }

  integer(value: number): void {
    this.#reserve(VARINT_MAX_BYTES);
    this.length = writeVarint(this.bytes, this.length, value);
  }

  word(value: number): void {
    this.#reserve(4);
    const { bytes, length } = this;
    bytes[length] = value;
    bytes[length + 1] = value >>> 8;
    bytes[length + 2] = value >>> 16;
    bytes[length + 3] = value >>> 24;
    this.length = length + 4;
  }

  /** 64 bits. */
  long(value: bigint): void {
    this.word(Number(BigInt.asUintN(32, value)));
    this.word(Number(BigInt.asUintN(32, value >> 32n)));
  }

  /** In UTF-8, behind its length. */
  text(value: string): void {
    const bytes = encoder.encode(value);
    this.integer(bytes.length);
    this.copy(bytes, 0, bytes.length);
  }

  copy(source: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    const { bytes, length } = this;
    for (let i = start; i < end; i++) bytes[length + i - start] = source[i] as number;
    this.length = length + end - start;
  }

  /** JSON, behind its length. */
  object(value: object): void {
    const text = encoder.encode(JSON.stringify(value));
    this.integer(text.length);
    this.#reserve(text.length);
    this.bytes.set(text, this.length);
    this.length += text.length;
  }

  fact(kind: string, fields: object): void {
    this.byte(FACT);
    this.object({ fact: kind, ...fields });
  }

  #reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(this.length + count, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }
}
