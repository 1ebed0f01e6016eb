// Parts of what a profile adds up to, by name. In: its sums as they grow, and when a part begins or ends. Out: which sums without which others make a
// window. It adds nothing up itself.
import type { Metric } from "../analysis/metric.js";
import type { Sums } from "./sums.js";
import type { Window } from "./tally.js";

/** "recent": the last seconds; "marked": from mark A to mark B; "behind": since the last mark; "before": until mark A. */
export type WindowName = "all" | "reset" | "recent" | "marked" | "behind" | "before";

/** To how much a window amounts. */
export interface Weight {
  readonly total: number;
  /** Sum of the squares of the samples' values; infinite where it isn't known. */
  readonly squares: number;
  readonly samples: number;
}

export class Spans {
  #atReset: Sums | undefined;
  /** What views see while it is frozen. */
  #frozen: { readonly sums: Sums; readonly recent: Sums } | undefined;
  #marks: { readonly a: Sums | undefined; readonly b: Sums | undefined } = { a: undefined, b: undefined };

  /** The window "reset" begins. @param sums as they are now, not to be changed any more */
  reset(sums: Sums): void {
    this.#atReset = sums;
  }

  /** Set mark A, which unsets B, or mark B. @param sums as they are now, not to be changed any more */
  mark(which: "a" | "b", sums: Sums): void {
    this.#marks = which === "a" ? { a: sums, b: undefined } : { a: this.#marks.a ?? sums, b: sums };
  }

  get marks(): { readonly a: boolean; readonly b: boolean } {
    return { a: this.#marks.a !== undefined, b: this.#marks.b !== undefined };
  }

  /** Whether any window begins at a moment that was chosen. */
  get hasMoments(): boolean {
    return this.#atReset !== undefined || this.#marks.a !== undefined;
  }

  get isFrozen(): boolean {
    return this.#frozen !== undefined;
  }

  freeze(sums: Sums, recent: Sums): void {
    this.#frozen = { sums, recent };
  }

  thaw(): void {
    this.#frozen = undefined;
  }

  /** @param now sums of all @param recent sums of the last seconds */
  of(name: WindowName, now: Sums, recent: () => Sums): Window {
    const { a, b } = this.#marks;
    const sums = this.#frozen?.sums ?? now;
    switch (name) {
      case "all":
        return { of: sums };
      case "reset":
        return { of: sums, without: this.#atReset };
      case "recent":
        return { of: this.#frozen?.recent ?? recent() };
      case "marked":
        return { of: b ?? sums, without: a };
      case "behind":
        return { of: sums, without: b ?? a };
      case "before":
        return { of: a ?? sums };
    }
  }

  /** All stacks have other numbers now. */
  renumber(moved: (sums: Sums) => Sums): void {
    const { a, b } = this.#marks;
    this.#atReset &&= moved(this.#atReset);
    this.#frozen &&= { sums: moved(this.#frozen.sums), recent: moved(this.#frozen.recent) };
    this.#marks = { a: a && moved(a), b: b && moved(b) };
  }
}

/** To how many samples of equal weight a window amounts (Kish), of a metric. */
export function weightOf(window: Window, metrics: readonly Metric[], metric: Metric): Weight {
  return weightAt(window, Math.max(0, metrics.indexOf(metric)));
}

/** @param column a metric's */
export function weightAt({ of, without }: Window, column: number): Weight {
  const less = (array: "all" | "squares", index: number): number =>
    (of[array][index] ?? 0) - (without?.[array][index] ?? 0);
  const squares = less("squares", column);
  // What isn't known of one isn't known of the difference.
  const known = Number.isFinite(squares) ? squares : Number.POSITIVE_INFINITY;
  return { total: less("all", column), squares: known, samples: less("all", of.squares.length) };
}
