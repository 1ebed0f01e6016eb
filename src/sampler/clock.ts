// When to sample. In: an interval. Out: absolute deadlines, for which whoever copies waits. A deadline that passes while a
// sample is taken is skipped and counted, never made up for by a burst. It knows nothing of what a sample is.
// All times are microseconds of the system's monotonic clock.
import { performance } from "node:perf_hooks";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";

/** The event loop gets a turn at least this often: how late a signal may be noticed. */
const TURN_MICROSECONDS = 20_000;
/** Waits longer than this are left to timers, which keep the event loop free; the rest is waited for exactly. */
const EXACT_MICROSECONDS = 4000;
/** Longest stretch of one wait: how often `idle` is asked during long intervals. */
const STRETCH_MICROSECONDS = 50_000;

const MILLISECOND = 1000;
/** Where performance.now() has its zero; reading the clock as a bigint would leave garbage behind at every tick. */
const ORIGIN = originOfTime();

function originOfTime(): number {
  let origin = Number.NEGATIVE_INFINITY;
  // Between the two readings some time passes: the least, at best.
  for (let i = 0; i < 10; i++) {
    const time = Number(process.hrtime.bigint()) / 1000;
    origin = Math.max(origin, time - performance.now() * MILLISECOND);
  }
  return origin;
}

export class Clock {
  /** Deadlines that passed while an earlier sample was being taken. */
  missed = 0;
  /** Deadlines that were due, met or missed. */
  due = 0;
  /** When the next sample is to be taken; it may have passed. */
  deadline: number;
  #interval: number;
  #turn: number;
  #now: number;

  /** @param intervalMicroseconds 0: no waiting at all */
  constructor(intervalMicroseconds: number) {
    this.#interval = intervalMicroseconds;
    this.#now = Clock.now();
    this.deadline = this.#now;
    this.#turn = this.#now;
  }

  /** Change the interval, from the next deadline on. */
  pace(intervalMicroseconds: number): void {
    this.#interval = intervalMicroseconds;
  }

  static now(): number {
    return ORIGIN + performance.now() * MILLISECOND;
  }

  /** When the clock was read last. Reading it costs more than much else. */
  get time(): number {
    return this.#now;
  }

  /** Read the clock: something that takes a while has ended. */
  read(): void {
    this.#now = Clock.now();
  }

  /** Whether the next sample may be waited for exactly, which blocks; else `turn` is to be awaited before. */
  get isNear(): boolean {
    return this.#now - this.#turn < TURN_MICROSECONDS && this.deadline - this.#now <= EXACT_MICROSECONDS;
  }

  /**
   * Give the event loop a turn, and wait until the deadline is near.
   * @param idle asked now and then while the wait is long; true ends it early
   */
  async turn(idle: () => boolean): Promise<void> {
    await nextTurn();
    let left = this.deadline - Clock.now();
    while (left > EXACT_MICROSECONDS && !idle()) {
      await sleep(Math.min(left - EXACT_MICROSECONDS / 2, STRETCH_MICROSECONDS) / MILLISECOND);
      left = this.deadline - Clock.now();
    }
    this.read();
    this.#turn = this.#now;
  }

  /** A sample began at `time`. Count its deadline, and those that pass until its time is again before one. */
  begin(time: number): void {
    this.#now = time;
    this.due++;
    if (this.#interval === 0) {
      this.deadline = time;
      return;
    }
    this.deadline += this.#interval;
    const late = time - this.deadline;
    if (late >= 0) {
      const skipped = Math.floor(late / this.#interval) + 1;
      this.missed += skipped;
      this.due += skipped;
      this.deadline += skipped * this.#interval;
    }
  }
}
