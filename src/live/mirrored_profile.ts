// A live profile that is taken elsewhere, as views read one: windows, reset, marks and pause are our own, whoever else watches. In: its messages. Out: a
// LiveView. It knows no line that messages come by.
//
// A full state may come at any time, as after a line that broke. Where its numbers mean what they meant before, windows go on counting; where they don't,
// those that began at a moment begin anew. While it is frozen, views go on seeing the state that was frozen.
import type { Metric } from "../analysis/metric.js";
import type { LiveMirror } from "./mirror.js";
import { type RateFigures, SECONDS_KEPT } from "./rates.js";
import { Spans, type Weight, type WindowName, weightOf } from "./spans.js";
import type { Sums } from "./sums.js";
import { type Scope, Tally, type Window } from "./tally.js";
import type { LiveThread } from "./thread.js";
import type { LiveRates, LiveView } from "./view.js";
import type { WireDelta } from "./wire.js";

/** What a full state made of windows. */
export type Taken = "first" | "goes on" | "begins anew";

export class MirroredProfile implements LiveView {
  /** What views see. */
  #mirror: LiveMirror;
  /** What messages go into: another one where that has come while we are frozen. */
  #current: LiveMirror;
  #spans = new Spans();
  /** Whether windows are of numbers that mean something else in `#current`. */
  #isStale = false;
  #recentSeconds: number;
  /** Counts messages. */
  #message = 0;
  #recent: { readonly of: Sums; readonly message: number } | undefined;
  readonly #tally = new Tally();
  readonly rates: LiveRates;

  constructor(full: LiveMirror, recentSeconds: number) {
    this.#mirror = full;
    this.#current = full;
    this.#recentSeconds = recentSeconds;
    const of = (): LiveMirror => this.#mirror;
    this.rates = {
      get all() {
        return of().status.rates.all;
      },
      get now() {
        return of().now;
      },
      last: (seconds) => lastOf(of(), seconds),
    };
  }

  /** A full state has come. @returns what that is for windows that began at a moment */
  begin(full: LiveMirror): Taken {
    const isSame = full.numbering === this.#current.numbering && full.now >= this.#current.now;
    const had = this.#spans.hasMoments;
    this.#current = full;
    this.#message++;
    if (!isSame) this.#isStale = true;
    if (!this.isFrozen) this.thaw();
    if (isSame) return "goes on";
    return had ? "begins anew" : "first";
  }

  /** @throws OutOfStep */
  apply(delta: WireDelta): void {
    this.#message++;
    this.#current.apply(delta);
  }

  /** What is known of the run by now, whatever is frozen. */
  get status(): LiveMirror["status"] {
    return this.#current.status;
  }

  get seconds(): LiveMirror["seconds"] {
    return this.#current.seconds;
  }

  get metadata(): ReadonlyMap<string, string> {
    return this.#mirror.metadata;
  }

  get metrics(): readonly Metric[] {
    return this.#mirror.metrics;
  }

  get stacks(): LiveMirror["stacks"] {
    return this.#mirror.stacks;
  }

  get places(): LiveMirror["places"] {
    return this.#mirror.places;
  }

  get threads(): readonly LiveThread[] {
    return this.#mirror.threads;
  }

  get numbering(): number {
    return this.#mirror.numbering;
  }

  get letGo(): LiveView["letGo"] {
    return this.#mirror.status.letGo;
  }

  get tellsLast(): boolean {
    return this.#mirror.tellsLast;
  }

  get recentSeconds(): number {
    return this.#recentSeconds;
  }

  set recentSeconds(seconds: number) {
    this.#recentSeconds = Math.max(1, seconds);
    this.#recent = undefined;
  }

  get recentHeld(): number {
    const { now, keptFrom } = this.#mirror;
    return Math.max(0, Math.min(this.#recentSeconds, (now - keptFrom) / 1e6));
  }

  get isRecentShort(): boolean {
    const { now, keptFrom, keepsAll } = this.#mirror;
    return !keepsAll && keptFrom > now - 1e6 * this.#recentSeconds;
  }

  get marks(): LiveView["marks"] {
    return this.#spans.marks;
  }

  get isFrozen(): boolean {
    return this.#spans.isFrozen;
  }

  freeze(): void {
    this.#spans.freeze(this.#copy(), this.#recentSums());
    for (const thread of this.threads) thread.frozen = thread.last;
  }

  thaw(): void {
    this.#spans.thaw();
    if (this.#isStale) this.#spans = new Spans();
    this.#isStale = false;
    this.#mirror = this.#current;
    this.#recent = undefined;
  }

  reset(): void {
    this.#spans.reset(this.#copy());
  }

  mark(which: "a" | "b"): void {
    this.#spans.mark(which, this.#copy());
  }

  lastOf(thread: LiveThread): number {
    return this.isFrozen ? (thread.frozen ?? thread.root) : thread.last;
  }

  tally(name: WindowName, metric?: Metric, scope?: Scope, into: Tally = this.#tally): Tally {
    const { stacks, places, threads, metrics } = this.#mirror;
    const at = metric === undefined ? -1 : metrics.indexOf(metric);
    into.compute(stacks, places, threads, this.#window(name), at < 0 ? metrics.length : at, scope);
    return into;
  }

  weight(name: WindowName, metric: Metric): Weight {
    return weightOf(this.#window(name), this.metrics, metric);
  }

  #window(name: WindowName): Window {
    return this.#spans.of(name, this.#mirror.sums, () => this.#recentSums());
  }

  #copy(): Sums {
    return this.#mirror.sums.copy(this.#mirror.stacks.count);
  }

  /** Made once a message. */
  #recentSums(): Sums {
    if (this.#recent?.message !== this.#message) {
      const { now } = this.#mirror;
      // The second that has begun ends later.
      const { of } = this.#mirror.between(now - 1e6 * this.#recentSeconds, Number.POSITIVE_INFINITY);
      this.#recent = { of, message: this.#message };
    }
    return this.#recent.of;
  }
}

/** As `Rates.last`. */
function lastOf({ seconds, now }: LiveMirror, wanted: number): RateFigures {
  const last = Math.floor(now / 1e6);
  const first = Math.max(0, last - Math.min(wanted, SECONDS_KEPT) + 1);
  const sum = { samples: 0, due: 0, unproven: 0, idle: 0, collecting: 0, gapMicroseconds: 0 };
  for (let second = first; second <= last; second++) {
    const of = seconds.get(second);
    if (of === undefined) continue;
    const [, samples, due, unproven, idle, collecting, gap] = of;
    sum.samples += samples;
    sum.due += due;
    sum.unproven += unproven;
    sum.idle += idle;
    sum.collecting += collecting;
    sum.gapMicroseconds = Math.max(sum.gapMicroseconds, gap);
  }
  return { seconds: now / 1e6 - first, ...sum };
}
