// Whether threads run at this moment. In: thread ids of one process, as seen from here. Out: yes or no, at one
// system call a question: each thread's stat stays open.
import { closeSync, openSync, readSync } from "node:fs";

/** More threads than this take their turns on the descriptors. */
const OPEN_LIMIT = 512;
const STAT_BYTES = 512;
const CLOSING_PARENTHESIS = 0x29;
const RUNNING = "R".charCodeAt(0);

/** The states of the threads of one process. Close it after use. */
export class ThreadStates {
  readonly #descriptors = new Map<number, number>();
  readonly #buffer = Buffer.allocUnsafe(STAT_BYTES);

  constructor(readonly pid: number) {}

  /** Whether the thread runs or waits for a processor (state R); false for one that has ended or is not ours to see. */
  isRunning(tid: number): boolean {
    const known = this.#descriptors.get(tid);
    if (known !== undefined) {
      const state = this.#read(known);
      if (state !== 0) return state === RUNNING;
      // The thread ended; its id may belong to a new one.
      this.#descriptors.delete(tid);
      closeSync(known);
    }
    const opened = this.#open(tid);
    return opened !== undefined && this.#read(opened) === RUNNING;
  }

  close(): void {
    for (const descriptor of this.#descriptors.values()) closeSync(descriptor);
    this.#descriptors.clear();
  }

  #open(tid: number): number | undefined {
    if (this.#descriptors.size >= OPEN_LIMIT) {
      for (const [oldest, descriptor] of this.#descriptors) {
        this.#descriptors.delete(oldest);
        closeSync(descriptor);
        break;
      }
    }
    try {
      const descriptor = openSync(`/proc/${this.pid}/task/${tid}/stat`, "r");
      this.#descriptors.set(tid, descriptor);
      return descriptor;
    } catch {
      return undefined;
    }
  }

  /** The state's letter as a byte, or 0 when the thread has ended. */
  #read(descriptor: number): number {
    try {
      const length = readSync(descriptor, this.#buffer, 0, STAT_BYTES, 0);
      // The name before it may hold parentheses, the numbers behind it may not.
      const name = this.#buffer.subarray(0, length).lastIndexOf(CLOSING_PARENTHESIS);
      return name < 0 || name + 2 >= length ? 0 : (this.#buffer[name + 2] as number);
    } catch {
      return 0;
    }
  }
}
