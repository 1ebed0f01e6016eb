// How long processes that were asked to end are waited for. In: a process id, and what is seen time and again. Out: whether that is enough. Who
// cleans up runs, or waits for a device; who hangs or is stopped does neither.
import { host, ProcessDenied, ProcessGone } from "../host/index.js";
import { ProcessTree } from "./tree.js";

/** Nothing that cleans up does nothing for so long. */
const IDLE_MILLISECONDS = 5000;
/** Who works on for so long does not mean to end. */
const LONGEST_MILLISECONDS = 30_000;

export class Patience {
  readonly #start: number;
  #lastSeen: string | undefined;
  #lastActive: number;

  /** @param now in milliseconds */
  constructor(now: number) {
    this.#start = now;
    this.#lastActive = now;
  }

  /** @param seen what `Activity` says at this moment; undefined for work */
  isOver(seen: string | undefined, now: number): boolean {
    if (seen === undefined || seen !== this.#lastSeen) this.#lastActive = now;
    this.#lastSeen = seen;
    return now - this.#lastActive >= IDLE_MILLISECONDS || now - this.#start >= LONGEST_MILLISECONDS;
  }
}

/** What a process and all that descend from it do: a shell waits for who cleans up. Close it after use. */
export class Activity {
  readonly #tree: ProcessTree | undefined;

  constructor(pid: number) {
    try {
      this.#tree = new ProcessTree(pid);
    } catch (error) {
      if (!(error instanceof ProcessGone || error instanceof ProcessDenied)) throw error;
    }
  }

  /** A text that stays the same as long as nobody does anything; undefined where somebody is at work. */
  look(): string | undefined {
    const words: string[] = [];
    for (const { pid } of this.#tree?.living() ?? []) {
      try {
        const { isAtWork, ticksRun } = host.readStat(pid);
        if (isAtWork) return undefined;
        words.push(`${pid} ${ticksRun}`);
      } catch (error) {
        // It has ended, which another text says, or it shows nothing, which is as if it did nothing.
        if (!(error instanceof ProcessGone || error instanceof ProcessDenied)) throw error;
      }
    }
    return words.join();
  }

  close(): void {
    this.#tree?.close();
  }
}
