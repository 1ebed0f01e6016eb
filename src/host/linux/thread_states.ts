// Whether threads run at this moment. In: thread ids of one process, as seen from here. Out: yes or no, at one
// system call a question.

import { STAT_BYTES } from "./stat.js";
import { ThreadFiles } from "./thread_files.js";
import { parsePlace } from "./thread_places.js";

/** The states of the threads of one process. Close it after use. */
export class ThreadStates {
  readonly #files: ThreadFiles;
  readonly #buffer = Buffer.allocUnsafe(STAT_BYTES);

  constructor(readonly pid: number) {
    this.#files = new ThreadFiles(pid, ["stat"]);
  }

  /** Whether the thread runs or waits for a processor (state R); undefined for one that has ended or is not ours to see. */
  isRunning(tid: number): boolean | undefined {
    return parsePlace(this.#buffer, this.#files.read(tid, this.#buffer))?.isRunning;
  }

  /** Descriptors that are held. */
  get openFiles(): number {
    return this.#files.openFiles;
  }

  close(): void {
    this.#files.close();
  }
}
