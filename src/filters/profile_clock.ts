// When a sample was taken. In: samples in the order of the profile. Out: the time from the profile's start. MOJO records
// how long each sample stands for, and no times of day: they are added up, process by process.
import type { Sample } from "../model/sample.js";

interface ProcessTime {
  /** When its present tick began. */
  begin: number;
  /** When its present tick ended. */
  end: number;
  /** How long the tick's samples stand for. */
  length: number;
  /** The threads that the tick has had. */
  readonly threads: Set<string>;
}

/**
 * All threads of a process are sampled at each tick, and stand for the time since the last one, which is the same for all: a thread
 * that comes again begins a new tick, and so does one that stands for another time, as where the others were away. A process that
 * turns up begins when the others have come so far. In CPU mode threads that wait are left out: there only the time counts in which
 * one ran.
 */
export class ProfileClock {
  readonly #processes = new Map<number, ProcessTime>();
  #latest = 0;

  /** @returns the end of the time for which the sample stands, in microseconds; undefined for one without a time */
  advance({ pid, interpreterId, thread, metrics: { timeMicroseconds } }: Sample): number | undefined {
    if (timeMicroseconds === undefined) return undefined;
    return this.advanceThread(pid, threadKey(interpreterId, thread), timeMicroseconds);
  }

  /**
   * The same for a sample of which only these are at hand.
   *
   * @param key the thread's `threadKey`
   */
  advanceThread(pid: number, key: string, timeMicroseconds: number): number {
    let time = this.#processes.get(pid);
    if (time === undefined) {
      const begin = Math.max(0, this.#latest - timeMicroseconds);
      time = { begin, end: begin, length: timeMicroseconds, threads: new Set() };
      this.#processes.set(pid, time);
    } else if (time.length !== timeMicroseconds || time.threads.has(key)) {
      time.begin = time.end;
      time.length = timeMicroseconds;
      time.threads.clear();
    }
    time.threads.add(key);
    time.end = time.begin + timeMicroseconds;
    this.#latest = Math.max(this.#latest, time.end);
    return time.end;
  }
}

/** Tells a process's threads apart. */
export function threadKey(interpreterId: number | undefined, thread: string): string {
  return `${interpreterId}:${thread}`;
}
