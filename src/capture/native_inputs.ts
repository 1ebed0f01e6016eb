// What samples with native frames are made of, beside the decoder's: what recording/native_log.ts has written. In: the log at its events. Out: how threads stood, their
// stacks, and the process's code.
//
// NATIVE_NAMES: a count; of each: u64 place, a text, its module's number; a module that is new has the next number, and its path follows
// NATIVE_BEGIN: a kind; without SAME_THREADS a count, and thread ids; of a "copied" one a bit for each, the first in the lowest bit: it stands
// NATIVE_MADE: bits; OTHER_THREADS: a count, and ids; CODE_FACTS: JSON; THREAD_FACTS: a count of native ids and ours (0: unknown); a count of threads that Python
//   doesn't know: id, native id, 1 and a title, or 0. A count of copies; of each: the attempt, a count of threads, and of each its id, bytes of its stack, how many
//   registers and whether a kernel stack is told, u32 bits of the words that changed (thread_words.ts), these, and the kernel stack's number (kernel_table.ts; one that is new
//   follows: 1 where it is cut, a count of functions, their names, outermost first); a count of those that could not be held: id, what became of it (held_threads.ts), the
//   system's error number; 1 and a fill of the stacks, or 0. CODE_READ: the same with a fill of what was read of code
// NATIVE_END: nothing
//
// The fact "native" and the JSON have, of addresses in hexadecimal: mappings, as changes of what is mapped, the starts of those that are `gone`, and `more`; what was mapped
// when code was met that was not (`again`), and when it was confirmed (`now`); `tables`, of each the module's start, what to add to its linked addresses, its
// table's address and bytes; `evals`, where the eval loop lies.
import { HELD_STATUSES } from "../memory/held_threads.js";
import type { KernelStack } from "../model/kernel_stack.js";
import type { CodeMapping, CodeRange } from "../native/code_source.js";
import type { CodeWitness, MomentCopy, ThreadFacts } from "../native/composition_facts.js";
import type { EvalPlaces } from "../native/eval_places.js";
import type { Modules } from "../native/modules.js";
import type { NativeName } from "../native/native_name.js";
import type { NativeCall, StackCopy } from "../native/unwinder.js";
import { CapturedCode } from "./captured_code.js";
import { LogError } from "./error.js";
import { FillReader } from "./fills.js";
import {
  CODE_FACTS,
  CODE_READ,
  FILL,
  KERNEL_TOLD,
  KERNEL_UNKNOWN,
  MAX_FILL_BYTES,
  MOST_ID,
  MOST_THREADS,
  NATIVE_KINDS,
  type NativeKind,
  OTHER_THREADS,
  REGISTERS,
  SAME_THREADS,
  THREAD_FACTS,
  UNREAD,
} from "./format.js";
import type { Image } from "./image.js";
import { KernelTable, MOST_KERNEL_FUNCTIONS, MOST_KERNEL_STACKS } from "./kernel_table.js";
import type { LogCursor } from "./log_cursor.js";
import { FIRST_REGISTER, MOST_REGISTERS, ThreadWords } from "./thread_words.js";

const NOTHING = new Uint8Array();
/** Which fill of a sample each is. */
const STACKS = 0;
const READS = 1;

/** A thread as it was copied, but for its stack. */
interface ReadThread extends Omit<StackCopy, "stack"> {
  readonly tid: number;
  readonly length: number;
}

/** Something that JSON has, whatever it says. */
export type Fact = Readonly<Record<string, unknown>>;

export class NativeInputs implements ThreadFacts, CodeWitness {
  tids: readonly number[] = [];
  readonly standing = new Set<number>();
  readonly copies = new Map<number, MomentCopy>();
  /** How many copies were too large to be captured. */
  leftOut = 0;
  isOutOfSight = false;
  /** What is mapped once the sample is confirmed, if that is another than before. */
  now: unknown;
  readonly #fills: FillReader;
  readonly #code: CapturedCode;
  readonly #words = new ThreadWords();
  readonly #kernelStacks = new KernelTable();
  readonly #tidsOf = new Map<number, number>();
  readonly #own = new Map<number, { readonly nativeId: number; readonly title: string | undefined }>();
  /** What was mapped when more code was met. */
  #again: unknown;

