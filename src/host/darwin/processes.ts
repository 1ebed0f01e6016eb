// What libproc tells of processes and their threads. In: process ids. Out: one fact each, out of the system's own bytes.

import { ProcessGone } from "../errors.js";
import type { Births, LifeSigns, LifeWatch, ProcessStat, ProcessStatus, ResidentMemory } from "../process_facts.js";
import { ResidentChange } from "../resident_change.js";
import type { ThreadStates } from "../thread_facts.js";
import { type DarwinCalls, explained } from "./calls.js";
import {
  type BsdInfo,
  FLAG_SYSTEM,
  FLAG_TRACED,
  PATH_BYTES,
  PROC_PIDREGIONINFO,
  PROC_PIDTASKINFO,
  PROC_PIDTBSDINFO,
  PROC_PIDTHREADID64INFO,
  PROC_PIDVNODEPATHINFO,
  parseBsdInfo,
  parseFolder,
  parseIds,
  parseRegionAddress,
  parseRunState,
  parseTaskInfo,
  STATES,
  STOPPED,
  TH_STATE_RUNNING,
  textIn,
  ZOMBIE,
} from "./structs.js";

/** Ask for processes that have ended and were not reaped, too. */
const WITH_ZOMBIES = 1;
/** How often processes are listed, in microseconds: nothing counts those that begin. */
const LISTING_MICROSECONDS = 20_000;
const FIRST_PROCESS = 1;

export class Processes {
  readonly #calls: () => DarwinCalls;

  /** @param calls asked for at the first question */
  constructor(calls: () => DarwinCalls) {
    this.#calls = calls;
  }

  /** Ids of all processes. */
  ids(): number[] {
    for (let count = 1024; ; count *= 2) {
      const buffer = new Uint8Array(4 * count);
      const bytes = this.#calls().listProcesses(buffer);
      if (bytes < 0) throw explained(0, "proc_listpids", "PROC_ALL_PIDS", bytes);
      // A list that fills all of it may go on.
      if (bytes < buffer.length) return parseIds(buffer.subarray(0, bytes));
    }
  }

