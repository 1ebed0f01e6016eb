// Files of procfs about the threads of one process, kept open: asking again costs one system call. In: thread ids, as
// seen from here. Out: text, and descriptors; where there is none, which call failed. Knows nothing of what the files say.
import { closeSync, openSync, readSync } from "node:fs";
import { offerSpares, type SpareFiles, withdrawSpares, withSpares } from "../spare_files.js";
import type { FileFailure } from "../thread_facts.js";

/** More descriptors than these are not held by default. */
const OPEN_LIMIT = 512;
/** Who was not asked for so long, in milliseconds, has most likely ended. */
const IDLE_MILLISECONDS = 1000;

interface Held {
  /** For each name, -1 where it isn't open. */
  readonly descriptors: number[];
  /** When it was asked last, in milliseconds. */
  asked: number;
}

/**
 * The files `names` of each thread of `pid`. Close it after use. Of more threads than descriptors may be held for, the first keep theirs,
 * and the files of those beyond are opened anew each time: all threads are asked in turn, and if each took the place of the one
 * that was met first, none would find its own. Whoever was not asked for a while makes room.
 */
export class ThreadFiles implements SpareFiles {
  /** Why the last call gave nothing, if it didn't. */
  failure: FileFailure | undefined;
  /** By thread, oldest first. */
  readonly #open = new Map<number, Held>();
  /** The thread whose file is being opened. */
  #opening: number | undefined;
  readonly #limit: number;
  readonly #now: () => number;

  /**
   * @param limit descriptors that are held
   * @param now in milliseconds
   */
  constructor(
    readonly pid: number,
    readonly names: readonly [string, ...string[]],
    limit = OPEN_LIMIT,
    now: () => number = Date.now,
  ) {
    this.#limit = limit;
    this.#now = now;
    offerSpares(this);
  }

  /** Read the first file's text into `buffer`. @returns its bytes; 0, with a `failure`, where there are none to be had */
  read(tid: number, buffer: Uint8Array): number {
    this.failure = undefined;
    const known = this.#open.get(tid);
    const now = this.#now();
    if (known !== undefined) {
      known.asked = now;
      const length = this.#read(known.descriptors[0] as number, buffer);
      if (length > 0) return length;
      // The thread ended; its id may belong to a new one.
      this.#forget(tid);
      this.failure = undefined;
    }
    const isHeld = this.#hasRoom(now);
    const descriptor = this.#openFile(tid, 0);
    if (descriptor < 0) return 0;
    const length = this.#read(descriptor, buffer);
    if (isHeld) this.#open.set(tid, { descriptors: [descriptor, ...this.names.slice(1).map(() => -1)], asked: now });
    else closeSync(descriptor);
    return length;
  }

  /** The descriptor of a thread's first file, where that is held; else -1. */
  kept(tid: number): number {
    const known = this.#open.get(tid);
    if (known === undefined) return -1;
    known.asked = this.#now();
    return known.descriptors[0] as number;
  }

  /** Whether one more thread's files can be held. */
  #hasRoom(now: number): boolean {
    if ((this.#open.size + 1) * this.names.length <= this.#limit) return true;
    for (const [tid, { asked }] of this.#open) {
      // The next one is looked at next time.
      const isIdle = now - asked >= IDLE_MILLISECONDS;
      if (isIdle || this.names.length > 1) this.#forget(tid);
      else this.#keep(tid);
      // Files beside the first are asked for afterwards, of one thread at a time: it is held, and the oldest makes room.
      return isIdle || this.names.length > 1;
    }
    return false;
  }

  /** Let it be the youngest. */
  #keep(tid: number): void {
    const held = this.#open.get(tid) as Held;
    this.#open.delete(tid);
    this.#open.set(tid, held);
  }

  /** The descriptor of the file `names[index]` of a thread that was just read; -1, with a `failure`, where there is none. */
  descriptor(tid: number, index: number): number {
    this.failure = undefined;
    const known = this.#open.get(tid);
    if (known === undefined) return -1;
    // Tried again each time: what keeps us from a file may be over.
    const { descriptors } = known;
    if ((descriptors[index] as number) < 0) descriptors[index] = this.#openFile(tid, index);
    return descriptors[index] as number;
  }

  /** Descriptors that are held, at most. */
  get openFiles(): number {
    return this.#open.size * this.names.length;
  }

  close(): void {
    withdrawSpares(this);
    for (const tid of this.#open.keys()) this.#forget(tid);
  }

  /** -1, with a `failure`, where it can't be opened. */
  #openFile(tid: number, index: number): number {
    const path = `/proc/${this.pid}/task/${tid}/${this.names[index]}`;
    this.#opening = tid;
    try {
      return withSpares(() => openSync(path, "r"));
    } catch (error) {
      this.failure = { call: "open", path: threadFile(this.names[index] as string), errno: errnoOf(error) };
      return -1;
    } finally {
      this.#opening = undefined;
    }
  }

  /** Close what is held of the thread that was met first, other than the one that is asked for. */
  giveUp(): boolean {
    for (const oldest of this.#open.keys()) {
      if (oldest === this.#opening) continue;
      this.#forget(oldest);
      return true;
    }
    return false;
  }

  #forget(tid: number): void {
    for (const descriptor of this.#open.get(tid)?.descriptors ?? []) {
      if (descriptor >= 0) closeSync(descriptor);
    }
    this.#open.delete(tid);
  }

  #read(descriptor: number, buffer: Uint8Array): number {
    let errno = 0;
    try {
      const length = readSync(descriptor, buffer, 0, buffer.length, 0);
      if (length > 0) return length;
    } catch (error) {
      errno = errnoOf(error);
    }
    this.failure = { call: "read", path: threadFile(this.names[0] as string), errno };
    return 0;
  }
}

/** What the files of all threads are called in a failure: it is one cause, whichever thread of whichever process it is. */
export function threadFile(name: string): string {
  return `/proc/*/task/*/${name}`;
}

function errnoOf(error: unknown): number {
  return Math.abs((error as NodeJS.ErrnoException).errno ?? 0);
}
