// A profile while it is taken: what views in a terminal or a page show. In: samples, one by one or as a stream. Out: sums over windows
// (all, since a reset, the last seconds, between two marks) by thread, stack, function and line; rates; the last samples themselves. It knows
// no files, no terminal, no process.
//
// Its memory is bounded, however long a run lasts. Kept to the full: all figures; the sums of functions and lines of up to MOST_PLACES places; the
// last samples, as many as `recentSeconds` have, `mostSamples` at most. Where there are more than `mostStacks` distinct stacks or
// `mostThreads` threads, those with least that no recent sample has are summed up with their like: rare stacks as one callee of what
// called them, threads that have ended as one (`letGo` counts them).
import { type Metric, metricsOf } from "../analysis/metric.js";
import { ProfileClock, threadKey } from "../filters/index.js";
import type { Sample } from "../model/sample.js";
import type { SampleStream } from "../model/sample_stream.js";
import { letGoOf } from "./let_go.js";
import { COLLECTING, IDLE, UNPROVEN, valueLeft } from "./model.js";
import { MOST_PLACES, Places } from "./places.js";
import { Rates } from "./rates.js";
import { Recent } from "./recent.js";
import { recentSamples, summedSamples } from "./samples.js";
import { Spans, type Weight, type WindowName, weightOf } from "./spans.js";
import { Stacks } from "./stacks.js";
import { Sums } from "./sums.js";
import { type Scope, Tally, type Window } from "./tally.js";
import { LiveThread } from "./thread.js";
import type { LiveView } from "./view.js";

export interface LiveOptions {
  /** How long the window "recent" is, in seconds. Default: 10. */
  readonly recentSeconds?: number | undefined;
  /** How many of the last seconds are kept, so that the window may become longer again. Default: `recentSeconds`. */
  readonly keptSeconds?: number | undefined;
  /** Default: 131,072. */
  readonly mostStacks?: number | undefined;
  /** A power of two. Default: 1,048,576. */
  readonly mostSamples?: number | undefined;
  /** Default: 4,096. */
  readonly mostThreads?: number | undefined;
}

export class LiveProfile implements LiveView {
  /** Facts of the profile; without a mode, it is one of wall time. */
  metadata: ReadonlyMap<string, string>;
  readonly places = new Places(MOST_PLACES);
  readonly rates = new Rates();
  stacks = new Stacks();
  /** By their numbers, in the order in which they turned up. */
  threads: LiveThread[] = [];
  /** How much is summed up with its like by now. */
  readonly letGo = { stacks: 0, threads: 0 };
  /** Counted up where numbers of stacks and threads mean others than before. */
  numbering = 0;
  readonly tellsLast = true;
  readonly recent: Recent;
  #recentSeconds: number;
  readonly #keptSeconds: number;
  /** How many of the samples that are kept are older than the window. */
  #older = 0;
  readonly #mostStacks: number;
  readonly #mostThreads: number;
  readonly #clock = new ProfileClock();
  readonly #byKey = new Map<string, LiveThread>();
  #lastThread: LiveThread | undefined;
  #metrics: readonly Metric[] | undefined;
  #interval = 0;
  #values = new Float64Array(0);
  #sums = new Sums(0, 1);
  #recentSums = new Sums(0, 1);
  readonly #spans = new Spans();
  readonly #tally = new Tally();

  constructor(metadata: ReadonlyMap<string, string> = new Map(), options: LiveOptions = {}) {
    this.metadata = metadata;
    this.#recentSeconds = options.recentSeconds ?? 10;
    this.#keptSeconds = options.keptSeconds ?? 0;
    this.#mostStacks = options.mostStacks ?? 1 << 17;
    this.#mostThreads = options.mostThreads ?? 4096;
    this.recent = new Recent(options.mostSamples ?? 1 << 20);
  }

  /** Add all samples of a stream, such as `readMojo(source)` gives them. */
  async feed(stream: SampleStream, added?: () => void): Promise<void> {
    this.metadata = stream.metadata;
    for await (const sample of stream) {
      this.add(sample);
      added?.();
    }
  }

  /** What is summed up: what the profile's mode measures, the most telling first. */
  get metrics(): readonly Metric[] {
    return this.#metrics ?? metricsOf(this.metadata);
  }

  get recentSeconds(): number {
    return this.#recentSeconds;
  }

