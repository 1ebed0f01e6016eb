// Whether a process still runs, and since when. In: a process id. Out: one fact each. A process goes on where its first thread
// has ended before others (pthread_exit in main): its own id then stands for a zombie without memory, and what the process has is
// to be had under the id of a thread that lives.
import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { ProcessDenied, ProcessGone, ProcessUnseen } from "../errors.js";
import type { LifeSigns, ProcessStat, ProcessState } from "../process_facts.js";
import { withSpares } from "../spare_files.js";
import { parseStat, readStat, STAT_BYTES } from "./stat.js";
import { threadIds } from "./thread_ids.js";

/** Ticks a second in procfs, the same on every architecture we know. */
const TICKS_PER_SECOND = 100;
/** The kernel's letter for what has ended and was not reaped. */
const ZOMBIE = "Z";

/** Whether process `pid` runs, and as the same program as before; one we may not look at counts as running. */
export function lifeSigns(pid: number): LifeSigns {
  try {
    const stat = readStat(pid);
    return stat.state === ZOMBIE ? (livingThread(pid) ?? signsOf(stat, pid)) : signsOf(stat, pid);
  } catch (error) {
    return { state: error instanceof ProcessGone ? "gone" : "running", program: undefined, task: pid };
  }
}

/** Whether process `pid`, of which `stat` was just read, has ended with all its threads. */
export function hasEnded(pid: number, { state }: ProcessStat): boolean {
  return state === ZOMBIE ? livingThread(pid) === undefined : isDead(state);
}

/** The life signs of a process whose first thread has ended: those of another one. Undefined where none lives. */
function livingThread(pid: number): LifeSigns | undefined {
  try {
    for (const tid of threadIds(pid)) {
      const signs = signsOfThread(pid, tid);
      if (signs !== undefined) return signs;
    }
  } catch (error) {
    if (!(error instanceof ProcessGone || error instanceof ProcessDenied || error instanceof ProcessUnseen))
      throw error;
  }
  return undefined;
}

function signsOfThread(pid: number, tid: number): LifeSigns | undefined {
  try {
    const stat = readStat(pid, tid);
    return stat.state === ZOMBIE || isDead(stat.state) ? undefined : signsOf(stat, tid);
  } catch (error) {
    // It has ended since the threads were listed.
    if (error instanceof ProcessGone) return undefined;
    throw error;
  }
}

/** Whether process `pid` is stopped, as by Ctrl-Z, and acts on no signal; false where that can't be seen. */
export function isStopped(pid: number): boolean {
  try {
    const { task } = lifeSigns(pid);
    return readStat(pid, task).state === "T";
  } catch {
    return false;
  }
}

function signsOf({ state, program }: ProcessStat, task: number): LifeSigns {
  return { state: state === ZOMBIE ? "zombie" : isDead(state) ? "gone" : "running", program, task };
}

function isDead(state: string): boolean {
  return state === "X" || state === "x";
}

/**
 * The life signs of one process, for whoever asks again and again: one system call a question, and never those of another
 * process that has got its id. Close it after use.
 */
export class LifeWatch {
  readonly #pid: number;
  readonly #first: number;
  /** A thread that lives where the first one doesn't, and its descriptor. */
  #other: { readonly task: number; readonly descriptor: number } | undefined;
  readonly #buffer = Buffer.allocUnsafe(STAT_BYTES);

  constructor(pid: number) {
    this.#pid = pid;
    this.#first = open(pid, pid);
  }

  look(): LifeSigns {
    if (this.#first < 0) return lifeSigns(this.#pid);
    const signs = this.#read(this.#first, this.#pid);
    return signs.state === "zombie" ? this.#lookAtOther(signs) : signs;
  }

  close(): void {
    if (this.#first >= 0) closeSync(this.#first);
    this.#forgetOther();
  }

  #lookAtOther(first: LifeSigns): LifeSigns {
    const other = this.#other;
    if (other !== undefined) {
      const signs = this.#read(other.descriptor, other.task);
      if (signs.state === "running") return signs;
      this.#forgetOther();
    }
    const living = livingThread(this.#pid);
    // Reaped meanwhile, its id may be another process's.
    if (living === undefined || this.#read(this.#first, this.#pid).state !== "zombie") return first;
    const descriptor = open(this.#pid, living.task);
    if (descriptor >= 0) this.#other = { task: living.task, descriptor };
    return living;
  }

  #forgetOther(): void {
    if (this.#other !== undefined) closeSync(this.#other.descriptor);
    this.#other = undefined;
  }

  #read(descriptor: number, task: number): LifeSigns {
    try {
      const length = readSync(descriptor, this.#buffer, 0, STAT_BYTES, 0);
      const stat = parseStat(this.#buffer.toString("latin1", 0, length));
      return stat === undefined ? { state: "running", program: undefined, task } : signsOf(stat, task);
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === "ESRCH";
      return { state: isGone ? "gone" : "running", program: undefined, task };
    }
  }
}

/** Of one thread alone: the kernel adds up the times of all of them for the process. -1 where it can't be had. */
function open(pid: number, tid: number): number {
  try {
    return withSpares(() => openSync(`/proc/${pid}/task/${tid}/stat`, "r"));
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
