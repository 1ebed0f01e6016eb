// A stack's events in a row: FRAME_REF, and what stands in its place for frames without a definition. In: frame keys. Out: bytes. A stack that changed at its end keeps what
// stands before.
import { EventId } from "./events.js";

/** An event number and the five bytes that 32 bits take at most. */
export const FRAME_REF_MAX_BYTES = 6;

/** Write references to `keys[start]` to `keys[end - 1]` at `at`, where there is room. Returns the offset behind them. */
export function writeFrameRefs(bytes: Uint8Array, at: number, keys: Uint32Array, start: number, end: number): number {
  for (let i = start; i < end; i++) {
    let rest = keys[i] as number;
    bytes[at++] = EventId.FRAME_REF;
    if (rest < 64) {
      bytes[at++] = rest;
      continue;
    }
    bytes[at++] = 0x80 | (rest & 63);
    rest >>>= 6;
    while (rest > 127) {
      bytes[at++] = 0x80 | (rest & 127);
      rest >>>= 7;
    }
    bytes[at++] = rest;
  }
  return at;
}

const FIRST_ROOM = 64;
const NONE: ReadonlyMap<number, Uint8Array> = new Map();

/** The references of one stack, encoded, behind the events that come before them. */
export class FrameRefs {
  bytes: Uint8Array;
  /** Bytes in use. */
  length: number;
  /** Bytes before the first reference. */
  readonly start: number;
  /** Leading bytes that the last update left as they were. */
  unchanged: number;
  /** Where each reference begins, and the last one ends. */
  #offsets = new Uint32Array(FIRST_ROOM + 1);
  readonly #events: ReadonlyMap<number, Uint8Array>;

  /**
   * @param head what stands before the references
   * @param events of the keys that have others than a reference: asked for each key that is encoded, if there are any
   */
  constructor(head: Uint8Array = new Uint8Array(), events: ReadonlyMap<number, Uint8Array> = NONE) {
    this.#events = events;
    this.start = head.length;
    this.length = head.length;
    this.unchanged = head.length;
    this.bytes = new Uint8Array(head.length + FIRST_ROOM * FRAME_REF_MAX_BYTES);
    this.bytes.set(head);
  }

  /**
   * Encode `keys[start]` to `keys[end - 1]`.
   * @param unchanged how many of them are encoded already
   */
  update(keys: Uint32Array, start: number, end: number, unchanged: number): void {
    const count = end - start;
    if (count >= this.#offsets.length) this.#grow(count);
    let at = unchanged === 0 ? this.start : (this.#offsets[unchanged] as number);
    this.unchanged = at;
    this.#reserve(at, count - unchanged);
    const hasEvents = this.#events.size > 0;
    for (let i = unchanged; i < count; i++) {
      this.#offsets[i] = at;
      const event = hasEvents ? this.#events.get(keys[start + i] as number) : undefined;
      if (event === undefined) at = writeFrameRefs(this.bytes, at, keys, start + i, start + i + 1);
      else {
        this.#reserve(at + event.length, count - i);
        this.bytes.set(event, at);
        at += event.length;
      }
    }
    this.#offsets[count] = at;
    this.length = at;
  }

  /** There is to be room for so many references behind `at`. */
  #reserve(at: number, count: number): void {
    const needed = at + count * FRAME_REF_MAX_BYTES;
    if (needed <= this.bytes.length) return;
    const bytes = new Uint8Array(2 * needed);
    bytes.set(this.bytes);
    this.bytes = bytes;
  }

  #grow(count: number): void {
    const offsets = new Uint32Array(2 * count + 1);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
  }
}
