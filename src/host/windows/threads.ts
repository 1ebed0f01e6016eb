// What the threads of a process do. In: thread ids, which with Windows are the same for everybody. Out: whether they run, and where they are, as
// the list of processes has it. Where states are not told (Wine), the time that a thread has run tells whether it did of late.
import type { HostThreadIds, ThreadPlaces as Places, ThreadStates as States, ThreadPlace } from "../thread_facts.js";
import {
  isAtRest,
  isAtWork,
  parseThread,
  processEntry,
  THREAD_BYTES,
  type ThreadEntry,
  tellsStates,
} from "./process_list.js";

/** One list answers for all threads of a sample: so long. */
const SAMPLE_MILLISECONDS = 0.5;
/** Times go up in steps of the system's clock, 10 to 15.6 ms: who has run in so many milliseconds runs. */
const STEP_MILLISECONDS = 35;

export const threadIds: HostThreadIds = { of: (nativeId) => nativeId, nativeOf: (tid) => tid };

interface Watched {
  time: number;
  /** When that had gone up. */
  at: number;
}

export class ThreadStates implements States {
  readonly openFiles = 0;
  readonly #entries: (milliseconds: number) => readonly ThreadEntry[];
  readonly #now: () => number;
  #times = new Map<number, Watched>();

  /** @param entries the process's threads, no older than so many milliseconds @param now in milliseconds */
  constructor(
    pid: number,
    entries = (milliseconds: number) => processEntry(pid, milliseconds)?.threads ?? [],
    now = () => performance.now(),
  ) {
    this.#entries = entries;
    this.#now = now;
  }

  isRunning(tid: number): boolean | undefined {
    const threads = this.#entries(SAMPLE_MILLISECONDS);
    const thread = threads.find(({ id }) => id === tid);
    if (thread === undefined) return undefined;
    if (tellsStates(threads)) return isAtWork(thread);
    const now = this.#now();
    // Whoever has ended is looked at no more.
    if (this.#times.size > 2 * threads.length + 16)
      this.#times = new Map([...this.#times].filter(([id]) => threads.some((one) => one.id === id)));
    const known = this.#times.get(tid);
    if (known === undefined) {
      this.#times.set(tid, { time: thread.time, at: Number.NEGATIVE_INFINITY });
      return undefined;
    }
    if (thread.time !== known.time) this.#times.set(tid, { time: thread.time, at: now });
    return thread.time !== known.time || now - known.at <= STEP_MILLISECONDS;
  }

  close(): void {}
}

const NOT_TOLD = "the system tells no states of threads, as Wine doesn't";
const RUNS = "the thread runs, and Windows keeps nobody off a processor for somebody else";

/** A thread that waits is copied off its processor; one that runs isn't. */
export class ThreadPlaces implements Places {
  readonly openFiles = 0;
  readonly failure = undefined;
  hindrance: string | undefined;
  readonly #entries: (milliseconds: number) => readonly ThreadEntry[];

  constructor(pid: number, entries = (milliseconds: number) => processEntry(pid, milliseconds)?.threads ?? []) {
    this.#entries = entries;
  }

  look(tid: number): ThreadPlace | undefined {
    const threads = this.#entries(0);
    const thread = threads.find(({ id }) => id === tid);
    this.hindrance = undefined;
    if (thread === undefined) return undefined;
    if (!tellsStates(threads)) this.hindrance = NOT_TOLD;
    else if (isAtWork(thread)) this.hindrance = RUNS;
    return this.hindrance === undefined ? placeOf(thread) : undefined;
  }

  /** The thread itself: the add-on asks for its entry in the list. */
  place(tid: number): number {
    return tid;
  }

  runs(tid: number): number {
    return tid;
  }

  parse(text: Uint8Array, length: number): ThreadPlace | undefined {
    if (length < THREAD_BYTES) return undefined;
    return placeOf(parseThread(new DataView(text.buffer, text.byteOffset, length), 0));
  }

  realtimePolicy(): undefined {}

  close(): void {}
}

function placeOf(thread: ThreadEntry): ThreadPlace {
  return { isRunning: false, isAtRest: isAtRest(thread), processor: -1 };
}
