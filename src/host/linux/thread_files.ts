// Files of procfs about the threads of one process, kept open: asking again costs one system call. In: thread ids, as
// seen from here. Out: text, and descriptors. Knows nothing of what the files say.
import { closeSync, openSync, readSync } from "node:fs";

/** More descriptors than these are not held: threads beyond take their turns. */
const OPEN_LIMIT = 512;

/** The files `names` of each thread of `pid`. Close it after use. */
export class ThreadFiles {
  /** By thread, oldest first: a descriptor for each name, -1 where there is none. */
  readonly #open = new Map<number, readonly number[]>();

  constructor(
    readonly pid: number,
    readonly names: readonly [string, ...string[]],
  ) {}

  /** Read the first file's text into `buffer`. @returns its bytes, 0 for a thread that has ended or is not ours to see */
  read(tid: number, buffer: Uint8Array): number {
    const known = this.#open.get(tid);
    if (known !== undefined) {
      const length = readAt(known[0] as number, buffer);
      if (length > 0) return length;
      // The thread ended; its id may belong to a new one.
      this.#forget(tid);
    }
    this.#openAll(tid);
    return readAt(this.descriptor(tid, 0), buffer);
  }

  /** The descriptor of the file `names[index]` of a thread that was just read, -1 where there is none. */
  descriptor(tid: number, index: number): number {
    return this.#open.get(tid)?.[index] ?? -1;
  }

  close(): void {
    for (const tid of this.#open.keys()) this.#forget(tid);
  }

  #openAll(tid: number): void {
    if ((this.#open.size + 1) * this.names.length > OPEN_LIMIT) {
      const oldest = this.#open.keys().next().value;
      if (oldest !== undefined) this.#forget(oldest);
    }
    const descriptors: number[] = [];
    for (const name of this.names) {
      try {
        descriptors.push(openSync(`/proc/${this.pid}/task/${tid}/${name}`, "r"));
      } catch {
        // Without the first there is no thread to ask about.
        if (descriptors.length === 0) return;
        descriptors.push(-1);
      }
    }
    this.#open.set(tid, descriptors);
  }

  #forget(tid: number): void {
    for (const descriptor of this.#open.get(tid) ?? []) {
      if (descriptor >= 0) closeSync(descriptor);
    }
    this.#open.delete(tid);
  }
}

function readAt(descriptor: number, buffer: Uint8Array): number {
  if (descriptor < 0) return 0;
  try {
    return readSync(descriptor, buffer, 0, buffer.length, 0);
  } catch {
    return 0;
  }
}
