// How long ticks took. In: one figure a tick. Out: the sums that statistics are made of.
import type { SamplingTimes } from "../model/statistics.js";

export class TickTimes {
  /** Ticks that gave a sample. */
  count = 0;
  /** Those that took longer than the interval. */
  long = 0;
  #sum = 0;
  #minimum = Number.POSITIVE_INFINITY;
  #maximum = 0;

  /** @param interval 0: every tick is as long as it is */
  add(microseconds: number, interval: number): void {
    this.count++;
    this.#sum += microseconds;
    if (microseconds < this.#minimum) this.#minimum = microseconds;
    if (microseconds > this.#maximum) this.#maximum = microseconds;
    if (microseconds > interval) this.long++;
  }

  /** Undefined before the first tick. */
  get times(): SamplingTimes | undefined {
    if (this.count === 0) return undefined;
    return {
      minimumMicroseconds: this.#minimum,
      averageMicroseconds: this.#sum / this.count,
      maximumMicroseconds: this.#maximum,
    };
  }
}
