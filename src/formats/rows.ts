// What one thread did, in order. In: rows. Out: the same rows, as often as one likes. Kept as bytes, three to eight a row, so that a
// timeline of a hundred million samples need not be kept as objects; equal neighbours are one row.
import { VARINT_MAX_BYTES, writeVarint } from "../mojo/varint.js";

/** Some samples in a row, of one thread, with equal stack and state. */
export interface Row {
  readonly node: number;
  readonly idle: boolean;
  readonly gc: boolean;
  /** How long before it the thread was not seen, in microseconds. */
  readonly gap: number;
  readonly time: number;
  /** Change in bytes. */
  readonly memory: number;
  readonly samples: number;
}

const IDLE = 1;
const GC = 2;
const HAS_GAP = 4;
const HAS_MEMORY = 8;
const HAS_MORE_SAMPLES = 16;

const FIRST_CHUNK_BYTES = 256;
const CHUNK_BYTES = 64 * 1024;
const ROW_MAX_BYTES = 1 + 5 * VARINT_MAX_BYTES;

type Mutable<T> = { -readonly [key in keyof T]: T[key] };

export class Rows implements Iterable<Row> {
  readonly #full: Uint8Array[] = [];
  #bytes = new Uint8Array(FIRST_CHUNK_BYTES);
  #length = 0;
  #last: Mutable<Row> | undefined;

  /** Rows so far. */
  length = 0;

  add(node: number, idle: boolean, gc: boolean, gap: number, time: number, memory: number): void {
    const last = this.#last;
    if (
      last !== undefined &&
      last.node === node &&
      last.idle === idle &&
      last.gc === gc &&
      gap === 0 &&
      // What was taken and what was given back stay apart.
      (memory === 0 || last.memory === 0 || memory > 0 === last.memory > 0)
    ) {
      last.time += time;
      last.memory += memory;
      last.samples++;
      return;
    }
    if (last !== undefined) this.#encode(last);
    this.#last = { node, idle, gc, gap, time, memory, samples: 1 };
    this.length++;
  }

  *[Symbol.iterator](): Generator<Row, void, undefined> {
    for (const bytes of this.#full) yield* decode(bytes);
    yield* decode(this.#bytes.subarray(0, this.#length));
    if (this.#last !== undefined) yield this.#last;
  }

  #encode({ node, idle, gc, gap, time, memory, samples }: Row): void {
    if (this.#length + ROW_MAX_BYTES > this.#bytes.length) this.#turn();
    const bytes = this.#bytes;
    let at = this.#length;
    const has =
      (idle ? IDLE : 0) |
      (gc ? GC : 0) |
      (gap === 0 ? 0 : HAS_GAP) |
      (memory === 0 ? 0 : HAS_MEMORY) |
      (samples === 1 ? 0 : HAS_MORE_SAMPLES);
    // Most rows have nothing else.
    at = writeVarint(bytes, at, 2 * node + (has === 0 ? 0 : 1));
    if (has !== 0) bytes[at++] = has;
    at = writeVarint(bytes, at, time);
    if (gap !== 0) at = writeVarint(bytes, at, gap);
    if (memory !== 0) at = writeVarint(bytes, at, memory);
    if (samples !== 1) at = writeVarint(bytes, at, samples);
    this.#length = at;
  }

  #turn(): void {
    this.#full.push(this.#bytes.slice(0, this.#length));
    this.#bytes = new Uint8Array(Math.min(CHUNK_BYTES, 2 * this.#bytes.length));
    this.#length = 0;
  }
}

function* decode(bytes: Uint8Array): Generator<Row, void, undefined> {
  let at = 0;
  const integer = (): number => {
    let byte = bytes[at++] as number;
    const sign = (byte & 0x40) === 0 ? 1 : -1;
    let value = byte & 0x3f;
    for (let scale = 64; (byte & 0x80) !== 0; scale *= 128) {
      byte = bytes[at++] as number;
      value += (byte & 0x7f) * scale;
    }
    return sign * value;
  };
  while (at < bytes.length) {
    const head = integer();
    const node = Math.floor(head / 2);
    const has = head % 2 === 0 ? 0 : (bytes[at++] as number);
    const time = integer();
    const gap = (has & HAS_GAP) === 0 ? 0 : integer();
    const memory = (has & HAS_MEMORY) === 0 ? 0 : integer();
    const samples = (has & HAS_MORE_SAMPLES) === 0 ? 1 : integer();
    yield { node, idle: (has & IDLE) !== 0, gc: (has & GC) !== 0, gap, time, memory, samples };
  }
}
