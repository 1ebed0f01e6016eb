// Where threads run, and how to see that one has not run. In: thread ids of one process, as seen from here. Out: its
// state, its processor, and descriptors for whoever copies memory meanwhile.
import { readFileSync } from "node:fs";
import type { FileFailure, ThreadPlace } from "../thread_facts.js";
import { STAT_BYTES } from "./stat.js";
import { ThreadFiles, threadFile } from "./thread_files.js";

/** The state of a thread that runs or waits for a processor. */
const RUNNING = "R";
/**
 * Blocked, waiting for a device, stopped, traced, idle: each leaves that state by being given a processor, but for the
 * moment in which the thread, still in the kernel, has set it and not left its processor yet.
 */
const AT_REST = "SDTtI";

const SPACE = 0x20;
const NEWLINE = 0x0a;
const ZERO = 0x30;
const CLOSING_PARENTHESIS = 0x29;
/** From field 3, the state, to field 39, the processor: proc(5), /proc/pid/stat. */
const FIELDS_BETWEEN = 36;

/** Parse the first `length` bytes of a `stat`; undefined where it isn't whole. */
export function parsePlace(text: Uint8Array, length: number): ThreadPlace | undefined {
  // The name before the state may hold parentheses and spaces, the numbers behind it may not.
  const state = text.subarray(0, length).lastIndexOf(CLOSING_PARENTHESIS) + 2;
  if (state < 2) return undefined;
  let at = state;
  for (let fields = 0; fields < FIELDS_BETWEEN; at++) {
    if (at >= length) return undefined;
    if (text[at] === SPACE) fields++;
  }
  const first = at;
  let processor = 0;
  for (; at < length && isDigit(text[at] as number); at++) processor = processor * 10 + (text[at] as number) - ZERO;
  if (at === first || (at < length && text[at] !== SPACE && text[at] !== NEWLINE)) return undefined;
  const letter = String.fromCharCode(text[state] as number);
  return { isRunning: letter === RUNNING, isAtRest: AT_REST.includes(letter), processor };
}

/** Policies under which a thread runs before all others (sched(7)), by their numbers. */
const REALTIME: Readonly<Record<string, string>> = { 1: "SCHED_FIFO", 2: "SCHED_RR", 6: "SCHED_DEADLINE" };
/** From field 3 to field 41, the policy. */
const FIELDS_BEFORE_POLICY = 38;

/** The policy that a thread's `stat` tells, where the thread runs before all others; else undefined. */
export function realtimePolicy(stat: string): string | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return REALTIME[fields[FIELDS_BEFORE_POLICY]?.trim() ?? ""];
}

function isDigit(character: number): boolean {
  return character >= ZERO && character < ZERO + 10;
}

/** Of the thread that asks, which runs: what says nothing of it says nothing of any. */
const OWN = "/proc/thread-self";
const COUNTERS = /^(?:non)?voluntary_ctxt_switches:\t[1-9]/m;

/**
 * The file of a thread that has another text as soon as the thread has run. `schedstat` has its time on a processor, its time
 * of waiting for one, and how often it was given one (Documentation/scheduler/sched-stats.rst). A kernel that doesn't count
 * that has no such file, or all are 0 in it; then `status` says how often the thread has left a processor. That does as well:
 * one that is off every processor before the copy and behind it has left one in between, if it ran. Where there is
 * neither, the answer is why.
 */
export function witnessFile(read: (path: string) => string = readText): string | FileFailure {
  const runs = failureOf(`${OWN}/schedstat`, read, (text) => /^\d+ \d+ [1-9]/.test(text));
  if (runs === undefined) return "schedstat";
  return failureOf(`${OWN}/status`, read, (text) => COUNTERS.test(text)) === undefined ? "status" : runs;
}

/** Why a file doesn't tell what is wanted of it; undefined where it does. */
function failureOf(
  path: string,
  read: (path: string) => string,
  tells: (text: string) => boolean,
): FileFailure | undefined {
  try {
    return tells(read(path)) ? undefined : { call: "read", path, errno: 0 };
  } catch (error) {
    return { call: "open", path, errno: Math.abs((error as NodeJS.ErrnoException).errno ?? 0) };
  }
}

function readText(path: string): string {
  return readFileSync(path, "latin1");
}

/** The places of the threads of one process. Close it after use. */
export class ThreadPlaces {
  readonly #files: ThreadFiles;
  readonly #buffer = Buffer.allocUnsafe(STAT_BYTES);
  /** Why no thread's runs are to be seen. */
  readonly #blind: FileFailure | undefined;
  #failure: FileFailure | undefined;

  constructor(
    readonly pid: number,
    witness = witnessFile(),
  ) {
    this.#blind = typeof witness === "string" ? undefined : witness;
    this.#files = new ThreadFiles(pid, typeof witness === "string" ? ["stat", witness] : ["stat"]);
  }

  /** Why the last question had no answer. */
  get failure(): FileFailure | undefined {
    return this.#failure;
  }

  /** Where the thread is; undefined, with a `failure`, for one that has ended or is not ours to see. */
  look(tid: number): ThreadPlace | undefined {
    const length = this.#files.read(tid, this.#buffer);
    // What fills the buffer may go on.
    const place = length < STAT_BYTES ? parsePlace(this.#buffer, length) : undefined;
    this.#failure = this.#files.failure;
    if (place === undefined && length > 0) {
      this.#failure = { call: "read", path: threadFile("stat"), errno: 0 };
    }
    return place;
  }

  /** The policy under which the thread runs before all others; undefined where it doesn't, or isn't to be seen. */
  realtimePolicy(tid: number): string | undefined {
    try {
      return realtimePolicy(readText(`/proc/${this.pid}/task/${tid}/stat`));
    } catch {
      return undefined;
    }
  }

  /** See `parsePlace`. */
  parse(text: Uint8Array, length: number): ThreadPlace | undefined {
    return parsePlace(text, length);
  }

  /** A descriptor whose text `parse` understands, for a thread that was just looked at. */
  place(tid: number): number {
    return this.#files.descriptor(tid, 0);
  }

  /** A descriptor whose text is another one as soon as the thread has run; -1, with a `failure`, where there is none. */
  runs(tid: number): number {
    const descriptor = this.#blind === undefined ? this.#files.descriptor(tid, 1) : -1;
    this.#failure = this.#blind ?? this.#files.failure;
    return descriptor;
  }

  /** Descriptors that are held. */
  get openFiles(): number {
    return this.#files.openFiles;
  }

  close(): void {
    this.#files.close();
  }
}
