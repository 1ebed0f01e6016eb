// When samples were taken, each thread for itself. In: samples in the order of the profile. Out: where they stand, in microseconds
// from the profile's start. MOJO records how long a sample stands for, and no times of day: a thread's times add up to the time for
// which it was there, so its samples follow each other, and what must be found is where a thread begins and where it was away.
import type { Sample } from "../model/sample.js";
import { intervalOf } from "./figures.js";
import type { Lane } from "./lanes.js";

const NO_INTERVAL = 1000;

/**
 * A thread begins, and goes on after it was away, where the farthest thread of its process stands; a process, where the farthest of
 * all stands. In mode cpu a thread is away whenever it waits. In other modes it has a sample at each tick, and samples that were not
 * proven give their time to the next one: only what is longer than any sample so far is taken for an absence.
 *
 * A profile without times says nothing of all that: there each sample of a process stands one interval behind the one before, the
 * interval being the one that was asked for, or a millisecond.
 */
export class LaneClock {
  readonly #metadata: ReadonlyMap<string, string>;
  /** Where each lane's last sample ends. */
  readonly #ends: number[] = [];
  /** Where the farthest lane of each process stands. */
  readonly #processes = new Map<number, number>();
  #farthest = 0;
  #longest = 0;

  constructor(metadata: ReadonlyMap<string, string>) {
    this.#metadata = metadata;
  }

  /** @returns how long the thread was not seen before the sample, in microseconds */
  gapBefore(lane: Lane, { metrics: { timeMicroseconds: time } }: Sample): number {
    const process = this.#processes.get(lane.pid) ?? this.#farthest;
    const before = this.endOf(lane);
    const isNew = this.#ends[lane.index] === undefined;
    let gap: number;
    if (time === undefined) gap = process + this.#interval - before;
    else {
      gap = Math.max(0, process - time - before);
      this.#longest = Math.max(this.#longest, time);
      if (!isNew && this.#metadata.get("mode") !== "cpu" && gap <= this.#longest) gap = 0;
    }
    const end = before + gap + (time ?? 0);
    this.#ends[lane.index] = end;
    this.#processes.set(lane.pid, Math.max(process, end));
    this.#farthest = Math.max(this.#farthest, end);
    return gap;
  }

  /** Where the lane's last sample ends, in microseconds from the profile's start. */
  endOf(lane: Lane): number {
    return this.#ends[lane.index] ?? 0;
  }

  get #interval(): number {
    return intervalOf(this.#metadata) ?? NO_INTERVAL;
  }
}
