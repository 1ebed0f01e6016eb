// Whether a process still runs, and since when. In: a process id. Out: one fact each.
import { readFileSync } from "node:fs";
import { ProcessGone } from "../errors.js";
import { readStat } from "./stat.js";

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
    const { state, program } = readStat(pid);
    return { state: state === "Z" ? "zombie" : state === "X" || state === "x" ? "gone" : "running", program };
  } catch (error) {
    return { state: error instanceof ProcessGone ? "gone" : "running", program: undefined };
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
