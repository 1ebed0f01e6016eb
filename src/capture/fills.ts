// The fills of one decoder, read. In: a cursor on the log, behind the byte that says FILL. Out: the ranges of the fill, what
// came of each, and their bytes in the image of the memory. How a fill is written:
//
//   flags                               bits of format.ts
//   unless SAME_RANGES: the count of its ranges, and of each that differs from the fill at the same position before:
//                                       its index, from the one before, plus 1; u32 low and u32 high address; length. Then 0
//   with TOLD:                          0 where the same threads are told of as the last time; else how many and 1, and the native ids, the lowest first, each as a step from the one before
//   with SHORT: of each range that came short: its index, from the one before, plus 1; how many bytes came. Then 0
//   with THROWN: the length of a fact, and JSON; nothing follows. With LEFT_OUT: nothing follows
//   of each range with bytes that differ from the image: its index, from the one before, plus 1; of each run of such bytes:
//                                       its length, how far it begins behind the one before, its bytes. Then 0. Then 0
import type { OffCpuAnswer } from "../memory/source.js";
import { LogError } from "./error.js";
import {
  EMPTIED,
  INTERRUPTED,
  LEFT_OUT,
  LISTS,
  MAX_FILL_BYTES,
  MAX_RANGE_BYTES,
  MAX_RANGES,
  MOST_ID,
  MOST_THREADS,
  OFF_CPU,
  OFF_CPU_ASKED,
  SAME_RANGES,
  SHORT,
  THROWN,
  TOLD,
} from "./format.js";
import type { Image } from "./image.js";
import type { LogCursor } from "./log_cursor.js";
import { RangeList } from "./range_list.js";

/** Where the bytes of a fill are wanted: the records of a decoder's requests, which are the very ranges of the fill. */
export interface Destination {
  readonly memory: Uint8Array;
  /** Byte offset in the memory to which the range goes. */
  offsetOf(index: number): number;
  /** So many bytes of the range came. */
  came(index: number, bytes: number): void;
}

const NOTHING = new Map<number, number>();

export class FillReader {
  readonly image: Image;
  /** Ranges of the fill whose head was read last. */
  ranges = RangeList.EMPTY;
  flags = 0;
  /** What was thrown instead of bytes. */
  thrown: Record<string, unknown> | undefined;
  #short: ReadonlyMap<number, number> = NOTHING;
  #told: readonly number[] = [];
  readonly #lists: RangeList[] = [];
  readonly #emptyAll: () => void;

  /** @param emptyAll empties the images of all decoders */
  constructor(image: Image, emptyAll: () => void) {
    this.image = image;
    this.#emptyAll = emptyAll;
  }

  /** Another target: nothing is known of it. */
  reset(): void {
    this.image.empty();
    this.#lists.length = 0;
    this.#told = [];
  }

  get interrupted(): boolean {
    return (this.flags & INTERRUPTED) !== 0 && (this.flags & OFF_CPU) === 0;
  }

  get offCpuAsked(): boolean {
    return (this.flags & (OFF_CPU_ASKED | OFF_CPU)) !== 0;
  }

  /** What came of an off-CPU copy. */
  get offCpu(): OffCpuAnswer {
    if ((this.flags & OFF_CPU) === 0) return false;
    if (this.#isTold) return this.#told;
    if ((this.flags & OFF_CPU_ASKED) === 0) return "held";
    return (this.flags & INTERRUPTED) === 0 || "all";
  }

  get #isTold(): boolean {
    return (this.flags & (INTERRUPTED | OFF_CPU_ASKED | OFF_CPU)) === TOLD;
  }

  /** Whether the fill has bytes: `read` is next. */
  get hasBytes(): boolean {
    return (this.flags & (THROWN | LEFT_OUT)) === 0;
  }

