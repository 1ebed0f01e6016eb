// Whether processes live, and how they stand to one another. In: ids. Out: life signs, and what Linux' stat has, as far as Windows knows it. A
// process runs one program all its life.
import { windowsCalls } from "../../memory/windows_calls.js";
import { ProcessDenied, ProcessGone, ProcessUnseen } from "../errors.js";
import type { LifeWatch as Contract, LifeSigns, ProcessStat, ProcessState, ProcessStatus } from "../process_facts.js";
import { openHandle, SYNCHRONIZE, withHandle } from "./handles.js";
import { executablePath } from "./modules.js";
import { isAtWork, type ProcessEntry, processEntry, processes, THREAD_STATES, tellsStates } from "./process_list.js";

/** How old a list of processes may be that several questions are answered from. */
const FRESH_MILLISECONDS = 5;
/** Nobody has this id: it stands for a parent that has ended. */
const NOBODY = 1;
/** Units of 100 ns from 1601, where Windows' time begins, to 1970. */
const EPOCH = 116_444_736_000_000_000;
const UNITS_A_MILLISECOND = 10_000;

export function processIds(): number[] {
  return processes(0).map(({ id }) => id);
}

export function processState(pid: number): ProcessState {
  try {
    return withHandle(pid, SYNCHRONIZE, (handle) => (windowsCalls().isSignalled(handle) ? "gone" : "running"));
  } catch (error) {
    if (error instanceof ProcessGone) return "gone";
    if (error instanceof ProcessDenied || error instanceof ProcessUnseen) return "running";
    throw error;
  }
}

export function lifeSigns(pid: number): LifeSigns {
  return { state: processState(pid), program: undefined, task: pid };
}

/** A handle is of one process for good. */
export class LifeWatch implements Contract {
  readonly #pid: number;
  #handle: number;

  constructor(pid: number) {
    this.#pid = pid;
    try {
      this.#handle = openHandle(pid, SYNCHRONIZE);
    } catch {
      this.#handle = 0;
    }
  }

  look(): LifeSigns {
    if (this.#handle === 0) return lifeSigns(this.#pid);
    const state = windowsCalls().isSignalled(this.#handle) ? "gone" : "running";
    return { state, program: undefined, task: this.#pid };
  }

  close(): void {
    if (this.#handle !== 0) windowsCalls().closeHandle(this.#handle);
    this.#handle = 0;
  }
}

export function hasEnded(pid: number): boolean {
  return processState(pid) === "gone";
}

/** @throws ProcessGone, ProcessUnseen */
function entryOf(pid: number): ProcessEntry {
  const entry = processEntry(pid, FRESH_MILLISECONDS) ?? processEntry(pid, 0);
  if (entry === undefined) throw new ProcessGone(pid);
  return entry;
}

/**
 * The group is whoever started the process, though it may have ended: so orphans are known by it.
 * @throws ProcessGone, ProcessUnseen
 */
export function readStat(pid: number, tid?: number): ProcessStat {
  const entry = entryOf(pid);
  const { startedBy, startTime, time, threads } = entry;
  const thread = tid === undefined || tid === pid ? undefined : threads.find(({ id }) => id === tid);
  if (tid !== undefined && tid !== pid && thread === undefined) throw new ProcessGone(pid);
  const atWork = threads.some(isAtWork);
  const one = thread ?? threads.find(isAtWork) ?? threads[0];
  return {
    state: one === undefined || !tellsStates(threads) ? "not told" : (THREAD_STATES[one.state] ?? `state ${one.state}`),
    isAtWork: atWork,
    parent: isThere(startedBy, startTime) ? startedBy : NOBODY,
    group: startedBy,
    session: 0,
    isKernelThread: false,
    startTime,
    ticksRun: thread?.time ?? time,
    program: "",
  };
}

/** Whether the process that started another one at `startTime` is there, and not one that has got its id. */
function isThere(pid: number, startTime: number): boolean {
  const entry = processEntry(pid, FRESH_MILLISECONDS);
  return entry !== undefined && entry.startTime <= startTime;
}

/** @throws ProcessGone, ProcessUnseen */
export function readStatus(pid: number): ProcessStatus {
  entryOf(pid);
  return {
    process: pid,
    user: 0,
    effectiveUser: 0,
    group: 0,
    ids: [pid],
    capabilities: 0n,
    permitted: 0n,
    seccomp: undefined,
    processors: "",
    tracer: 0,
  };
}

/** @throws ProcessGone, ProcessUnseen */
export function ageSeconds(pid: number): number {
  return (Date.now() - (entryOf(pid).startTime - EPOCH) / UNITS_A_MILLISECOND) / 1000;
}

/**
 * The process that a launcher (py.exe, what a virtual environment has for python.exe) has started and waits for: its only child.
 * @throws ProcessUnseen
 */
export function onlyChild(pid: number): number | undefined {
  const all = processes(0);
  const own = all.find(({ id }) => id === pid);
  if (own === undefined) return undefined;
  const children = all.filter(
    ({ id, startedBy, startTime }) => startedBy === pid && startTime >= own.startTime && !isConsole(id),
  );
  return children.length === 1 ? children[0]?.id : undefined;
}

/** Windows starts one for a program of the console that has none, as its child. */
function isConsole(pid: number): boolean {
  try {
    return /\\conhost\.exe$/i.test(executablePath(pid) ?? "");
  } catch {
    return false;
  }
}
