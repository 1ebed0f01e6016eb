// Where threads run, and how to see that one has not run. In: thread ids of one process, as seen from here. Out: its
// state, its processor, and descriptors for whoever copies memory meanwhile.
import { readFileSync } from "node:fs";
import { STAT_BYTES } from "./stat.js";
import { ThreadFiles } from "./thread_files.js";

/** The state of a thread that runs or waits for a processor. */
export const RUNNING = "R";
/**
 * Blocked, waiting for a device, stopped, traced, idle: each leaves that state by being given a processor, but for the
 * moment in which the thread, still in the kernel, has set it and not left its processor yet.
 */
const AT_REST = "SDTtI";

const SPACE = 0x20;
const ZERO = 0x30;
const CLOSING_PARENTHESIS = 0x29;
/** From field 3, the state, to field 39, the processor: proc(5), /proc/pid/stat. */
const FIELDS_BETWEEN = 36;

/** What a thread's `stat` says of where it is. */
export interface ThreadPlace {
  /** The kernel's letter. */
  readonly state: string;
  /** The processor that it runs on, ran on last or is to run on next. */
  readonly processor: number;
}

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
  let processor = 0;
  for (; at < length && text[at] !== SPACE; at++) processor = processor * 10 + (text[at] as number) - ZERO;
  return { state: String.fromCharCode(text[state] as number), processor };
}

/** Whether a thread in this state runs again only after it was given a processor. */
export function isAtRest({ state }: ThreadPlace): boolean {
  return AT_REST.includes(state);
}

/**
 * Whether the kernel counts what `schedstat` says (time on a processor, time of waiting for one, times that it was given
 * one: Documentation/scheduler/sched-stats.rst). Where it doesn't, all are 0, or the file is missing.
 */
function countsRuns(): boolean {
  try {
    return !readFileSync("/proc/thread-self/schedstat", "latin1").startsWith("0 0 0");
  } catch {
    return false;
  }
}

/** The places of the threads of one process. Close it after use. */
export class ThreadPlaces {
  readonly #files: ThreadFiles;
  readonly #buffer = Buffer.allocUnsafe(STAT_BYTES);

  constructor(readonly pid: number) {
    this.#files = new ThreadFiles(pid, countsRuns() ? ["stat", "schedstat"] : ["stat"]);
  }

  /** Where the thread is; undefined for one that has ended or is not ours to see. */
  look(tid: number): ThreadPlace | undefined {
    return parsePlace(this.#buffer, this.#files.read(tid, this.#buffer));
  }

  /** A descriptor whose text `parsePlace` understands, for a thread that was just looked at. */
  place(tid: number): number {
    return this.#files.descriptor(tid, 0);
  }

  /** A descriptor whose text is another one as soon as the thread has run, -1 where the kernel doesn't count that. */
  runs(tid: number): number {
    return this.#files.descriptor(tid, 1);
  }

  close(): void {
    this.#files.close();
  }
}
