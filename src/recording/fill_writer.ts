// The fills of one decoder, written: what capture/fills.ts reads. In: a decoder's memory with requests that were filled. Out:
// the ranges and bytes that are other ones than before, in the log.
import {
  EMPTIED,
  FILL,
  INTERRUPTED,
  LEFT_OUT,
  LISTS,
  MAX_SAMPLE_BYTES,
  OFF_CPU,
  OFF_CPU_ASKED,
  SAME_RANGES,
  SHORT,
  THROWN,
  TOLD,
} from "../capture/format.js";
import { BLOCK_BYTES, type BlockBudget, type Image, MAX_BLOCKS } from "../capture/image.js";
import { RangeList } from "../capture/range_list.js";
import {
  AccessDenied,
  COPIED_WORD,
  DESTINATION_WORD,
  type OffCpuAnswer,
  REQUEST_WORDS,
  TargetLost,
} from "../memory/source.js";
import type { LogBuffer } from "./log_buffer.js";

const WORD = 2 ** 32;
/** So many equal bytes between two runs cost less than a run of their own. */
const GAP = 3;
/** Up to here a loop compares faster than a call. */
const SHORT_COMPARISON = 32;
const compareBytes = Buffer.prototype.compare;

/** What is known of how a fill was made. */
export interface FillFacts {
  readonly interrupted: boolean;
  readonly offCpuAsked: boolean;
  readonly offCpu: OffCpuAnswer;
  /** What it threw, if it did. */
  readonly thrown?: unknown;
}

export class FillWriter {
  /** Bytes that came in all fills. */
  copied = 0;
  readonly image: Image;
  readonly #log: LogBuffer;
  readonly #budget: BlockBudget;
  readonly #emptyAll: () => void;
  readonly #lists: RangeList[] = [];
  /** Threads that were told of last. */
  #told: readonly number[] = [];
  #memory: Uint8Array = new Uint8Array(0);
  #words: Uint32Array = new Uint32Array(0);

  /** @param emptyAll empties the images of all decoders, which share `budget` */
  constructor(log: LogBuffer, image: Image, budget: BlockBudget, emptyAll: () => void) {
    this.#log = log;
    this.image = image;
    this.#budget = budget;
    this.#emptyAll = emptyAll;
  }

  /** Another target. */
  reset(): void {
    this.image.empty();
    this.#lists.length = 0;
    this.#told = [];
  }

  /**
   * Write a fill down.
   * @param fill which fill of the sample it is, from 0
   * @param started length of the log when the sample began
   */
  write(memory: Uint8Array, requests: number, count: number, fill: number, started: number, facts: FillFacts): void {
    if (this.#memory !== memory) {
      this.#memory = memory;
      this.#words = new Uint32Array(memory.buffer, memory.byteOffset, memory.byteLength >>> 2);
    }
    const slot = Math.min(fill, LISTS - 1);
    const before = this.#lists[slot] ?? RangeList.EMPTY;
    const isSame = before.equals(this.#words, requests, count);
    const ranges = isSame ? before : RangeList.of(this.#words, requests, count);
    this.#lists[slot] = ranges;
    const thrown = facts.thrown !== undefined;
    const isShort = !thrown && this.#isShort(ranges, requests);
    let flags = isSame ? SAME_RANGES : 0;
    if (isShort) flags |= SHORT;
    const { offCpu } = facts;
    const told = typeof offCpu === "object" ? offCpu : undefined;
    if (told !== undefined) flags |= TOLD;
    else {
      if (facts.interrupted || offCpu === "all") flags |= INTERRUPTED;
      if (facts.offCpuAsked && offCpu !== "held") flags |= OFF_CPU_ASKED;
      if (offCpu !== false) flags |= OFF_CPU;
    }
    if (thrown) flags |= THROWN;
    else flags |= this.#room(ranges, started);
    const log = this.#log;
    log.byte(FILL);
    log.byte(flags);
    if (!isSame) this.#writeRanges(before, ranges);
    if (told !== undefined) this.#writeTold(told);
    if (isShort) this.#writeShort(ranges, requests);
    if (thrown) log.object(thrownFacts(facts.thrown));
    else if ((flags & LEFT_OUT) === 0) this.#writeBytes(ranges, requests);
  }

  /** Whether there is room for a fill: the bits that say how it was made, or that it is left out. */
  #room({ count, lengths }: RangeList, started: number): number {
    let bytes = this.#log.length - started;
    let blocks = 2 * count;
    for (let i = 0; i < count; i++) {
      bytes += lengths[i] as number;
      blocks += ((lengths[i] as number) / BLOCK_BYTES) >>> 0;
    }
    // As much may differ from what is known.
    if (bytes + 32 * count > MAX_SAMPLE_BYTES || blocks > MAX_BLOCKS) return LEFT_OUT;
    if (blocks <= this.#budget.left) return 0;
    this.#emptyAll();
    return EMPTIED;
  }

  #isShort({ count, lengths }: RangeList, requests: number): boolean {
    const words = this.#words;
    let isShort = false;
    for (let i = 0, at = (requests >>> 2) + COPIED_WORD; i < count; i++, at += REQUEST_WORDS) {
      this.copied += words[at] as number;
      if (words[at] !== lengths[i]) isShort = true;
    }
    return isShort;
  }

  #writeRanges(before: RangeList, { count, low, high, lengths }: RangeList): void {
    const log = this.#log;
    log.integer(count);
    let last = -1;
    for (let i = 0; i < count; i++) {
      if (low[i] === before.low[i] && lengths[i] === before.lengths[i] && high[i] === before.high[i]) continue;
      // Where nothing was before, three zeros are what a reader supposes.
      if (i >= before.count && low[i] === 0 && high[i] === 0 && lengths[i] === 0) continue;
      log.integer(i - last);
      log.word(low[i] as number);
      log.word(high[i] as number);
      log.integer(lengths[i] as number);
      last = i;
    }
    log.integer(0);
  }

