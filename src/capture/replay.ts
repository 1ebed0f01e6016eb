// The memory of a target as it was captured, as a memory source. In: the log, at the fills of one sample. Out: what a decoder
// asks for. One that asks as the live one did gets exactly what that got, fill by fill. Another one (a later version) gets
// what is known of the target's memory at the end of the sample: bytes of this sample first, else those that were captured of
// the process last. These are a copy that joins moments, as every copy may be, and are judged by the same proofs; they are
// still only where one off-CPU copy has all of them. What was never captured can't be read.
import {
  AccessDenied,
  COPIED_WORD,
  DESTINATION_WORD,
  LENGTH_WORD,
  type MemorySource,
  type OffCpuAnswer,
  REQUEST_WORDS,
  requireMemory,
  TargetLost,
} from "../memory/source.js";
import { LogError } from "./error.js";
import type { Destination, FillReader } from "./fills.js";
import { END, FILL, HOLD_ENDED } from "./format.js";
import type { LogCursor } from "./log_cursor.js";
import { RangeList } from "./range_list.js";

/** Fills that another decoder may ask of one sample: beyond it follows pointers that lead nowhere. */
const MOST_OTHER_FILLS = 50_000;
/** So many comparisons to see whether an off-CPU copy has all that is asked for. */
const MOST_COMPARISONS = 1_000_000;

/** The decoder asked for so much that it can't be understanding what it reads. */
export class TooMuchAsked extends Error {
  override readonly name = "TooMuchAsked";
}

export class ReplayedMemory implements MemorySource, Destination {
  interrupted = false;
  /** Whether the decoder asked for anything else than was captured. */
  diverged = false;
  /** Ranges that it asked for and that were not captured, or not whole. */
  missing = 0;
  memory: Uint8Array = new Uint8Array(0);
  readonly #fills: FillReader;
  #words: Uint32Array = new Uint32Array(0);
  /** Ranges that came whole. */
  #whole = 0;
  #requests = 0;
  #cursor: LogCursor | undefined;
  #place = 0;
  #otherFills = 0;
  #isOver = true;
  /** Ranges of the last fill of the sample, if it was an off-CPU copy. */
  #offCpu: RangeList | undefined;
  /** What was answered of it. */
  #answer: OffCpuAnswer = false;
  /** Ranges of its last fill that was held. */
  #held: RangeList | undefined;

  constructor(fills: FillReader) {
    this.#fills = fills;
  }

  /** A sample begins, whose fills are next in the log. */
  begin(cursor: LogCursor): void {
    this.#cursor = cursor;
    this.#place = 0;
    this.#otherFills = 0;
    this.#isOver = false;
    this.#offCpu = undefined;
    this.#held = undefined;
    this.interrupted = false;
    this.diverged = false;
    this.missing = 0;
  }

  /** The sample is over: go on in the log behind it, with all that it captured. @returns whether all was asked for */
  end(): void {
    this.#takeRest();
  }

  fill(memory: Uint8Array, requests: number, count: number): number {
    this.#whole = 0;
    this.#serve(memory, requests, count, false);
    return this.#whole;
  }

  fillOffCpu(memory: Uint8Array, requests: number, count: number): OffCpuAnswer {
    return this.#serve(memory, requests, count, true);
  }

  endHold(): boolean {
    if (this.diverged) return false;
    const event = this.#next();
    if (event === HOLD_ENDED) return this.#endHold();
    // The live one asked for more first.
    if (event === FILL) this.#takeFill();
    this.diverged = true;
    this.#takeRest();
    return false;
  }

  offsetOf(index: number): number {
    return this.#words[this.#at(index) + DESTINATION_WORD] as number;
  }

