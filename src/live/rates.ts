// How sampling goes, second by second. In: when samples ended and what they stand for. Out: how many there were, were due, prove nothing, and the
// longest gap, over all, since a reset or over some last seconds. Knows no stacks.

/** So many seconds are kept one by one. */
export const SECONDS_KEPT = 600;

enum Column {
  SAMPLES,
  DUE,
  UNPROVEN,
  IDLE,
  COLLECTING,
  GAP,
  COUNT,
}

export interface RateFigures {
  /** Time that these figures are of, in seconds. */
  readonly seconds: number;
  /** Thread samples. */
  readonly samples: number;
  /** Thread samples that would be there had no deadline been missed: by the time that each stands for. 0 where no time is measured. */
  readonly due: number;
  /** Of thread samples: nothing proves the stack, or it could not be read. */
  readonly unproven: number;
  /** Of thread samples: known to be off the processor; full mode alone records it. */
  readonly idle: number;
  /** Of thread samples: the garbage collector ran. */
  readonly collecting: number;
  /** Longest time that a sample stands for, in microseconds. */
  readonly gapMicroseconds: number;
}

/** Samples that there are, of those that would be had no deadline been missed, in percent. */
export function reachedPercent({ samples, due }: Pick<RateFigures, "samples" | "due">): number {
  return due === 0 ? 100 : (100 * samples) / due;
}

export class Rates {
  readonly #all = new Float64Array(Column.COUNT);
  readonly #reset = new Float64Array(Column.COUNT);
  readonly #seconds = new Float64Array(Column.COUNT * SECONDS_KEPT);
  #second = 0;
  #resetAt = 0;
  /** When the last sample ended, in microseconds. */
  now = 0;

  /** @param interval in microseconds; 0: no deadlines */
  add(end: number, time: number, interval: number, isUnproven: boolean, isIdle: boolean, isCollecting: boolean): void {
    if (end > this.now) this.now = end;
    const second = Math.max(this.#second, Math.floor(end / 1e6));
    this.#go(second);
    const due = interval > 0 ? Math.max(1, Math.round(time / interval)) : 1;
    this.#count(this.#seconds, Column.COUNT * (second % SECONDS_KEPT), due, time, isUnproven, isIdle, isCollecting);
    this.#count(this.#all, 0, due, time, isUnproven, isIdle, isCollecting);
    this.#count(this.#reset, 0, due, time, isUnproven, isIdle, isCollecting);
  }

  #count(
    to: Float64Array,
    at: number,
    due: number,
    time: number,
    isUnproven: boolean,
    isIdle: boolean,
    isCollecting: boolean,
  ): void {
    (to[at + Column.SAMPLES] as number)++;
    (to[at + Column.DUE] as number) += due;
    if (isUnproven) (to[at + Column.UNPROVEN] as number)++;
    if (isIdle) (to[at + Column.IDLE] as number)++;
    if (isCollecting) (to[at + Column.COLLECTING] as number)++;
    if (time > (to[at + Column.GAP] as number)) to[at + Column.GAP] = time;
  }

  #go(second: number): void {
    const from = Math.max(this.#second + 1, second - SECONDS_KEPT + 1);
    for (let one = from; one <= second; one++) {
      const at = Column.COUNT * (one % SECONDS_KEPT);
      this.#seconds.fill(0, at, at + Column.COUNT);
    }
    this.#second = second;
  }

  /** From now on `sinceReset` counts. */
  reset(): void {
    this.#reset.fill(0);
    this.#resetAt = this.now;
  }

  /** The last second of which anything is known. */
  get second(): number {
    return this.#second;
  }

  get all(): RateFigures {
    return figures(this.#all, 0, this.now / 1e6);
  }

  get sinceReset(): RateFigures {
    return figures(this.#reset, 0, (this.now - this.#resetAt) / 1e6);
  }

  /** The last whole seconds, and the one that has begun. @param seconds at most SECONDS_KEPT */
  last(seconds: number): RateFigures {
    const sum = new Float64Array(Column.COUNT);
    const first = Math.max(0, this.#second - Math.min(seconds, SECONDS_KEPT) + 1);
    for (let second = first; second <= this.#second; second++) {
      const at = Column.COUNT * (second % SECONDS_KEPT);
      for (let i = 0; i < Column.GAP; i++) (sum[i] as number) += this.#seconds[at + i] as number;
      sum[Column.GAP] = Math.max(sum[Column.GAP] as number, this.#seconds[at + Column.GAP] as number);
    }
    return figures(sum, 0, this.now / 1e6 - first);
  }

  /** One of the last seconds, counted from the profile's start; undefined where it isn't kept. */
  of(second: number): RateFigures | undefined {
    if (second > this.#second || second <= this.#second - SECONDS_KEPT || second < 0) return undefined;
    return figures(this.#seconds, Column.COUNT * (second % SECONDS_KEPT), Math.min(1, this.now / 1e6 - second));
  }
}

function figures(from: Float64Array, at: number, seconds: number): RateFigures {
  const of = (column: Column): number => from[at + column] as number;
  return {
    seconds,
    samples: of(Column.SAMPLES),
    due: of(Column.DUE),
    unproven: of(Column.UNPROVEN),
    idle: of(Column.IDLE),
    collecting: of(Column.COLLECTING),
    gapMicroseconds: of(Column.GAP),
  };
}
