// FRAME_REF events in a row. In: frame keys. Out: bytes. A stack that changed at its end keeps what stands before.
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

  /** @param head what stands before the references */
  constructor(head: Uint8Array = new Uint8Array()) {
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
    for (let i = unchanged; i < count; i++) {
      this.#offsets[i] = at;
      at = writeFrameRefs(this.bytes, at, keys, start + i, start + i + 1);
    }
    this.#offsets[count] = at;
    this.length = at;
  }

  #grow(count: number): void {
    const room = 2 * count;
    const offsets = new Uint32Array(room + 1);
    offsets.set(this.#offsets);
    this.#offsets = offsets;
    const bytes = new Uint8Array(this.start + room * FRAME_REF_MAX_BYTES);
    bytes.set(this.bytes);
    this.bytes = bytes;
  }
}