  came(index: number, bytes: number): void {
    const at = this.#at(index);
    this.#words[at + COPIED_WORD] = bytes;
    if (this.#words[at + LENGTH_WORD] === bytes) this.#whole++;
  }

  #at(index: number): number {
    return (this.#requests >>> 2) + index * REQUEST_WORDS;
  }

  /** @returns whether it is an off-CPU copy */
  #serve(memory: Uint8Array, requests: number, count: number, isOffCpu: boolean): OffCpuAnswer {
    if (this.memory !== memory) {
      this.memory = memory;
      this.#words = new Uint32Array(memory.buffer, memory.byteOffset, memory.byteLength >>> 2);
    }
    this.#requests = requests;
    requireMemory(this.#words, requests, count);
    const fills = this.#fills;
    const event = this.diverged ? END : this.#next();
    if (event === HOLD_ENDED) this.#endHold();
    if (event === FILL) {
      const isSame = fills.offCpuAsked === isOffCpu && fills.ranges.equals(this.#words, requests, count);
      if (isSame && fills.thrown !== undefined) throw thrownError(fills.thrown);
      if (isSame && fills.hasBytes) {
        fills.read(this.#cursor as LogCursor, this);
        this.interrupted = fills.interrupted;
        return fills.offCpu;
      }
      this.#takeFill();
    }
    this.diverged = true;
    this.#takeRest();
    return this.#serveKnown(requests, count) && isOffCpu && this.#answer;
  }

  /** Go on to the next event of the sample: the head of a FILL is read then, and of HOLD_ENDED nothing. END: there is none. */
  #next(): number {
    if (this.#isOver) return END;
    const cursor = this.#cursor as LogCursor;
    const event = cursor.byte();
    if (event === FILL) this.#fills.readHead(cursor, this.#place++);
    else if (event === END) this.#isOver = true;
    else if (event !== HOLD_ENDED) throw new LogError("a sample has something else than fills");
    return event;
  }

  #takeFill(): void {
    const fills = this.#fills;
    if (fills.hasBytes) fills.read(this.#cursor as LogCursor);
    this.interrupted = fills.interrupted;
    const { offCpu } = fills;
    const ranges = fills.hasBytes ? fills.ranges : undefined;
    this.#answer = offCpu;
    this.#offCpu = offCpu !== false && offCpu !== "held" ? ranges : undefined;
    if (offCpu === "held") this.#held = ranges;
  }

  /** @returns whether the thread was off its processor all the while */
  #endHold(): boolean {
    const isOffCpu = (this.#cursor as LogCursor).byte() === 1;
    this.#offCpu = isOffCpu ? this.#held : undefined;
    this.#answer = isOffCpu;
    return isOffCpu;
  }

  #takeRest(): void {
    for (let event = this.#next(); event !== END; event = this.#next()) {
      if (event === FILL) this.#takeFill();
      else this.#endHold();
    }
  }

  /** Fill requests with what is known. @returns whether one off-CPU copy has it all */
  #serveKnown(requests: number, count: number): boolean {
    if (++this.#otherFills > MOST_OTHER_FILLS) throw new TooMuchAsked("a sample asks for ever more memory");
    const { image } = this.#fills;
    const words = this.#words;
    for (let i = 0; i < count; i++) {
      const at = this.#at(i);
      const length = words[at + LENGTH_WORD] as number;
      const target = words[at + DESTINATION_WORD] as number;
      const known = image.loadKnown(words[at] as number, words[at + 1] as number, length, this.memory, target);
      this.came(i, known);
      if (known < length) this.missing++;
    }
    const copied = this.#offCpu;
    if (copied === undefined || copied.count * count > MOST_COMPARISONS) return false;
    return isWithin(RangeList.of(words, requests, count), copied);
  }
}

/** Whether each of some ranges lies within one of others. */
function isWithin(ranges: RangeList, others: RangeList): boolean {
  for (let i = 0; i < ranges.count; i++) {
    let found = false;
    for (let j = 0; j < others.count && !found; j++) {
      const offset = (ranges.low[i] as number) - (others.low[j] as number);
      found =
        ranges.high[i] === others.high[j] &&
        offset >= 0 &&
        offset + (ranges.lengths[i] as number) <= (others.lengths[j] as number);
    }
    if (!found) return false;
  }
  return true;
}

/** What the live source threw. */
function thrownError({ error, pid, call, errno }: Record<string, unknown>): Error {
  const id = typeof pid === "number" ? pid : 0;
  if (error === "TargetLost") return new TargetLost(id);
  return new AccessDenied(id, typeof call === "string" ? call : "", typeof errno === "number" ? errno : 0);
}
