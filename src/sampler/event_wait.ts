// Waiting while the event loop is at rest. In: a time, and the process whose end is to be noticed. Out: whether that time has come, before
// anything else did. Signals, writes that end and timers wake us; so nothing has to be asked for now and then.
import { closeProcess, openProcess, WOKEN, waitUntil } from "../memory/event_wait.js";

/** Close it after use. */
export class EventWait {
  #process = -1;

  /** From now on the end of process `pid` ends each wait, where the kernel has descriptors of processes (Linux 5.3+). */
  watch(pid: number): void {
    this.close();
    this.#process = openProcess(pid);
  }

  /** Block until `time`, in microseconds of the monotonic clock. @returns false where the event loop or the process's end came before */
  readonly until = (time: number): boolean => waitUntil(time, this.#process) === WOKEN.time;

  close(): void {
    if (this.#process >= 0) closeProcess(this.#process);
    this.#process = -1;
  }
}
