// What of a live profile is shown: which window, threads and metric, whether it is paused, what is compared. In: mirrors as they come, and what one asks
// for. Out: sums. It draws nothing.
import type { Metric } from "../../src/analysis/metric.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import type { Sums } from "../../src/live/sums.js";
import { type Scope, Tally, type Window } from "../../src/live/tally.js";
import type { LiveThread } from "../../src/live/thread.js";
import { behind, type Mark, Marks } from "./marks.js";

/** "reset": since then; "last": the last seconds; "brush": between two moments, in seconds. */
export type Span =
  | { readonly kind: "all" | "reset" }
  | { readonly kind: "last"; readonly seconds: number }
  | { readonly kind: "brush"; readonly from: number; readonly to: number };

/** The profile as it was at a moment. */
interface Moment {
  readonly mirror: LiveMirror;
  readonly sums: Sums;
  readonly now: number;
}

/** What is compared: two windows, with the times that they are of. */
export type Sides = readonly [Mark, Mark];

export class Shown {
  span: Span = { kind: "all" };
  /** Key of the thread, or of its process; undefined: all. */
  thread: string | undefined;
  metric = 0;
  readonly tally = new Tally();
  readonly marks = new Marks();
  #mirror: LiveMirror;
  #paused: Moment | undefined;
  #reset: Moment | undefined;

  constructor(mirror: LiveMirror) {
    this.#mirror = mirror;
  }

  /** A full state has come. @returns what is to be said of it */
  begin(mirror: LiveMirror): string | undefined {
    const isSame = this.#mirror.numbering === mirror.numbering;
    const before = this.#reset;
    this.#mirror = mirror;
    if (isSame) {
      if (before !== undefined) this.#reset = { ...before, mirror };
      return undefined;
    }
    const said: string[] = [];
    if (this.isPaused) {
      // Its numbers mean nothing beside those of what comes.
      this.#paused = undefined;
      said.push("Resumed: stacks were summed up.");
    }
    if (before !== undefined) {
      this.#reset = momentOf(mirror);
      said.push("What was reset begins anew: stacks were summed up.");
    }
    if (!this.marks.renew(mirror)) said.push("Marks are gone: stacks were summed up.");
    return said.length === 0 ? undefined : said.join(" ");
  }

  get mirror(): LiveMirror {
    return this.#paused?.mirror ?? this.#mirror;
  }

  get isPaused(): boolean {
    return this.#paused !== undefined;
  }

  pause(): void {
    this.#paused = this.isPaused ? undefined : momentOf(this.#mirror);
  }

  /** The window "reset" begins anew, and goes on. */
  reset(): void {
    this.#paused = undefined;
    this.#reset = momentOf(this.#mirror);
    this.span = { kind: "reset" };
  }

  /** When the last sample ended, of what is shown. */
  get now(): number {
    return this.#paused?.now ?? this.#mirror.now;
  }

  get currentMetric(): Metric {
    const { metrics } = this.mirror;
    return metrics[this.metric % metrics.length] as Metric;
  }

  /** Whether what was chosen is there. */
  get hasThread(): boolean {
    return this.mirror.threads.some((one) => this.#isChosen(one));
  }

  /** What is to be seen. */
  sumUp(): Tally {
    return this.#compute(this.#window(), this.#scope, this.tally);
  }

  /** The same of all threads. */
  sumUpAll(into: Tally): Tally {
    return this.#compute(this.#window(), {}, into);
  }

  /** What is shown is mark A, which unsets B, or mark B. */
  mark(which: "a" | "b"): void {
    const sums = (this.#paused?.sums ?? this.#mirror.sums).copy(this.mirror.stacks.count);
    const { of, without } = this.#window();
    const isKept = this.span.kind === "brush" || this.span.kind === "last";
    const window = isKept ? { of } : { of: sums, without };
    this.marks.set(which, { ...this.#times(), window, setAt: this.now / 1e6, at: sums, isKept });
  }

  /** What is compared with what; undefined where no mark is set. */
  get sides(): Sides | undefined {
    const { a, b } = this.marks;
    if (a === undefined) return undefined;
    if (b !== undefined) return [a, b];
    // As in austin-tui: what came before is compared with what comes then, if one has chosen nothing else.
    if (this.span.kind === "brush" || this.span.kind === "last")
      return [a, { ...a, ...this.#times(), window: this.#window() }];
    return [a, behind(a, this.#paused?.sums ?? this.#mirror.sums, this.now)];
  }

  /** Sum up one of two sides. */
  sumUpSide({ window }: Mark, into: Tally): Tally {
    return this.#compute(window, this.#scope, into);
  }

  get column(): number {
    return this.metric % this.mirror.metrics.length;
  }

  #isChosen(one: LiveThread): boolean {
    return keyOf(one) === this.thread || processKey(one.pid) === this.thread;
  }

  get #scope(): Scope {
    return this.hasThread ? { thread: (one: LiveThread) => this.#isChosen(one) } : {};
  }

  #compute(window: Window, scope: Scope, into: Tally): Tally {
    const { mirror } = this;
    into.compute(mirror.stacks, mirror.places, mirror.threads, window, this.column, scope);
    return into;
  }

  /** What is shown, in seconds. */
  #times(): { readonly from: number; readonly to: number } {
    const { span } = this;
    const now = this.now / 1e6;
    if (span.kind === "brush") return { from: span.from, to: Math.min(span.to, now) };
    if (span.kind === "last") return { from: Math.max(0, now - span.seconds), to: now };
    return { from: span.kind === "reset" ? (this.#reset?.now ?? 0) / 1e6 : 0, to: now };
  }

  #window(): Window {
    const { span, mirror, now } = this;
    const sums = this.#paused?.sums ?? mirror.sums;
    switch (span.kind) {
      case "all":
        return { of: sums };
      case "reset":
        return { of: sums, without: this.#reset?.sums };
      case "last":
        return mirror.between(now - 1e6 * span.seconds, now);
      case "brush":
        return mirror.between(1e6 * span.from, Math.min(1e6 * span.to, now));
    }
  }
}

export function keyOf({ pid, key }: LiveThread): string {
  return `${pid}:${key}`;
}

/** What stands for all threads of a process. */
export function processKey(pid: number): string {
  return `${pid}:`;
}

function momentOf(mirror: LiveMirror): Moment {
  return { mirror, sums: mirror.sums.copy(mirror.stacks.count), now: mirror.now };
}