  #writeTold(nativeIds: readonly number[]): void {
    const log = this.#log;
    const before = this.#told;
    const told = [...nativeIds].sort((one, other) => one - other);
    this.#told = told;
    if (told.length === before.length && told.every((id, i) => id === before[i])) {
      log.integer(0);
      return;
    }
    log.integer(told.length + 1);
    let last = 0;
    for (const id of told) {
      log.integer(id - last);
      last = id;
    }
  }

  #writeShort({ count, lengths }: RangeList, requests: number): void {
    const log = this.#log;
    let last = -1;
    for (let i = 0, at = (requests >>> 2) + COPIED_WORD; i < count; i++, at += REQUEST_WORDS) {
      const copied = this.#words[at] as number;
      if (copied === lengths[i]) continue;
      log.integer(i - last);
      log.integer(copied);
      last = i;
    }
    log.integer(0);
  }

  #writeBytes({ count, low, high }: RangeList, requests: number): void {
    let last = -1;
    for (let i = 0, at = requests >>> 2; i < count; i++, at += REQUEST_WORDS) {
      const source = this.#words[at + DESTINATION_WORD] as number;
      const copied = this.#words[at + COPIED_WORD] as number;
      if (this.#writeRange(low[i] as number, high[i] as number, source, copied, i - last)) last = i;
    }
    this.#log.integer(0);
  }

  /** @returns whether any byte differs; `step` was written before the first */
  #writeRange(low: number, high: number, source: number, count: number, step: number): boolean {
    const log = this.#log;
    const memory = this.#memory;
    let isWritten = false;
    /** Where the last run ended. */
    let ended = 0;
    for (let done = 0; done < count; ) {
      const address = low + done;
      const offset = address & (BLOCK_BYTES - 1);
      const part = Math.min(count - done, BLOCK_BYTES - offset);
      const block = this.image.take(address >>> 0, address < WORD ? high : high + 1);
      const from = source + done;
      if (part <= SHORT_COMPARISON || !isEqual(block, offset, memory, from, part)) {
        for (let at = 0; at < part; at++) {
          if (block[offset + at] === memory[from + at]) continue;
          const end = runEnd(block, offset, memory, from, at, part);
          if (!isWritten) log.integer(step);
          isWritten = true;
          log.integer(end - at);
          log.integer(done + at - ended);
          log.copy(memory, from + at, from + end);
          for (let i = at; i < end; i++) block[offset + i] = memory[from + i] as number;
          ended = done + end;
          at = end;
        }
      }
      done += part;
    }
    if (isWritten) log.integer(0);
    return isWritten;
  }
}

function isEqual(block: Uint8Array, offset: number, memory: Uint8Array, from: number, count: number): boolean {
  return compareBytes.call(block, memory, from, from + count, offset, offset + count) === 0;
}

/** Where a run of bytes that differ ends which begins at `start`. */
function runEnd(
  block: Uint8Array,
  offset: number,
  memory: Uint8Array,
  from: number,
  start: number,
  limit: number,
): number {
  let end = start + 1;
  for (let at = end; at < limit && at - end <= GAP; at++) {
    if (block[offset + at] !== memory[from + at]) end = at + 1;
  }
  return end;
}

function thrownFacts(error: unknown): object {
  if (error instanceof TargetLost) return { error: error.name, pid: error.pid };
  if (error instanceof AccessDenied) {
    return { error: error.name, pid: error.pid, call: error.call, errno: error.errno };
  }
  return { error: "AccessDenied", call: String(error) };
}
