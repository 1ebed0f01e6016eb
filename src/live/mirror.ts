// A live profile that is taken elsewhere, as far as its messages tell. In: a full state, and changes. Out: what tables, trees and graphs are made of: the
// same arrays as a live profile has, and any window of the seconds that are kept. It knows no line that messages come by.
import type { FunctionName } from "../analysis/function_line.js";
import { type Metric, metricsOf } from "../analysis/metric.js";
import { threadKey } from "../filters/index.js";
import { COLLECTING, IDLE } from "./model.js";
import { frameOf, MOST_PLACES, Places } from "./places.js";
import { SECONDS_KEPT } from "./rates.js";
import { Stacks } from "./stacks.js";
import { Sums } from "./sums.js";
import type { Window } from "./tally.js";
import { LiveThread } from "./thread.js";
import {
  PROTOCOL_VERSION,
  type WireDelta,
  type WireFull,
  type WireNew,
  type WireSecond,
  type WireSlice,
  type WireStatus,
} from "./wire.js";

/** Pairs of a slice and a stack that are kept. */
const MOST_KEPT = 2_000_000;
/** A live profile has no more, by far: who sends more is none. */
const MOST_STACKS = 1 << 20;
const MOST_THREADS = 1 << 16;

/** A message contradicts those before it, or is of a version that we don't know: only a full state helps. */
export class OutOfStep extends Error {
  override readonly name = "OutOfStep";
}

export class LiveMirror {
  readonly command: string;
  readonly numbering: number;
  metadata: ReadonlyMap<string, string>;
  readonly metrics: readonly Metric[];
  readonly stacks = new Stacks();
  readonly places = new Places(MOST_PLACES);
  readonly threads: LiveThread[] = [];
  readonly sums: Sums;
  readonly seconds = new Map<number, WireSecond>();
  status: WireStatus;
  now: number;
  /** Whether each thread's `last` is what it was seen with last. */
  tellsLast = false;
  /** The oldest first. */
  readonly slices: WireSlice[] = [];
  #kept = 0;
  #keptSamples = 0;
  readonly #functions: FunctionName[] = [];
  /** Places. */
  #described = 0;

  /** @throws OutOfStep */
  constructor(full: WireFull) {
    if (full.version !== PROTOCOL_VERSION)
      throw new OutOfStep(`version ${full.version} of the protocol is not known here, ${PROTOCOL_VERSION} is`);
    this.command = full.command;
    this.numbering = full.numbering;
    this.metadata = new Map(Object.entries(full.metadata));
    this.metrics = metricsOf(this.metadata);
    this.sums = new Sums(this.metrics.length);
    this.status = full.status;
    this.now = full.now;
    this.#describe(full.added);
    this.#add(full.sums);
    for (const slice of full.slices) {
      this.#check(slice);
      this.#see(slice);
      this.#keep(slice);
    }
    this.#take(full);
  }

  /** @throws OutOfStep */
  apply(delta: WireDelta): void {
    if (delta.metadata !== null) this.metadata = new Map(Object.entries(delta.metadata));
    this.#describe(delta.added);
    this.#add(delta.slice);
    this.#see(delta.slice);
    if (delta.slice.stacks.length > 0) this.#keep(delta.slice);
    this.#take(delta);
    this.status = delta.status;
    this.now = delta.now;
  }

  /** Where the slices begin that are kept, in microseconds. */
  get keptFrom(): number {
    return this.slices[0]?.from ?? this.now;
  }

  /** Whether the slices that are kept are all that there was. */
  get keepsAll(): boolean {
    return this.#keptSamples === this.sums.samples;
  }

  /** What there was from one moment to another, in microseconds; slices count whose middle lies between them. */
  between(from: number, to: number): Window {
    const sums = new Sums(this.metrics.length, Math.max(1, this.stacks.count));
    for (const slice of this.slices) {
      const middle = (slice.from + slice.to) / 2;
      if (middle > from && middle <= to) add(sums, slice);
    }
    return { of: sums };
  }