  #info(
    pid: number,
    { flavor, bytes }: { readonly flavor: number; readonly bytes: number },
    what: string,
    argument = 0,
  ): Uint8Array {
    const buffer = new Uint8Array(bytes);
    const came = this.#calls().processInfo(pid, flavor, argument, buffer);
    if (came <= 0) throw explained(pid, "proc_pidinfo", what, came);
    if (came < bytes) throw new Error(`proc_pidinfo of ${what} gave ${came} bytes, not ${bytes}`);
    return buffer;
  }

  bsdInfo(pid: number): BsdInfo {
    return parseBsdInfo(this.#info(pid, PROC_PIDTBSDINFO, "PROC_PIDTBSDINFO", WITH_ZOMBIES));
  }

  /** Whether it runs; one that may not be looked at counts as running. */
  lifeSigns(pid: number): LifeSigns {
    let state: LifeSigns["state"] = "running";
    try {
      if (this.bsdInfo(pid).status === ZOMBIE) state = "zombie";
    } catch (error) {
      if (error instanceof ProcessGone) state = "gone";
    }
    return { state, program: state === "running" ? this.#program(pid) : undefined, task: pid };
  }

  watchLife(pid: number): LifeWatch {
    // One that has its id now, and began at another time, is another one.
    const started = this.#startOf(pid);
    const look = (): LifeSigns => {
      const signs = this.lifeSigns(pid);
      const isOther = started !== undefined && signs.state !== "gone" && this.#startOf(pid) !== started;
      return isOther ? { state: "gone", program: undefined, task: pid } : signs;
    };
    return { look, close: () => {} };
  }

  #startOf(pid: number): number | undefined {
    try {
      return this.bsdInfo(pid).startTime;
    } catch {
      return undefined;
    }
  }

  /**
   * Where the program lies, and its file: an exec puts it at another, random place, and often is of another file. Undefined where that can't
   * be seen.
   */
  #program(pid: number): string | undefined {
    try {
      const first = parseRegionAddress(this.#info(pid, PROC_PIDREGIONINFO, "PROC_PIDREGIONINFO"));
      return `${first.toString(16)} ${this.executablePath(pid)}`;
    } catch {
      return undefined;
    }
  }

  isStopped(pid: number): boolean {
    try {
      return this.bsdInfo(pid).status === STOPPED;
    } catch {
      return false;
    }
  }

  readStat(pid: number): ProcessStat {
    const { status, flags, parent, group, startTime } = this.bsdInfo(pid);
    const isAlive = status !== ZOMBIE;
    const task = isAlive ? this.#taskInfo(pid) : undefined;
    return {
      state: STATES[status] ?? `status ${status}`,
      isAtWork: (task?.runningThreads ?? 0) > 0,
      parent,
      group,
      session: Math.max(0, this.#calls().sessionOf(pid)),
      isKernelThread: pid === 0 || (flags & FLAG_SYSTEM) !== 0,
      startTime,
      ticksRun: task?.ticksRun ?? 0,
      program: (isAlive && this.#program(pid)) || "",
    };
  }

  /** What is told of those of other users less than of ours. */
  #taskInfo(pid: number): ReturnType<typeof parseTaskInfo> | undefined {
    try {
      return parseTaskInfo(this.#info(pid, PROC_PIDTASKINFO, "PROC_PIDTASKINFO"));
    } catch {
      return undefined;
    }
  }

  readStatus(pid: number): ProcessStatus {
    const { effectiveUser, user, userGroup, flags, parent } = this.bsdInfo(pid);
    return {
      process: pid,
      user,
      effectiveUser,
      group: userGroup,
      ids: [pid],
      capabilities: 0n,
      permitted: 0n,
      seccomp: undefined,
      processors: "",
      // Whoever traces it has become its parent.
      tracer: (flags & FLAG_TRACED) !== 0 ? parent : 0,
    };
  }

  ageSeconds(pid: number): number {
    return Math.max(0, Date.now() / 1e3 - this.bsdInfo(pid).startTime / 1e6);
  }

  adoptsOrphans(pid: number): boolean {
    return pid === FIRST_PROCESS;
  }

  /** Path of the file that it runs; undefined for one without. */
  executablePath(pid: number): string | undefined {
    const buffer = new Uint8Array(PATH_BYTES);
    const bytes = this.#calls().processPath(pid, buffer);
    if (bytes > 0) return textIn(buffer.subarray(0, bytes));
    // There is none of one that has ended and was not reaped, nor of the kernel.
    const error = explained(pid, "proc_pidpath", "its program", bytes);
    if (!(error instanceof ProcessGone)) throw error;
    this.bsdInfo(pid);
    return undefined;
  }

  /** The folder that it is in; undefined where that can't be seen. */
  folder(pid: number): string | undefined {
    try {
      return parseFolder(this.#info(pid, PROC_PIDVNODEPATHINFO, "PROC_PIDVNODEPATHINFO"));
    } catch {
      return undefined;
    }
  }

  residentMemory(pid: number): ResidentMemory {
    const bytes = () => this.#taskInfo(pid)?.residentSize ?? 0;
    const change = new ResidentChange(bytes());
    return { bytes, change: () => change.to(bytes()), readAs: () => {}, close: () => {} };
  }

  /** By the ids that Python has of them from 3.11 on (pthread_threadid_np). */
  threadStates(pid: number): ThreadStates {
    const { flavor, bytes } = PROC_PIDTHREADID64INFO;
    const buffer = new Uint8Array(bytes);
    return {
      openFiles: 0,
      isRunning: (tid) => {
        const came = this.#calls().processInfo(pid, flavor, tid, buffer);
        return came < bytes ? undefined : parseRunState(buffer) === TH_STATE_RUNNING;
      },
      close: () => {},
    };
  }

  watchBirths(): Births {
    let known = new Set<number>();
    let listed = Number.NEGATIVE_INFINITY;
    return {
      get tableSizes() {
        return { "known ids": known.size };
      },
      since: (now) => {
        if (now - listed < LISTING_MICROSECONDS) return [];
        listed = now;
        const before = known;
        known = new Set(this.ids());
        return [...known].filter((id) => !before.has(id));
      },
      // A process is in the list from its first moment on; one that couldn't be looked at is named again.
      absent: (id) => void known.delete(id),
      close: () => {},
    };
  }
}
