// What keeps off-CPU copies from being made. In: each one that could be made, and of each other the cause. Out: whether it is of
// use to ask for another one at this moment, and for the statistics, how many each cause has prevented. One processor or one
// thread of several is no reason to give up; all of them are, for as long as it lasts.
import { Backoff } from "./backoff.js";

/** How many off-CPU copies each cause has prevented. */
export type PreventedCopies = Readonly<Record<string, number>>;

/** A copy that could be made says that there are some, for so long, in microseconds. */
const PROMISE_MICROSECONDS = 1_000_000;
/** Different causes that are told apart. */
const MOST_CAUSES = 16;
const OTHER_CAUSES = "other causes";

export class CopyFailures {
  readonly #prevented = new Map<string, number>();
  readonly #backoff = new Backoff();
  #madeAt: number | undefined;

  /** An off-CPU copy could be made at `now`, in microseconds, whatever came of it. */
  made(now: number): void {
    this.#madeAt = now;
    this.#backoff.worked();
  }

  /** One could not, at this moment: the next may. */
  count(cause: string): void {
    const isTold = this.#prevented.has(cause) || this.#prevented.size < MOST_CAUSES;
    const key = isTold ? cause : OTHER_CAUSES;
    this.#prevented.set(key, (this.#prevented.get(key) ?? 0) + 1);
  }

  /** One could not. */
  prevented(cause: string, now: number): void {
    this.count(cause);
    if (this.#madeAt === undefined || now - this.#madeAt >= PROMISE_MICROSECONDS) this.#backoff.failed(now);
  }

  /** Whether none can be made: it was tried, and is not to be tried again yet. */
  areInForce(now: number): boolean {
    return this.#backoff.isEarly(now);
  }

  get copies(): PreventedCopies {
    return Object.fromEntries(this.#prevented);
  }

  /** Why none was ever made, where that is so. */
  get unavailable(): string | undefined {
    return this.#madeAt === undefined && this.#prevented.size > 0 ? [...this.#prevented.keys()].join("; ") : undefined;
  }
}
