// When to sample. In: an interval. Out: waits that end at absolute deadlines. A deadline that passes while a sample is
// taken is skipped and counted, never made up for by a burst. It knows nothing of what a sample is.
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";

/** The event loop gets a turn at least this often, in milliseconds. */
const TURN_MILLISECONDS = 5;
/** Waits longer than this are left to timers, which keep the event loop free; the rest is waited for exactly. */
const EXACT_MILLISECONDS = 4;
/** Longest stretch of one wait, in milliseconds: how often `idle` is asked during long intervals. */
const STRETCH_MILLISECONDS = 50;

const MICROSECONDS = 1000;

/** A cell that nobody ever notifies: waiting on it is the most exact sleep Node has. */
const never = new Int32Array(new SharedArrayBuffer(4));

export class Clock {
  /** Deadlines that passed while an earlier sample was being taken. */
  missed = 0;
  /** Deadlines that were due, met or missed. */
  due = 0;
  #interval: number;
  #deadline: number;
  #turn: number;
  #now: number;

  /** @param intervalMicroseconds 0: no waiting at all */
  constructor(intervalMicroseconds: number) {
    this.#interval = intervalMicroseconds / MICROSECONDS;
    this.#now = performance.now();
    this.#deadline = this.#now;
    this.#turn = this.#now;
  }

  /** Change the interval, from the next deadline on. */
  pace(intervalMicroseconds: number): void {
    this.#interval = intervalMicroseconds / MICROSECONDS;
  }

  /** Microseconds of the monotonic clock. */
  static now(): number {
    return performance.now() * MICROSECONDS;
  }

  /** When the clock was read last, in microseconds: by a wait at its end, or by `read`. Reading it costs more than much else. */
  get time(): number {
    return this.#now * MICROSECONDS;
  }

  /** Read the clock: something that takes a while has ended. */
  read(): void {
    this.#now = performance.now();
  }

  /**
   * The fast way to the next deadline: block until then.
   * @returns false when the event loop is due a turn first; then `turn` must be awaited instead
   */
  block(): boolean {
    const wait = this.#deadline - this.#now;
    if (this.#now - this.#turn >= TURN_MILLISECONDS || wait > EXACT_MILLISECONDS) return false;
    if (wait > 0) {
      Atomics.wait(never, 0, 0, wait);
      this.read();
    }
    this.#advance();
    return true;
  }

  /**
   * Give the event loop a turn, wait for the deadline, and count it.
   * @param idle asked now and then while the wait is long; true ends it early
   */
  async turn(idle: () => boolean): Promise<void> {
    await nextTurn();
    let left = this.#deadline - performance.now();
    while (left > EXACT_MILLISECONDS && !idle()) {
      await sleep(Math.min(left - EXACT_MILLISECONDS / 2, STRETCH_MILLISECONDS));
      left = this.#deadline - performance.now();
    }
    this.read();
    this.#turn = this.#now;
    left = this.#deadline - this.#now;
    if (left > 0 && left <= EXACT_MILLISECONDS) {
      Atomics.wait(never, 0, 0, left);
      this.read();
    }
    this.#advance();
  }

  /** Count the deadlines that pass until now is again before one: the time was spent on something else. */
  #advance(): void {
    this.due++;
    if (this.#interval === 0) {
      this.#deadline = this.#now;
      return;
    }
    this.#deadline += this.#interval;
    const late = this.#now - this.#deadline;
    if (late >= 0) {
      const skipped = Math.floor(late / this.#interval) + 1;
      this.missed += skipped;
      this.due += skipped;
      this.#deadline += skipped * this.#interval;
    }
  }
}