  /** From now on the window "recent" is so long; what is not kept any more does not come back. */
  set recentSeconds(seconds: number) {
    this.#recentSeconds = Math.max(1, seconds);
    const { recent } = this;
    const from = this.rates.now - 1e6 * this.#recentSeconds;
    // Threads have clocks of their own: the first that is young enough is sought from the oldest on, as when they expire.
    let first = 0;
    while (first < this.#older && (recent.end[recent.at(first)] as number) < from) first++;
    while (this.#older > first) this.#count(recent.at(--this.#older), 1);
    this.#expire(this.rates.now);
  }

  /** Time from the first to the last of the recent samples, in seconds: less than `recentSeconds` where these have no room. */
  get recentHeld(): number {
    const { recent } = this;
    if (this.#older === recent.count) return 0;
    const first = recent.at(this.#older);
    return (this.rates.now - (recent.end[first] as number) + (recent.time[first] as number)) / 1e6;
  }

  /** Whether there is no room for all samples of the window "recent". */
  get isRecentShort(): boolean {
    return this.recent.isFull && this.#older === 0;
  }

  /** Whether the recent samples are all that there were. */
  get holdsAll(): boolean {
    return this.recent.count === this.#sums.samples;
  }

  add(sample: Sample): void {
    if (this.#metrics === undefined) this.#begin();
    const { metrics } = this;
    const thread = this.#threadOf(sample);
    const time = sample.metrics.timeMicroseconds ?? 0;
    const end =
      sample.metrics.timeMicroseconds === undefined
        ? this.rates.now
        : this.#clock.advanceThread(sample.pid, thread.key, time);
    const stack = thread.stackOf(sample.frames, this.stacks, this.places);
    this.#sums.reserve(this.stacks.count);
    this.#recentSums.reserve(this.stacks.count);
    for (let i = 0; i < metrics.length; i++) this.#values[i] = (metrics[i] as Metric).of(sample);
    this.#sums.add(stack, this.#values, 1);
    this.#recentSums.add(stack, this.#values, 1);
    const { isUnproven } = thread;
    const flags = (sample.idle ? IDLE : 0) | (sample.gc ? COLLECTING : 0) | (isUnproven ? UNPROVEN : 0);
    if (this.recent.isFull) this.#dropOldest();
    this.recent.push(stack, Math.min(time, 0xffffffff), end, flags, sample.metrics.memoryBytes ?? 0);
    this.rates.add(end, time, this.#interval, isUnproven, sample.idle, sample.gc);
    thread.last = stack;
    thread.seen = end;
    thread.isIdle = sample.idle;
    thread.isCollecting = sample.gc;
    thread.samples++;
    this.#expire(end);
    if (this.stacks.count > 0.98 * this.#mostStacks || this.threads.length > this.#mostThreads) this.#letGo();
  }

  /** Another word for the time that passes where no sample has one, as in memory mode. @param microseconds from the start */
  tick(microseconds: number): void {
    if (microseconds <= this.rates.now) return;
    this.rates.now = microseconds;
    this.#expire(microseconds);
  }

  /** The window "reset" begins anew. */
  reset(): void {
    this.#spans.reset(this.#sums.copy(this.stacks.count));
    this.rates.reset();
  }

  /** Set mark A, which unsets B, or mark B. */
  mark(which: "a" | "b"): void {
    this.#spans.mark(which, this.#sums.copy(this.stacks.count));
  }

  /** Whether windows stay as they were when `freeze` was called. Samples are added all the same. */
  get isFrozen(): boolean {
    return this.#spans.isFrozen;
  }

  freeze(): void {
    const { count } = this.stacks;
    this.#spans.freeze(this.#sums.copy(count), this.#recentSums.copy(count));
    for (const thread of this.threads) thread.frozen = thread.last;
  }

  thaw(): void {
    this.#spans.thaw();
  }

  /** The stack of a thread that was seen last; of a frozen profile, by then. */
  lastOf(thread: LiveThread): number {
    return this.isFrozen ? (thread.frozen ?? thread.root) : thread.last;
  }

  get marks(): { readonly a: boolean; readonly b: boolean } {
    return this.#spans.marks;
  }

  /** The sums of a window. */
  window(name: WindowName): Window {
    return this.#spans.of(name, this.#sums, () => this.#recentSums);
  }

  /**
   * Sum up a window. The result is the same object each time, unless another one is given.
   * @param metric one of `metrics`; undefined counts samples
   */
  tally(name: WindowName, metric?: Metric, scope?: Scope, into: Tally = this.#tally): Tally {
    const at = metric === undefined ? -1 : this.metrics.indexOf(metric);
    const column = at < 0 ? this.#sums.squares.length : at;
    into.compute(this.stacks, this.places, this.threads, this.window(name), column, scope);
    return into;
  }

  /** To how many samples of equal weight a window amounts (Kish), of a metric. */
  weight(name: WindowName, metric: Metric): Weight {
    return weightOf(this.window(name), this.metrics, metric);
  }

  /** The recent samples, as they came, but for columns of lines. @param seconds all that are kept by default */
  recentSamples(seconds = Number.POSITIVE_INFINITY): Iterable<Sample> {
    return recentSamples(this, this.rates.now - 1e6 * seconds);
  }

  /** Those of the recent samples that ended between two moments. @param from in seconds of the run @param to the same */
  samplesBetween(from: number, to: number): Iterable<Sample> {
    return recentSamples(this, 1e6 * from, 1e6 * to);
  }

  /** From when on all samples are among the recent ones, in seconds of the run. */
  get recentFrom(): number {
    const { recent } = this;
    return this.holdsAll || recent.count === 0 ? 0 : (recent.end[recent.at(0)] as number) / 1e6;
  }

  /** A window as one sample a stack, with the stack's sums: what every format and analysis takes, though not in time's order. */
  summedSamples(name: WindowName): Iterable<Sample> {
    return summedSamples(this, this.window(name));
  }

  #begin(): void {
    this.#metrics = metricsOf(this.metadata);
    const interval = Number(this.metadata.get("interval"));
    this.#interval = Number.isFinite(interval) ? interval : 0;
    this.#values = new Float64Array(this.#metrics.length);
    this.#sums = new Sums(this.#metrics.length);
    this.#recentSums = new Sums(this.#metrics.length);
  }

  #threadOf({ pid, interpreterId, thread, threadName }: Sample): LiveThread {
    let found = this.#lastThread;
    if (found?.thread !== thread || found.pid !== pid || found.interpreterId !== interpreterId) {
      const key = `${pid}:${interpreterId}:${thread}`;
      found = this.#byKey.get(key);
      if (found === undefined) {
        const number = this.threads.length;
        const root = this.stacks.root(number);
        found = new LiveThread(number, pid, interpreterId, thread, threadKey(interpreterId, thread), root);
        this.threads.push(found);
        this.#byKey.set(key, found);
      }
      this.#lastThread = found;
    }
    if (threadName !== undefined) found.name = threadName;
    return found;
  }

  #expire(now: number): void {
    const { recent } = this;
    const from = now - 1e6 * this.#recentSeconds;
    while (this.#older < recent.count && (recent.end[recent.at(this.#older)] as number) < from)
      this.#count(recent.at(this.#older++), -1);
    const oldest = now - 1e6 * Math.max(this.#recentSeconds, this.#keptSeconds);
    while (recent.count > 0 && (recent.end[recent.begin] as number) < oldest) this.#dropOldest();
  }

  #dropOldest(): void {
    if (this.#older > 0) this.#older--;
    else this.#count(this.recent.begin, -1);
    this.recent.shift();
  }

  /** A sample that is kept enters the window "recent", or leaves it. */
  #count(at: number, sign: 1 | -1): void {
    const { recent, metrics } = this;
    const [time, flags, bytes] = [recent.time[at] as number, recent.flags[at] as number, recent.memory[at] ?? 0];
    for (let i = 0; i < metrics.length; i++) {
      this.#values[i] = valueLeft(metrics[i] as Metric, time, flags, bytes);
    }
    this.#recentSums.add(recent.stack[at] as number, this.#values, sign);
  }

  #letGo(): void {
    const { stacks, threads, numbers, gone } = letGoOf(this, this.#sums, this.#recentSums, {
      stacks: this.#mostStacks / 2,
      threads: Math.ceil(this.#mostThreads / 2),
    });
    const move = (sums: Sums): Sums => sums.renumbered(numbers, stacks.count);
    this.#sums = move(this.#sums);
    this.#recentSums = move(this.#recentSums);
    this.#spans.renumber(move);
    for (let i = 0; i < this.recent.count; i++) {
      const at = this.recent.at(i);
      this.recent.stack[at] = numbers[this.recent.stack[at] as number] as number;
    }
    this.letGo.stacks += gone.stacks;
    this.letGo.threads += gone.threads;
    this.numbering++;
    this.stacks = stacks;
    this.threads = threads;
    this.#lastThread = undefined;
    this.#byKey.clear();
    for (const one of threads) this.#byKey.set(`${one.pid}:${one.interpreterId}:${one.thread}`, one);
  }
}
