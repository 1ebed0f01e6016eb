// Fills, kept and given again. In: a memory source, and later a decoder that asks for the same ranges. Out: the same
// bytes, with no process. It knows no Python; a decoder that asks for anything else than was recorded is an error.
import { type MemorySource, REQUEST_BYTES } from "../../src/memory/source.js";

const ADDRESS = 0;
const LENGTH = 8;
const DESTINATION = 12;
const COPIED = 16;

/** One range as it came. */
export interface RecordedRange {
  readonly address: bigint;
  readonly length: number;
  /** What came: fewer bytes than `length` where the rest couldn't be read. */
  readonly bytes: Uint8Array;
}

export interface RecordedFill {
  readonly ranges: readonly RecordedRange[];
  readonly late: boolean;
}

/** Passes fills through and keeps them. */
export class RecordingMemory implements MemorySource {
  readonly fills: RecordedFill[] = [];
  readonly #source: MemorySource;

  constructor(source: MemorySource) {
    this.#source = source;
  }

  get late(): boolean {
    return this.#source.late === true;
  }

  fill(memory: Uint8Array, requests: number, count: number): number {
    const whole = this.#source.fill(memory, requests, count);
    const view = new DataView(memory.buffer);
    const ranges = Array.from({ length: count }, (_, i) => {
      const at = requests + i * REQUEST_BYTES;
      const destination = view.getUint32(at + DESTINATION, true);
      return {
        address: view.getBigUint64(at + ADDRESS, true),
        length: view.getUint32(at + LENGTH, true),
        bytes: memory.slice(destination, destination + view.getUint32(at + COPIED, true)),
      };
    });
    this.fills.push({ ranges, late: this.late });
    return whole;
  }
}

/** Gives recorded fills again, in order. */
export class ReplayedMemory implements MemorySource {
  late = false;
  readonly #fills: readonly RecordedFill[];
  #next = 0;

  constructor(fills: readonly RecordedFill[]) {
    this.#fills = fills;
  }

  /** Fills that were not asked for. */
  get left(): number {
    return this.#fills.length - this.#next;
  }

  fill(memory: Uint8Array, requests: number, count: number): number {
    const number = this.#next++;
    const fill = this.#fills[number];
    if (fill?.ranges.length !== count) throw new Error(`fill ${number} asks for ${count} ranges: another decoder`);
    const view = new DataView(memory.buffer);
    let whole = 0;
    for (const [i, { address, length, bytes }] of fill.ranges.entries()) {
      const at = requests + i * REQUEST_BYTES;
      if (view.getBigUint64(at + ADDRESS, true) !== address || view.getUint32(at + LENGTH, true) !== length) {
        throw new Error(`range ${i} of fill ${number} is another one than 0x${address.toString(16)}`);
      }
      memory.set(bytes, view.getUint32(at + DESTINATION, true));
      view.setUint32(at + COPIED, bytes.length, true);
      if (bytes.length === length) whole++;
    }
    this.late = fill.late;
    return whole;
  }
}