  #describe({ threads, functions, places, stacks }: WireNew): void {
    const before = this.threads.length;
    if (
      this.#functions.length + functions.length > MOST_PLACES ||
      this.threads.length + threads.length > MOST_THREADS ||
      this.stacks.count + stacks.length / 2 > MOST_STACKS
    )
      throw new OutOfStep("there are more functions, threads or stacks than a live profile has");
    for (const [kind, scope, filename, isNative] of functions)
      this.#functions.push(isNative ? { kind, isNative, scope, filename } : { kind, scope, filename });
    for (const [pid, interpreter, thread, root] of threads) {
      const id = interpreter ?? undefined;
      this.threads.push(new LiveThread(this.threads.length, pid, id, thread, threadKey(id, thread), root));
    }
    for (let i = 0; i < places.length; i += 2) {
      // What sums up others is the first one at both ends.
      if (this.#described++ === 0) continue;
      const of = this.#functions[places[i] as number];
      if (of === undefined) throw new OutOfStep("a place is of no function that is known");
      const before = this.places.lines.length;
      const number = this.places.of(frameOf({ function: of, line: places[i + 1] as number }));
      if (number !== before) throw new OutOfStep("a place is described twice");
    }
    for (let i = 0; i < stacks.length; i += 2) {
      const [parent, place] = [stacks[i] as number, stacks[i + 1] as number];
      const count = this.stacks.count;
      const number = parent < 0 ? this.stacks.root(place) : this.#child(parent, place);
      if (number !== count) throw new OutOfStep("a stack is described twice");
    }
    for (const { number, root } of this.threads.slice(before))
      if (this.stacks.parent[root] !== -1 || this.#threadOf(root).number !== number)
        throw new OutOfStep("a thread's empty stack is none");
    this.sums.reserve(this.stacks.count);
  }

  #child(parent: number, place: number): number {
    if (parent >= this.stacks.count || place >= this.places.lines.length)
      throw new OutOfStep("a stack is of nothing that is known");
    return this.stacks.child(parent, place, this.places.functionOf);
  }

  #add(slice: Pick<WireSlice, "stacks" | "values" | "squares">): void {
    this.#check(slice);
    add(this.sums, slice);
    const samples = slice.values.at(-1) ?? [];
    for (const [i, stack] of slice.stacks.entries()) this.#threadOf(stack).samples += samples[i] ?? 0;
  }

  #check({ stacks, values }: Pick<WireSlice, "stacks" | "values">): void {
    if (values.length !== this.sums.columns.length) throw new OutOfStep("there are other metrics than before");
    if (stacks.some((stack) => stack >= this.stacks.count)) throw new OutOfStep("a sum is of no known stack");
  }

  #threadOf(stack: number): LiveThread {
    const thread = this.threads[this.stacks.thread[stack] as number];
    if (thread === undefined) throw new OutOfStep("a stack is of no thread that is known");
    return thread;
  }

  /** Who was seen, and with what: of a slice the stack that has most of it, unless more is told. */
  #see({ stacks, values, to }: WireSlice): void {
    const samples = values.at(-1) ?? [];
    const most = new Map<LiveThread, number>();
    for (const [i, stack] of stacks.entries()) {
      const thread = this.#threadOf(stack);
      thread.seen = to;
      if ((samples[i] ?? 0) <= (most.get(thread) ?? 0)) continue;
      most.set(thread, samples[i] as number);
      thread.last = stack;
    }
  }

  #keep(slice: WireSlice): void {
    this.slices.push(slice);
    this.#kept += slice.stacks.length;
    this.#keptSamples += samplesOf(slice);
    const oldest = slice.to - 1e6 * SECONDS_KEPT;
    while (this.slices.length > 1 && (this.#kept > MOST_KEPT || (this.slices[0] as WireSlice).to < oldest)) {
      const gone = this.slices.shift() as WireSlice;
      this.#kept -= gone.stacks.length;
      this.#keptSamples -= samplesOf(gone);
    }
  }

  #take({ states, last, seconds }: Pick<WireDelta, "states" | "last" | "seconds">): void {
    for (const [number, name, flags] of states) {
      const thread = this.threads[number];
      if (thread === undefined) throw new OutOfStep("a state is of no thread that is known");
      thread.name = name ?? undefined;
      thread.isIdle = (flags & IDLE) !== 0;
      thread.isCollecting = (flags & COLLECTING) !== 0;
    }
    this.tellsLast = last !== undefined;
    for (let i = 0; last !== undefined && i < last.length; i += 2) {
      const [thread, stack] = [this.threads[last[i] as number], last[i + 1] as number];
      if (thread === undefined || this.#threadOf(stack) !== thread) throw new OutOfStep("a thread has no such stack");
      thread.last = stack;
    }
    for (const second of seconds) this.seconds.set(second[0], second);
    for (const second of this.seconds.keys()) {
      if (this.seconds.size <= SECONDS_KEPT) break;
      this.seconds.delete(second);
    }
  }
}

function samplesOf({ values }: WireSlice): number {
  return (values.at(-1) ?? []).reduce((sum, one) => sum + one, 0);
}

function add(sums: Sums, { stacks, values, squares }: Pick<WireSlice, "stacks" | "values" | "squares">): void {
  for (const i of sums.squares.keys()) (sums.squares[i] as number) += squares?.[i] ?? Number.POSITIVE_INFINITY;
  for (const [i, column] of sums.columns.entries()) {
    const of = values[i] as readonly number[];
    let all = 0;
    for (let k = 0; k < stacks.length; k++) {
      const value = of[k] as number;
      (column[stacks[k] as number] as number) += value;
      all += value;
    }
    (sums.all[i] as number) += all;
  }
}
