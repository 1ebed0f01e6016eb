// The list of all processes with their threads, as Windows gives it in one piece. In: the bytes of a SystemProcessInformation (winternl.h's
// SYSTEM_PROCESS_INFORMATION, those of 64 bits). Out: entries. Bytes that were recorded elsewhere are read as well as those of this moment.
import { windowsCalls } from "../../memory/windows_calls.js";
import { ProcessUnseen } from "../errors.js";

/** KTHREAD_STATE (ntddk.h, KTHREAD_STATE in the documentation of System.Diagnostics.ThreadState). */
export const THREAD_STATES = [
  "initialized",
  "ready",
  "running",
  "standby",
  "terminated",
  "waiting",
  "transition",
  "deferred ready",
  "gate wait",
] as const;
const READY = 1;
const RUNNING = 2;
const STANDBY = 3;
const WAITING = 5;
const DEFERRED_READY = 7;

export interface ThreadEntry {
  readonly id: number;
  /** Time that it has run, in units of 100 ns, in user mode and in the kernel. */
  readonly time: number;
  /** How often it was given a processor, modulo 2^32. */
  readonly switches: number;
  readonly state: number;
}

export interface ProcessEntry {
  readonly id: number;
  /** Of the process that started it, which may have ended, and its id may be another's by now. */
  readonly startedBy: number;
  /** When it began, in units of 100 ns since 1601. */
  readonly startTime: number;
  /** Time that its threads have run, in units of 100 ns. */
  readonly time: number;
  readonly threads: readonly ThreadEntry[];
}

const PROCESS_BYTES = 256;
export const THREAD_BYTES = 80;
const MOST_THREADS = 1 << 20;

/** It runs, or waits for a processor. */
export function isAtWork({ state }: ThreadEntry): boolean {
  return state === RUNNING || state === READY || state === STANDBY || state === DEFERRED_READY;
}

/** It waits for something else than a processor: it can't run before that has come. */
export function isAtRest({ state }: ThreadEntry): boolean {
  return state === WAITING;
}

/** Whether the system tells states: Wine says of all threads that they have not begun, and never got a processor. */
export function tellsStates(threads: readonly ThreadEntry[]): boolean {
  return threads.some(({ state, switches }) => state !== 0 || switches !== 0);
}

/** One SYSTEM_THREAD_INFORMATION. */
export function parseThread(view: DataView, at: number): ThreadEntry {
  return {
    id: view.getUint32(at + 48, true),
    time: hundredNanoseconds(view, at) + hundredNanoseconds(view, at + 8),
    switches: view.getUint32(at + 64, true),
    state: view.getUint32(at + 68, true),
  };
}

/**
 * The processes in a list.
 * @param only that process alone
 * @returns those up to where the bytes break off, should they
 */
export function parseProcesses(bytes: Uint8Array, only?: number): ProcessEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: ProcessEntry[] = [];
  for (let at = 0; at + PROCESS_BYTES <= bytes.length; ) {
    const id = view.getUint32(at + 80, true);
    if (only === undefined || id === only) {
      entries.push({
        id,
        startedBy: view.getUint32(at + 88, true),
        startTime: hundredNanoseconds(view, at + 32),
        time: hundredNanoseconds(view, at + 40) + hundredNanoseconds(view, at + 48),
        threads: parseThreads(view, at),
      });
      if (only !== undefined) break;
    }
    const next = view.getUint32(at, true);
    if (next === 0) break;
    at += next;
  }
  return entries;
}

function parseThreads(view: DataView, process: number): ThreadEntry[] {
  const count = Math.min(view.getUint32(process + 4, true), MOST_THREADS);
  const threads: ThreadEntry[] = [];
  for (let i = 0; i < count; i++) {
    const at = process + PROCESS_BYTES + i * THREAD_BYTES;
    if (at + THREAD_BYTES > view.byteLength) break;
    threads.push(parseThread(view, at));
  }
  return threads;
}

/** A LARGE_INTEGER of so many units: as exact as a number of JavaScript's is, some microseconds at the times of this century. */
function hundredNanoseconds(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getInt32(at + 4, true) * 2 ** 32;
}

const SYSTEM_PROCESS_INFORMATION = 5;
const STATUS_INFO_LENGTH_MISMATCH = 0xc0000004 | 0;
const FIRST_BYTES = 1 << 18;
const MOST_BYTES = 1 << 28;

let buffer = new Uint8Array();
let filled = 0;
const length = new Float64Array(1);
let takenAt = Number.NEGATIVE_INFINITY;

/**
 * The bytes of a list that is no older than so many milliseconds; they are good until the next call.
 * @throws ProcessUnseen where the system gives none
 */
export function processBytes(milliseconds: number): Uint8Array {
  const now = performance.now();
  if (now - takenAt > milliseconds) {
    takenAt = Number.NEGATIVE_INFINITY;
    filled = read();
    takenAt = now;
  }
  return buffer.subarray(0, filled);
}

function read(): number {
  const calls = windowsCalls();
  if (buffer.length === 0) buffer = new Uint8Array(FIRST_BYTES);
  for (;;) {
    const status = calls.querySystem(SYSTEM_PROCESS_INFORMATION, buffer, length);
    if (status === 0) return Math.min(length[0] as number, buffer.length);
    if (status !== STATUS_INFO_LENGTH_MISMATCH || buffer.length >= MOST_BYTES)
      throw new ProcessUnseen(0, "NtQuerySystemInformation", status, "the list of processes");
    buffer = new Uint8Array(Math.max(2 * buffer.length, (length[0] as number) + FIRST_BYTES));
  }
}

/** @param milliseconds how old the list may be @throws ProcessUnseen */
export function processes(milliseconds: number): ProcessEntry[] {
  return parseProcesses(processBytes(milliseconds));
}

/** One process; undefined where there is none. @param milliseconds how old the list may be @throws ProcessUnseen */
export function processEntry(pid: number, milliseconds: number): ProcessEntry | undefined {
  return parseProcesses(processBytes(milliseconds), pid)[0];
}
