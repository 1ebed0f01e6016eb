// Which of a target's threads run at this moment. In: thread ids as the target sees them. Out: yes or no. It knows
// that a process in another PID namespace has other ids than the ones under which we see its threads.
import { type HostThreadIds, host, type ThreadStates } from "../host/index.js";

export class ThreadActivity {
  /** Questions that had no answer: there was no such thread, or the system didn't tell. */
  unanswered = 0;
  readonly #states: ThreadStates;
  readonly #ids: HostThreadIds;

  constructor(pid: number) {
    this.#states = host.threadStates(pid);
    this.#ids = host.threadIds(pid);
  }

  /** Whether the thread is known to run. */
  isRunning(nativeId: number): boolean {
    const tid = nativeId === 0 ? undefined : this.#ids.of(nativeId);
    const isRunning = tid === undefined ? undefined : this.#states.isRunning(tid);
    if (isRunning === undefined) this.unanswered++;
    return isRunning === true;
  }

  /** Descriptors that are held. */
  get openFiles(): number {
    return this.#states.openFiles;
  }

  close(): void {
    this.#states.close();
  }
}
