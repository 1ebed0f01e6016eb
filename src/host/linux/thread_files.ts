// Files of procfs about the threads of one process, kept open: asking again costs one system call. In: thread ids, as
// seen from here. Out: text, and descriptors; where there is none, which call failed. Knows nothing of what the files say.
import { closeSync, openSync, readSync } from "node:fs";
import { constants } from "node:os";

/** More descriptors than these are not held: threads beyond take their turns. */
const OPEN_LIMIT = 512;

/** Which call on which file failed. */
export interface FileFailure {
  readonly call: "open" | "read";
  readonly path: string;
  /** The system's error number; 0 where the file said nothing. */
  readonly errno: number;
}

/** The files `names` of each thread of `pid`. Close it after use. */
export class ThreadFiles {
  /** Why the last call gave nothing, if it didn't. */
  failure: FileFailure | undefined;
  /** By thread, oldest first: a descriptor for each name, -1 where it isn't open. */
  readonly #open = new Map<number, number[]>();

  constructor(
    readonly pid: number,
    readonly names: readonly [string, ...string[]],
  ) {}

  /** Read the first file's text into `buffer`. @returns its bytes; 0, with a `failure`, where there are none to be had */
  read(tid: number, buffer: Uint8Array): number {
    this.failure = undefined;
    const known = this.#open.get(tid);
    if (known !== undefined) {
      const length = this.#read(known[0] as number, tid, buffer);
      if (length > 0) return length;
      // The thread ended; its id may belong to a new one.
      this.#forget(tid);
      this.failure = undefined;
    }
    if ((this.#open.size + 1) * this.names.length > OPEN_LIMIT) this.#forgetOldest(tid);
    const descriptor = this.#openFile(tid, 0);
    if (descriptor < 0) return 0;
    this.#open.set(tid, [descriptor, ...this.names.slice(1).map(() => -1)]);
    return this.#read(descriptor, tid, buffer);
  }

  /** The descriptor of the file `names[index]` of a thread that was just read; -1, with a `failure`, where there is none. */
  descriptor(tid: number, index: number): number {
    this.failure = undefined;
    const known = this.#open.get(tid);
    if (known === undefined) return -1;
    // Tried again each time: what keeps us from a file may be over.
    if ((known[index] as number) < 0) known[index] = this.#openFile(tid, index);
    return known[index] as number;
  }

  /** Descriptors that are held, at most. */
  get openFiles(): number {
    return this.#open.size * this.names.length;
  }

  close(): void {
    for (const tid of this.#open.keys()) this.#forget(tid);
  }

  #path(tid: number, index: number): string {
    return `/proc/${this.pid}/task/${tid}/${this.names[index]}`;
  }

  /** -1, with a `failure`, where it can't be opened. */
  #openFile(tid: number, index: number): number {
    const path = this.#path(tid, index);
    for (;;) {
      try {
        return openSync(path, "r");
      } catch (error) {
        const errno = errnoOf(error);
        const areTooMany = errno === constants.errno.EMFILE || errno === constants.errno.ENFILE;
        if (areTooMany && this.#forgetOldest(tid)) continue;
        this.failure = { call: "open", path, errno };
        return -1;
      }
    }
  }

  /** Close what is held of the thread that was met first, other than `tid`. @returns false where there is none */
  #forgetOldest(tid: number): boolean {
    for (const oldest of this.#open.keys()) {
      if (oldest === tid) continue;
      this.#forget(oldest);
      return true;
    }
    return false;
  }

  #forget(tid: number): void {
    for (const descriptor of this.#open.get(tid) ?? []) {
      if (descriptor >= 0) closeSync(descriptor);
    }
    this.#open.delete(tid);
  }

  #read(descriptor: number, tid: number, buffer: Uint8Array): number {
    let errno = 0;
    try {
      const length = readSync(descriptor, buffer, 0, buffer.length, 0);
      if (length > 0) return length;
    } catch (error) {
      errno = errnoOf(error);
    }
    this.failure = { call: "read", path: this.#path(tid, 0), errno };
    return 0;
  }
}

function errnoOf(error: unknown): number {
  return Math.abs((error as NodeJS.ErrnoException).errno ?? 0);
}
