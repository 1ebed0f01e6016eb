// Whether threads run at this moment. In: thread ids of one process, as seen from here. Out: yes or no, at one
// system call a question.

import { STAT_BYTES } from "./stat.js";
import { ThreadFiles } from "./thread_files.js";
import { parsePlace, RUNNING } from "./thread_places.js";

/** The states of the threads of one process. Close it after use. */
export class ThreadStates {
  readonly #files: ThreadFiles;
  readonly #buffer = Buffer.allocUnsafe(STAT_BYTES);

  constructor(readonly pid: number) {
    this.#files = new ThreadFiles(pid, ["stat"]);
  }

  /** The kernel's letter for the thread; undefined for one that has ended or is not ours to see. */
  of(tid: number): string | undefined {
    return parsePlace(this.#buffer, this.#files.read(tid, this.#buffer))?.state;
  }

  /** Whether the thread is known to run or to wait for a processor (state R). */
  isRunning(tid: number): boolean {
    return this.of(tid) === RUNNING;
  }

  /** Descriptors that are held. */
  get openFiles(): number {
    return this.#files.openFiles;
  }

  close(): void {
    this.#files.close();
  }
}
