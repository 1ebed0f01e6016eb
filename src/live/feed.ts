// A live profile as messages. In: a profile that grows, and what is known of its run. Out: what has changed since the last message, and the full state
// as it was at that message, for whoever comes late. It sends nothing.
import type { FunctionLine, FunctionName } from "../analysis/function_line.js";
import type { LiveProfile } from "./live_profile.js";
import { COLLECTING, IDLE } from "./model.js";
import { SECONDS_KEPT } from "./rates.js";
import { slicesOf } from "./slices.js";
import type { Stacks } from "./stacks.js";
import { Sums } from "./sums.js";
import type { LiveThread } from "./thread.js";
import {
  PROTOCOL_VERSION,
  type WireDelta,
  type WireFull,
  type WireNew,
  type WireSecond,
  type WireSlice,
  type WireStatus,
  type WireThreadState,
} from "./wire.js";

/** Pairs of a second and a stack that a full state has. */
const MOST_IN_SLICES = 200_000;

/** What the system says of the processes in a second; by the second's number. */
export type Gauge = (second: number) => readonly [cpu: number | null, memory: number | null];

/** How much of each was told. */
interface Told {
  threads: number;
  functions: number;
  places: number;
  stacks: number;
}

const NOTHING: Readonly<Told> = { threads: 0, functions: 0, places: 0, stacks: 0 };

export class LiveFeed {
  #numbering = 0;
  #stacks: Stacks | undefined;
  #told: Told = { ...NOTHING };
  /** Of each thread, what was told of it. */
  #states: string[] = [];
  /** Of each thread, the stack that was told last. */
  #last: number[] = [];
  #sums = new Sums(0, 1);
  #metadata = 0;
  #second = 0;
  /** The profile's time of the last message. */
  #now = 0;

  constructor(
    readonly live: LiveProfile,
    readonly command: string,
    readonly gauge: Gauge,
  ) {}

  /** Whether there are samples that `next` has not told. */
  get isBehind(): boolean {
    return this.live.window("all").of.samples !== this.#sums.samples || this.#stacks !== this.live.stacks;
  }

  /** What is new since the last call; undefined where numbers mean something else now, and the full state is what is to be told. */
  next(status: WireStatus): WireDelta | undefined {
    const { live } = this;
    const { of } = live.window("all");
    // Before the first sample it isn't known what is summed up.
    const isSame = this.#stacks === live.stacks && this.#sums.columns.length === live.metrics.length + 1;
    if (!isSame) {
      this.#numbering++;
      this.#stacks = live.stacks;
      this.#states = [];
      this.#last = [];
      // The full state is told with this one's figures.
      this.#advance(of);
      this.#told = this.#all();
      this.#newStates();
      this.#newLast();
      return undefined;
    }
    const metadata = live.metadata.size === this.#metadata ? null : Object.fromEntries(live.metadata);
    const added = this.#added(this.#told);
    const slice = { from: this.#now, to: live.rates.now, ...difference(of, this.#sums, live.stacks.count) };
    const seconds = this.#seconds(this.#second);
    this.#advance(of);
    this.#told = this.#all();
    const states = this.#newStates();
    return { metadata, added, slice, states, last: this.#newLast(), seconds, status, now: live.rates.now };
  }

  /** All that the messages so far have told, if nothing was added to the profile since `next`. */
  full(status: WireStatus): WireFull {
    const { live, command } = this;
    const { of } = live.window("all");
    const none = new Sums(live.metrics.length, 1);
    return {
      version: PROTOCOL_VERSION,
      command,
      metadata: Object.fromEntries(live.metadata),
      metrics: live.metrics.map(({ name, label, unit }) => ({ name, label, unit })),
      numbering: this.#numbering,
      added: this.#added(NOTHING),
      states: live.threads.map(stateOf),
      last: live.threads.flatMap(({ last }, number) => [number, last]),
      sums: difference(of.samples === 0 ? none : of, none, live.stacks.count),
      slices: slicesOf(live, MOST_IN_SLICES),
      seconds: this.#seconds(0),
      status,
      now: live.rates.now,
    };
  }

  #all(): Told {
    const { stacks, places, threads } = this.live;
    const { lines, functions } = places;
    return { threads: threads.length, functions: functions.length, places: lines.length, stacks: stacks.count };
  }

  #advance(sums: Sums): void {
    const { live } = this;
    this.#sums = sums.copy(live.stacks.count);
    this.#metadata = live.metadata.size;
    // The second that has begun is told once more.
    this.#second = live.rates.second;
    this.#now = live.rates.now;
  }

  #added(told: Readonly<Told>): WireNew {
    const { stacks, places, threads } = this.live;
    const places_: number[] = [];
    for (let i = told.places; i < places.lines.length; i++)
      places_.push(places.functionOf[i] as number, (places.lines[i] as FunctionLine).line);
    const pairs: number[] = [];
    for (let i = told.stacks; i < stacks.count; i++) {
      const parent = stacks.parent[i] as number;
      pairs.push(parent, (parent < 0 ? stacks.thread[i] : stacks.place[i]) as number);
    }
    return {
      threads: threads
        .slice(told.threads)
        .map(({ pid, interpreterId, thread, root }) => [pid, interpreterId ?? null, thread, root]),
      functions: places.functions
        .slice(told.functions)
        .map(({ kind, scope, filename, isNative }: FunctionName) =>
          isNative === true ? [kind, scope, filename, true] : [kind, scope, filename],
        ),
      places: places_,
      stacks: pairs,
    };
  }

  #newStates(): WireThreadState[] {
    const states = this.live.threads.map(stateOf);
    const changed = states.filter((state, i) => this.#states[i] !== `${state[1]}\0${state[2]}`);
    for (const [number, name, flags] of changed) this.#states[number] = `${name}\0${flags}`;
    return changed;
  }

  #newLast(): number[] {
    const pairs: number[] = [];
    for (const [number, { last }] of this.live.threads.entries()) {
      if (this.#last[number] === last) continue;
      this.#last[number] = last;
      pairs.push(number, last);
    }
    return pairs;
  }

  #seconds(from: number): WireSecond[] {
    const { rates } = this.live;
    const seconds: WireSecond[] = [];
    for (let second = Math.max(from, rates.second - SECONDS_KEPT + 1, 0); second <= rates.second; second++) {
      const of = rates.of(second);
      if (of === undefined) continue;
      const { samples, due, unproven, idle, collecting, gapMicroseconds } = of;
      const gauge = this.gauge(second);
      seconds.push([second, samples, due, unproven, idle, collecting, gapMicroseconds, ...gauge]);
    }
    return seconds;
  }
}

function stateOf({ name, isIdle, isCollecting }: LiveThread, number: number): WireThreadState {
  return [number, name ?? null, (isIdle ? IDLE : 0) | (isCollecting ? COLLECTING : 0)];
}

/** Which stacks have something else than before, and by how much. */
function difference(now: Sums, before: Sums, count: number): Pick<WireSlice, "stacks" | "values" | "squares"> {
  const stacks: number[] = [];
  const samples = now.columns.length - 1;
  for (let stack = 0; stack < count; stack++) {
    if ((now.columns[samples]?.[stack] ?? 0) !== (before.columns[samples]?.[stack] ?? 0)) stacks.push(stack);
  }
  const values = now.columns.map((column, i) =>
    stacks.map((stack) => (column[stack] ?? 0) - (before.columns[i]?.[stack] ?? 0)),
  );
  return { stacks, values, squares: [...now.squares].map((square, i) => square - (before.squares[i] as number)) };
}
