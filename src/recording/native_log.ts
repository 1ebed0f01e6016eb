// Samples with native frames, as they are written: what capture/native_inputs.ts reads. In: all that their Composition was given. Out: events in the log.
import {
  CODE_FACTS,
  CODE_READ,
  CONFIRMED,
  KERNEL_TOLD,
  KERNEL_UNKNOWN,
  LOST,
  NATIVE_BEGIN,
  NATIVE_END,
  NATIVE_KINDS,
  NATIVE_MADE,
  NATIVE_NAMES,
  type NativeKind,
  OTHER_THREADS,
  SAME_THREADS,
  THREAD_FACTS,
  UNREAD,
} from "../capture/format.js";
import { KernelTable } from "../capture/kernel_table.js";
import { FIRST_REGISTER, ThreadWords } from "../capture/thread_words.js";
import { HELD_STATUSES } from "../memory/held_threads.js";
import type { KernelStack } from "../model/kernel_stack.js";
import type { CodeMapping, ModuleTable } from "../native/code_source.js";
import type { MomentCopy } from "../native/composition_facts.js";
import type { EvalPlaces } from "../native/eval_places.js";
import type { NativeJournal, SampleEnd } from "../native/journal.js";
import { knownPart } from "../native/kernel_frames.js";
import type { NativeName } from "../native/native_name.js";
import type { StackCopy } from "../native/unwinder.js";
import type { FillWriter } from "./fill_writer.js";
import type { LogBuffer } from "./log_buffer.js";
import { MappingsWriter } from "./mappings_writer.js";
import { MemoryRanges } from "./memory_ranges.js";

/** No such copy was asked of the memory. */
const PLAIN_FILL = { interrupted: false, offCpuAsked: false, offCpu: false } as const;

/** Which fill of a sample each is: of the same sort before, only what has changed is written. */
const STACKS = 0;
const READS = 1;

export class NativeLog implements NativeJournal {
  readonly #facts: { readonly decoder: number; readonly isLook: boolean };
  readonly #log: LogBuffer;
  readonly #fills: FillWriter;
  readonly #whole: () => void;
  readonly #mappings = new MappingsWriter();
  readonly #ranges = new MemoryRanges();
  readonly #words = new ThreadWords();
  readonly #kernelStacks = new KernelTable();
  readonly #modules = new Map<string, number>();
  readonly #tidsOf = new Map<number, number>();
  #tids: readonly number[] = [];
  #started = 0;
  // What was asked since the last event.
  #names: (readonly [place: bigint, name: NativeName])[] = [];
  #newTids: (readonly [nativeId: number, tid: number])[] = [];
  #own: (readonly [tid: number, nativeId: number, title: string | undefined])[] = [];
  #tables: object[] = [];
  #again: object | undefined;
  readonly #reads = new MemoryRanges();

  /** @param fills of its own, with the decoder's image */
  constructor(
    facts: { readonly decoder: number; readonly isLook: boolean },
    log: LogBuffer,
    fills: FillWriter,
    whole: () => void,
  ) {
    this.#facts = facts;
    this.#log = log;
    this.#fills = fills;
    this.#whole = whole;
  }

