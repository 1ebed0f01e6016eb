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

  /** Whether the thread runs or waits for a processor (state R); false for one that has ended or is not ours to see. */
  isRunning(tid: number): boolean {
    return parsePlace(this.#buffer, this.#files.read(tid, this.#buffer))?.state === RUNNING;
  }

  close(): void {
    this.#files.close();
  }
}
