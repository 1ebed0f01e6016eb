// When to sample. In: an interval. Out: absolute deadlines, for which whoever copies waits: one in each interval, at a random
// moment of it. A program that does the same thing again and again, in step with the sampler, would else be seen at one point
// of it too often: with loops of 10 us sampled every 100 us, some lines had three times their share. An interval that passes
// while a sample is taken is skipped and counted, never made up for by a burst. It knows nothing of what a sample is.
// All times are microseconds of the system's monotonic clock.
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { now } from "../memory/monotonic_clock.js";

/** The event loop gets a turn at least this often: how late a signal may be noticed. */
const TURN_MICROSECONDS = 20_000;
/** The same where somebody waits for every sample: a write that has ended is noticed in a turn, and the next one begins. */
const PROMPT_TURN_MICROSECONDS = 5_000;
/** Waits longer than this are left to timers, which keep the event loop free; the rest is waited for exactly. */
const EXACT_MICROSECONDS = 4000;
/** Longest stretch of one wait. */
const STRETCH_MICROSECONDS = 50_000;

const MILLISECOND = 1000;

export class Clock {
  /** Deadlines that passed while an earlier sample was being taken. */
  missed = 0;
  /** Deadlines that were due, met or missed. */
  due = 0;
  /** When the next sample is to be taken; it may have passed. */
  deadline = 0; // A number from the start, like others that change at every tick: V8 makes a new one of each, else.
  /** When the last sample is to be taken, whichever interval that is in: what came before is in a sample then. */
  limit = Number.POSITIVE_INFINITY;
  #interval: number;
  readonly #turnEvery: number;
  /** When the interval of the next deadline begins. */
  #start = 0;
  /** Any but 0, another in each run: two runs of a program shall not err alike. */
  #random = (Math.random() * 2 ** 32) | 1;
  readonly #stretch: number;
  #turn = 0;
  #now = 0;

  /**
   * @param intervalMicroseconds 0: no waiting at all
   * @param prompt whether the event loop is to have its turns more often
   * @param stretchMicroseconds how often `idle` is asked during long intervals
   */
  constructor(intervalMicroseconds: number, prompt = false, stretchMicroseconds = STRETCH_MICROSECONDS) {
    this.#turnEvery = prompt ? PROMPT_TURN_MICROSECONDS : TURN_MICROSECONDS;
    this.#interval = intervalMicroseconds;
    this.#stretch = stretchMicroseconds;
    this.#now = Clock.now();
    this.deadline = this.#now;
    this.#start = this.#now;
    this.#turn = this.#now;
  }

  get interval(): number {
    return this.#interval;
  }

  /** Change the interval, from the next deadline on. */
  pace(intervalMicroseconds: number): void {
    this.#interval = intervalMicroseconds;
  }

  static now(): number {
    return now();
  }

  /** When the clock was read last. Reading it costs more than much else. */
  get time(): number {
    return this.#now;
  }

  /** Read the clock: something that takes a while has ended. */
  read(): void {
    this.#now = Clock.now();
  }

  /** There was nothing to sample: the next deadline is now. */
  restart(): void {
    this.read();
    this.#start = this.#now;
    this.deadline = this.#now;
  }

  /** Whether the next sample may be waited for exactly, which blocks; else there is to be a `rest` or a `turn` before. */
  get isNear(): boolean {
    return this.#now - this.#turn < this.#turnEvery && this.deadline - this.#now <= EXACT_MICROSECONDS;
  }

  /**
   * Wait for the deadline without a turn of the event loop: until it has passed, or, where it is so near that the copy waits for it
   * exactly, not at all. A turn, cold as everything is after a sleep, costs as much as a sample.
   * @param wait blocks until a time, and says whether that has come; else the event loop wants its turn, or a process has ended
   * @param isOver asked every `lookMicroseconds` of long waits
   * @returns false where the event loop is to have a turn before the next sample
   */
  rest(wait: (time: number) => boolean, isOver: () => boolean, lookMicroseconds: number): boolean {
    for (;;) {
      this.read();
      const isNear = this.deadline - this.#now <= EXACT_MICROSECONDS;
      const until = isNear ? this.#now : Math.min(this.deadline, this.#now + lookMicroseconds);
      if (!wait(until)) return false;
      this.read();
      if (isNear || until === this.deadline || this.#now >= this.deadline) break;
      if (isOver()) return false;
    }
    this.#turn = this.#now;
    return true;
  }

  /**
   * Give the event loop a turn, and wait until the deadline is near.
   * @param idle asked now and then while the wait is long; true ends it early
   */
  async turn(idle: () => boolean): Promise<void> {
    // What came up in the first one is waited for from the second one on.
    await nextTurn();
    await nextTurn();
    let left = this.deadline - Clock.now();
    while (left > EXACT_MICROSECONDS && !idle()) {
      await sleep(Math.min(left - EXACT_MICROSECONDS / 2, this.#stretch) / MILLISECOND);
      left = this.deadline - Clock.now();
    }
    this.read();
    this.#turn = this.#now;
  }

  /** A sample began at `time`. Count its interval, and those that are over before another one can begin. */
  begin(time: number): void {
    this.#now = time;
    this.due++;
    const interval = this.#interval;
    if (interval === 0) {
      this.deadline = time;
      return;
    }
    this.#start += interval;
    if (time >= this.#start + interval) {
      const skipped = Math.floor((time - this.#start) / interval);
      this.missed += skipped;
      this.due += skipped;
      this.#start += skipped * interval;
    }
    this.#nextRandom();
    const deadline = this.#start + (interval * (this.#random >>> 0)) / 2 ** 32;
    this.deadline = time < this.limit ? Math.min(deadline, this.limit) : deadline;
  }

  /** Another random number of 32 bits (George Marsaglia, Xorshift RNGs, 2003): unlike Math.random, it leaves no garbage. */
  #nextRandom(): void {
    let random = this.#random;
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    this.#random = random;
  }
}