  opened(mappings: readonly CodeMapping[], evals: EvalPlaces, isResumed: boolean): void {
    this.#writeNames();
    const ranges = evals.ranges.map((range) => range.map(hex));
    const facts = { ...this.#facts, isResumed, evals: ranges, tables: this.#tables.splice(0) };
    this.#log.fact("native", { ...facts, mappings: this.#mappings.changes(mappings, !isResumed) });
    // Where the eval loop lies was found with these; nobody asks for them again.
    this.#reads.clear();
    this.#whole();
  }

  begins(kind: NativeKind, tids: readonly number[], standing: ReadonlySet<number>): void {
    this.#writeNames();
    const log = this.#log;
    const isSame = tids === this.#tids;
    this.#event(NATIVE_BEGIN);
    log.byte(NATIVE_KINDS.indexOf(kind) | (isSame ? SAME_THREADS : 0));
    if (!isSame) this.#writeTids(tids);
    if (kind !== "copied") return;
    for (let i = 0; i < tids.length; i += 8) {
      let bits = 0;
      for (let bit = 0; bit < 8; bit++) if (standing.has(tids[i + bit] as number)) bits |= 1 << bit;
      log.byte(bits);
    }
  }

  made(
    tids: readonly number[],
    copies: ReadonlyMap<number, MomentCopy>,
    confirmed: readonly CodeMapping[] | undefined,
    end: SampleEnd,
  ): void {
    const log = this.#log;
    this.#started = log.length;
    this.#writeNames();
    const now = confirmed && this.#mappings.changes(confirmed);
    const facts = { again: this.#again, now, tables: this.#tables };
    const hasFacts = this.#again !== undefined || now !== undefined || this.#tables.length > 0;
    const hasThreads = this.#newTids.length > 0 || this.#own.length > 0;
    const hasReads = this.#reads.count > 0;
    const hasTids = tids !== this.#tids;
    this.#event(NATIVE_MADE);
    log.byte(
      (confirmed === undefined ? 0 : CONFIRMED) |
        (end === "lost" ? LOST : 0) |
        (end === "unread" ? UNREAD : 0) |
        (hasFacts ? CODE_FACTS : 0) |
        (hasThreads ? THREAD_FACTS : 0) |
        (hasReads ? CODE_READ : 0) |
        (hasTids ? OTHER_THREADS : 0),
    );
    if (hasTids) this.#writeTids(tids);
    if (hasFacts) log.object(facts);
    if (hasThreads) this.#writeThreads();
    log.integer(copies.size);
    for (const [attempt, copy] of copies) this.#writeCopy(attempt, copy);
    if (hasReads) this.#writeFill(this.#reads, READS);
    this.#again = undefined;
    this.#tables = [];
    this.#whole();
  }

  finished(): void {
    this.#writeNames();
    this.#event(NATIVE_END);
    this.#whole();
  }

  tid(nativeId: number, tid = 0): void {
    if (this.#tidsOf.get(nativeId) === tid) return;
    this.#tidsOf.set(nativeId, tid);
    this.#newTids.push([nativeId, tid]);
  }

  own(tid: number, nativeId: number, title: string | undefined): void {
    this.#own.push([tid, nativeId, title]);
  }

  read(address: bigint, length: number, bytes: Uint8Array): void {
    this.#reads.add(address, bytes, length);
  }

  table(head: bigint, table: ModuleTable | undefined): void {
    const { address = 0n, size = 0 } = table?.table ?? {};
    this.#tables.push(table === undefined ? [hex(head)] : [hex(head), hex(table.bias), hex(address), size]);
  }

  name(place: bigint, name: NativeName): void {
    this.#names.push([place, name]);
  }

  mapped(mappings: readonly CodeMapping[]): void {
    this.#again = this.#mappings.changes(mappings);
  }

  #event(event: number): void {
    this.#log.byte(event);
    this.#log.integer(this.#facts.decoder);
  }

  #writeTids(tids: readonly number[]): void {
    this.#log.integer(tids.length);
    for (const tid of tids) this.#log.integer(tid);
    this.#tids = tids;
  }

  #writeNames(): void {
    const names = this.#names;
    if (names.length === 0) return;
    const log = this.#log;
    this.#event(NATIVE_NAMES);
    log.integer(names.length);
    for (const [place, { name, module }] of names) {
      log.long(place);
      log.text(name);
      const known = this.#modules.get(module);
      log.integer(known ?? this.#modules.size);
      if (known !== undefined) continue;
      this.#modules.set(module, this.#modules.size);
      log.text(module);
    }
    this.#names = [];
  }

  #writeThreads(): void {
    const log = this.#log;
    log.integer(this.#newTids.length);
    for (const [nativeId, tid] of this.#newTids) {
      log.integer(nativeId);
      log.integer(tid);
    }
    log.integer(this.#own.length);
    for (const [tid, nativeId, title] of this.#own) {
      log.integer(tid);
      log.integer(nativeId);
      log.byte(title === undefined ? 0 : 1);
      if (title !== undefined) log.text(title);
    }
    this.#newTids = [];
    this.#own = [];
  }

  #writeCopy(attempt: number, { threads, failures }: MomentCopy): void {
    const log = this.#log;
    log.integer(attempt);
    log.integer(threads.size);
    for (const [tid, thread] of threads) {
      log.integer(tid);
      this.#writeThread(tid, thread);
      if (thread.stack.length > 0) this.#ranges.add(thread.stackStart, thread.stack);
    }
    log.integer(failures.length);
    for (const { tid, status, errno } of failures) {
      log.integer(tid);
      log.byte(HELD_STATUSES.indexOf(status));
      log.integer(errno);
    }
    this.#writeFill(this.#ranges, STACKS);
  }

  #writeThread(tid: number, { pc, stackPointer, stackStart, stackEnd, stack, registers, kernel }: StackCopy): void {
    const log = this.#log;
    const words = this.#words.of(tid);
    const now = [pc, stackPointer, stackStart, stackEnd, ...registers];
    const changed = now.flatMap((word, i) => (word === words[i] ? [] : i));
    log.integer(stack.length);
    const told = kernel === undefined ? 0 : kernel === "unknown" ? KERNEL_UNKNOWN : KERNEL_TOLD;
    log.byte((now.length - FIRST_REGISTER) | told);
    log.word(changed.reduce((bits, i) => bits | (1 << i), 0) >>> 0);
    for (const i of changed) {
      words[i] = now[i] as bigint;
      log.long(now[i] as bigint);
    }
    const calls = knownPart(kernel);
    if (calls !== undefined) this.#writeKernel(calls);
  }

  #writeKernel(stack: KernelStack): void {
    const log = this.#log;
    const stacks = this.#kernelStacks;
    const known = stacks.numberOf(stack);
    log.integer(known ?? stacks.size);
    if (known !== undefined) return;
    stacks.add(stack);
    log.byte(stack.isCut ? 1 : 0);
    log.integer(stack.functions.length);
    for (const name of stack.functions) log.text(name);
  }

  /** What is too large is left out, as it is of other samples. */
  #writeFill(ranges: MemoryRanges, place: number): void {
    const isWritten = ranges.count > 0 && ranges.isWithin;
    this.#log.byte(isWritten ? 1 : 0);
    if (isWritten) {
      ranges.lay();
      this.#fills.write(ranges.bytes, 0, ranges.count, place, this.#started, PLAIN_FILL);
    }
    ranges.clear();
  }
}

function hex(value: bigint): string {
  return value.toString(16);
}