  constructor(image: Image, emptyAll: () => void, fact: Fact) {
    this.#fills = new FillReader(image, emptyAll);
    this.#code = new CapturedCode(image);
    this.learn(fact);
  }

  /** A process begins, or runs another program. */
  learn(fact: Fact): void {
    this.#code.change(fact.mappings);
    this.#code.found(fact.tables);
    this.#code.hasEvals(fact.evals);
  }

  readNames(cursor: LogCursor): void {
    this.#code.readNames(cursor);
  }

  /** A sample begins. @returns its kind */
  readBegin(cursor: LogCursor): NativeKind {
    const bits = cursor.byte();
    const kind = NATIVE_KINDS[bits & ~SAME_THREADS];
    if (kind === undefined) throw new LogError("a native sample is of no kind that is known");
    if ((bits & SAME_THREADS) === 0) this.#readTids(cursor);
    this.copies.clear();
    this.standing.clear();
    if (kind === "copied") this.#readStanding(cursor);
    return kind;
  }

  /** All else of it. @returns bits: CONFIRMED, LOST */
  readMade(cursor: LogCursor): number {
    const bits = cursor.byte();
    this.isOutOfSight = (bits & UNREAD) !== 0;
    if ((bits & OTHER_THREADS) !== 0) this.#readTids(cursor);
    const facts: Fact = (bits & CODE_FACTS) !== 0 ? cursor.fact() : {};
    if ((bits & THREAD_FACTS) !== 0) this.#readThreads(cursor);
    this.#code.found(facts.tables);
    for (let left = cursor.natural(MOST_THREADS, "a count of copies"); left > 0; left--) this.#readCopy(cursor);
    if ((bits & CODE_READ) !== 0 && this.#readFill(cursor, READS) === undefined) this.leftOut++;
    this.#again = facts.again;
    this.now = facts.now;
    return bits;
  }

  /** Names are of these modules from now on. */
  follow(modules: Modules): void {
    this.#code.follow(modules);
  }

  /** What is mapped now, lowest address first. @param changes since this was asked last; undefined: none */
  mapped(changes?: unknown): readonly CodeMapping[] {
    this.#code.change(changes);
    return this.#code.mappings;
  }

  // What is asked while it is made again.

  tidOf(nativeId: number): number | undefined {
    return this.#tidsOf.get(nativeId) || undefined;
  }

  own(tid: number): { readonly nativeId: number; readonly title: string | undefined } {
    return this.#own.get(tid) ?? { nativeId: tid, title: undefined };
  }

  get evals(): EvalPlaces {
    return this.#code.evals;
  }

  read(address: bigint, length: number): Uint8Array {
    return this.#code.read(address, length);
  }

  tableOf(head: CodeMapping): ReturnType<CapturedCode["tableOf"]> {
    return this.#code.tableOf(head);
  }

  nameOf(call: NativeCall): NativeName | undefined {
    return this.#code.nameOf(call);
  }

  forget(gone: readonly CodeRange[]): void {
    this.#code.forget(gone);
  }

  mapAgain(): readonly CodeMapping[] | undefined {
    const changes = this.#again;
    this.#again = undefined;
    return changes === undefined ? undefined : this.mapped(changes);
  }

  #readTids(cursor: LogCursor): void {
    const count = cursor.natural(MOST_THREADS, "a count of threads");
    this.tids = Array.from({ length: count }, () => cursor.natural(MOST_ID, "a thread's id"));
  }