  /** @param fill which fill of the sample it is, from 0 */
  readHead(cursor: LogCursor, fill: number): void {
    this.flags = cursor.byte();
    if ((this.flags & EMPTIED) !== 0) this.#emptyAll();
    const slot = Math.min(fill, LISTS - 1);
    if ((this.flags & SAME_RANGES) === 0) {
      this.#lists[slot] = readRanges(cursor, this.#lists[slot] ?? RangeList.EMPTY);
    }
    this.ranges = this.#lists[slot] ?? RangeList.EMPTY;
    if (this.#isTold) this.#readTold(cursor);
    this.#short = (this.flags & SHORT) === 0 ? NOTHING : this.#readShort(cursor);
    this.thrown = (this.flags & THROWN) === 0 ? undefined : cursor.fact();
  }

  /** Take the fill's bytes into the image, and hand them on. */
  read(cursor: LogCursor, destination?: Destination): void {
    const { count, low, high, lengths } = this.ranges;
    const { image } = this;
    let changed = nextIndex(cursor, -1, count);
    for (let i = 0; i < count; i++) {
      const length = lengths[i] as number;
      const came = this.#short.get(i) ?? length;
      const [lowHalf, highHalf] = [low[i] as number, high[i] as number];
      if (i === changed) {
        readRuns(cursor, image, lowHalf, highHalf, came);
        changed = nextIndex(cursor, changed, count);
      }
      image.mark(lowHalf, highHalf, length, came);
      if (destination === undefined) continue;
      image.load(lowHalf, highHalf, came, destination.memory, destination.offsetOf(i));
      destination.came(i, came);
    }
    if (changed !== count) throw new LogError("a fill has bytes of a range that it does not have");
  }

  #readTold(cursor: LogCursor): void {
    const count = cursor.natural(MOST_THREADS + 1, "a count of threads") - 1;
    if (count < 0) return;
    let last = 0;
    this.#told = Array.from({ length: count }, () => {
      last += cursor.natural(MOST_ID, "a thread's id");
      return last;
    });
  }

  #readShort(cursor: LogCursor): Map<number, number> {
    const { count, lengths } = this.ranges;
    const short = new Map<number, number>();
    for (let i = nextIndex(cursor, -1, count); i < count; i = nextIndex(cursor, i, count)) {
      short.set(i, cursor.natural(lengths[i] as number, "what came of a range"));
    }
    return short;
  }
}

/** The next index of a list of indices; `end` where there is none. */
function nextIndex(cursor: LogCursor, before: number, end: number): number {
  const step = cursor.natural(end, "a step to a range");
  if (step === 0) return end;
  if (before + step >= end) throw new LogError("a fill speaks of a range that it does not have");
  return before + step;
}

function readRanges(cursor: LogCursor, before: RangeList): RangeList {
  const count = cursor.natural(MAX_RANGES, "a count of ranges");
  // A long list of nothing but zeros is nobody's.
  if (count > before.count + cursor.bytes.length - cursor.at) throw new LogError("a count of ranges is too large");
  const list = new RangeList(count, new Uint32Array(count), new Uint32Array(count), new Uint32Array(count));
  const kept = Math.min(count, before.count);
  list.low.set(before.low.subarray(0, kept));
  list.high.set(before.high.subarray(0, kept));
  list.lengths.set(before.lengths.subarray(0, kept));
  for (let i = nextIndex(cursor, -1, count); i < count; i = nextIndex(cursor, i, count)) {
    list.low[i] = cursor.word();
    list.high[i] = cursor.word();
    list.lengths[i] = cursor.natural(MAX_RANGE_BYTES, "the length of a range");
  }
  let bytes = 0;
  for (let i = 0; i < count; i++) bytes += list.lengths[i] as number;
  if (bytes > MAX_FILL_BYTES) throw new LogError("a fill is larger than any decoder asks for");
  return list;
}

/** The runs of bytes of one range, of which `came` bytes came. */
function readRuns(cursor: LogCursor, image: Image, low: number, high: number, came: number): void {
  let at = 0;
  for (let length = cursor.integer(); length !== 0; length = cursor.integer()) {
    at += cursor.natural(came, "an offset in a range");
    if (length < 0 || at + length > came) throw new LogError("a range has bytes behind its end");
    const start = cursor.skip(length);
    const address = low + at;
    image.store(address >>> 0, address < 2 ** 32 ? high : high + 1, cursor.bytes, start, length);
    at += length;
  }
}
