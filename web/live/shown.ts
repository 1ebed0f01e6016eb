// What of a live profile is shown: which window, thread and metric, whether it is paused. In: mirrors as they come, and what one asks for. Out: sums. It
// draws nothing.
import type { Metric } from "../../src/analysis/metric.js";
import type { LiveMirror } from "../../src/live/mirror.js";
import type { Sums } from "../../src/live/sums.js";
import { type Scope, Tally, type Window } from "../../src/live/tally.js";
import type { LiveThread } from "../../src/live/thread.js";

/** "reset": since then; "last": the last seconds; "brush": between two moments. */
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

export class Shown {
  span: Span = { kind: "all" };
  /** Key of the thread; undefined: all. */
  thread: string | undefined;
  metric = 0;
  readonly tally = new Tally();
  #mirror: LiveMirror;
  #paused: Moment | undefined;
  #reset: Moment | undefined;

  constructor(mirror: LiveMirror) {
    this.#mirror = mirror;
  }

  /** A full state has come. @returns what is to be said of it */
  begin(mirror: LiveMirror): string | undefined {
    const before = this.#reset;
    this.#mirror = mirror;
    if (before === undefined) return undefined;
    if (before.mirror.numbering === mirror.numbering) {
      this.#reset = { ...before, mirror };
      return undefined;
    }
    this.#reset = momentOf(mirror);
    return "What was reset begins anew: stacks were summed up.";
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

  /** The window "reset" begins anew. */
  reset(): void {
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

  get shownThread(): LiveThread | undefined {
    return this.thread === undefined ? undefined : this.mirror.threads.find((one) => keyOf(one) === this.thread);
  }

  /** What is to be seen. */
  sumUp(): Tally {
    const { shownThread } = this;
    const scope = shownThread === undefined ? {} : { thread: (one: LiveThread) => one === shownThread };
    return this.#compute(scope, this.tally);
  }

  /** The same of all threads. */
  sumUpAll(into: Tally): Tally {
    return this.#compute({}, into);
  }

  #compute(scope: Scope, into: Tally): Tally {
    const { mirror } = this;
    const column = this.metric % mirror.metrics.length;
    into.compute(mirror.stacks, mirror.places, mirror.threads, this.#window(), column, scope);
    return into;
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

function momentOf(mirror: LiveMirror): Moment {
  return { mirror, sums: mirror.sums.copy(mirror.stacks.count), now: mirror.now };
}
