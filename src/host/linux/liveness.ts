// Whether a process still runs, and since when. In: a process id. Out: one fact each.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { ProcessGone } from "../errors.js";
import { type ProcessStat, parseStat, readStat, STAT_BYTES } from "./stat.js";

/** "zombie": it has ended, and its parent has not asked for its exit status yet. */
export type ProcessState = "running" | "zombie" | "gone";

/** Ticks a second in procfs, the same on every architecture we know. */
const TICKS_PER_SECOND = 100;

/** What is to be seen of a process at one moment. */
export interface LifeSigns {
  readonly state: ProcessState;
  /** Another text after an exec; undefined where it can't be seen. */
  readonly program: string | undefined;
}

/** Whether process `pid` runs, and as the same program as before; one we may not look at counts as running. */
export function lifeSigns(pid: number): LifeSigns {
  try {
    return signsOf(readStat(pid));
  } catch (error) {
    return { state: error instanceof ProcessGone ? "gone" : "running", program: undefined };
  }
}

/** Whether process `pid` is stopped, as by Ctrl-Z, and acts on no signal; false where that can't be seen. */
export function isStopped(pid: number): boolean {
  try {
    return readStat(pid).state === "T";
  } catch {
    return false;
  }
}

function signsOf({ state, program }: ProcessStat): LifeSigns {
  return { state: state === "Z" ? "zombie" : state === "X" || state === "x" ? "gone" : "running", program };
}

/**
 * The life signs of one process, for whoever asks again and again: one system call a question, and never those of another
 * process that has got its id. Close it after use.
 */
export class LifeWatch {
  readonly #pid: number;
  readonly #descriptor: number;
  readonly #buffer = Buffer.allocUnsafe(STAT_BYTES);

  constructor(pid: number) {
    this.#pid = pid;
    this.#descriptor = open(pid);
  }

  look(): LifeSigns {
    if (this.#descriptor < 0) return lifeSigns(this.#pid);
    try {
      const length = readSync(this.#descriptor, this.#buffer, 0, STAT_BYTES, 0);
      const stat = parseStat(this.#buffer.toString("latin1", 0, length));
      return stat === undefined ? { state: "running", program: undefined } : signsOf(stat);
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === "ESRCH";
      return { state: isGone ? "gone" : "running", program: undefined };
    }
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
  }
}

/** Of the first thread alone: the kernel adds up the times of all of them for the process. -1 where it can't be had. */
function open(pid: number): number {
  try {
    return openSync(`/proc/${pid}/task/${pid}/stat`, "r");
  } catch {
    return -1;
  }
}

/** Whether process `pid` runs; one we may not look at counts as running. */
export function processState(pid: number): ProcessState {
  return lifeSigns(pid).state;
}

/**
 * When the process started, in ticks since the system did: with the process id it names a process for good, as ids
 * are used again.
 *
 * @throws ProcessGone, ProcessDenied
 */
export function startTime(pid: number): number {
  return readStat(pid).startTime;
}

/**
 * Seconds since the process was forked (an exec doesn't start it anew).
 *
 * @throws ProcessGone, ProcessDenied
 */
export function ageSeconds(pid: number): number {
  const upTime = Number.parseFloat(readFileSync("/proc/uptime", "latin1"));
  return Math.max(0, upTime - startTime(pid) / TICKS_PER_SECOND);
}