  #readStanding(cursor: LogCursor): void {
    const { tids } = this;
    for (let i = 0; i < tids.length; i += 8) {
      const bits = cursor.byte();
      for (let bit = 0; bit < 8 && i + bit < tids.length; bit++) {
        if ((bits & (1 << bit)) !== 0) this.standing.add(tids[i + bit] as number);
      }
    }
  }

  #readThreads(cursor: LogCursor): void {
    for (let left = cursor.natural(MOST_THREADS, "a count of threads"); left > 0; left--) {
      const nativeId = cursor.natural(MOST_ID, "a thread's id");
      this.#tidsOf.set(nativeId, cursor.natural(MOST_ID, "a thread's id"));
    }
    for (let left = cursor.natural(MOST_THREADS, "a count of threads"); left > 0; left--) {
      const tid = cursor.natural(MOST_ID, "a thread's id");
      const nativeId = cursor.natural(MOST_ID, "a thread's id");
      this.#own.set(tid, { nativeId, title: cursor.byte() === 0 ? undefined : cursor.text() });
    }
  }

  #readCopy(cursor: LogCursor): void {
    const attempt = cursor.natural(MOST_ID, "an attempt");
    const count = cursor.natural(MOST_THREADS, "a count of threads");
    const read: ReadThread[] = [];
    let bytes = 0;
    for (let i = 0; i < count; i++) {
      const thread = this.#readThread(cursor);
      bytes += thread.length;
      read.push(thread);
    }
    const failures = [];
    for (let left = cursor.natural(MOST_THREADS, "a count of threads"); left > 0; left--) {
      const tid = cursor.natural(MOST_ID, "a thread's id");
      const status = HELD_STATUSES[cursor.byte()];
      if (status === undefined) throw new LogError("what became of a thread is nothing that is known");
      failures.push({ tid, status, errno: cursor.natural(MOST_ID, "an error number") });
    }
    const stacks = this.#readFill(cursor, STACKS);
    if (stacks !== undefined && stacks.length !== bytes)
      throw new LogError("stacks have other bytes than their threads");
    const threads = new Map<number, StackCopy>();
    if (stacks === undefined && bytes > 0) this.leftOut++;
    else {
      let at = 0;
      for (const thread of read) {
        threads.set(thread.tid, { ...thread, stack: (stacks ?? NOTHING).subarray(at, at + thread.length) });
        at += thread.length;
      }
    }
    this.copies.set(attempt, { threads, failures });
  }

  #readThread(cursor: LogCursor): ReadThread {
    const tid = cursor.natural(MOST_ID, "a thread's id");
    const length = cursor.natural(MAX_FILL_BYTES, "the length of a stack");
    const bits = cursor.byte();
    const registers = bits & REGISTERS;
    if (registers > MOST_REGISTERS) throw new LogError(`${registers} is not a count of registers`);
    const changed = cursor.word();
    const words = this.#words.of(tid);
    for (let i = 0; i < FIRST_REGISTER + registers; i++) if ((changed & (1 << i)) !== 0) words[i] = cursor.long();
    const [pc, stackPointer, stackStart, stackEnd] = words as unknown as [bigint, bigint, bigint, bigint];
    const known = words.slice(FIRST_REGISTER, FIRST_REGISTER + registers);
    const kernel =
      (bits & KERNEL_TOLD) !== 0 ? this.#readKernel(cursor) : bits & KERNEL_UNKNOWN ? "unknown" : undefined;
    return { tid, length, pc, stackPointer, stackStart, stackEnd, registers: known, ...(kernel && { kernel }) };
  }

  #readKernel(cursor: LogCursor): KernelStack {
    const stacks = this.#kernelStacks;
    const number = cursor.natural(MOST_KERNEL_STACKS, "a kernel stack's number");
    const known = stacks.at(number);
    if (known !== undefined) return known;
    if (number !== stacks.size) throw new LogError("a kernel stack's number is left out");
    const isCut = cursor.byte() === 1;
    const count = cursor.natural(MOST_KERNEL_FUNCTIONS, "a count of functions");
    const stack = { isCut, functions: Array.from({ length: count }, () => cursor.text()) };
    stacks.add(stack);
    return stack;
  }

  /** @returns the bytes of its ranges, one behind the other; undefined where there is none that has bytes */
  #readFill(cursor: LogCursor, place: number): Uint8Array | undefined {
    if (cursor.byte() === 0) return undefined;
    if (cursor.byte() !== FILL) throw new LogError("a native sample has something else than a fill");
    const fills = this.#fills;
    fills.readHead(cursor, place);
    if (!fills.hasBytes) return undefined;
    const { lengths } = fills.ranges;
    const starts: number[] = [];
    let end = 0;
    for (const length of lengths) {
      starts.push(end);
      end += length;
    }
    const memory = new Uint8Array(end);
    fills.read(cursor, { memory, offsetOf: (index) => starts[index] as number, came: () => {} });
    return memory;
  }
}
