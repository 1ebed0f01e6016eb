// Which of a target's threads run at this moment. In: thread ids as the target sees them. Out: yes or no. It knows
// that a process in another PID namespace has other ids than the ones under which we see its threads.
import { HostThreadIds, RUNNING, ThreadStates } from "../host/index.js";

export class ThreadActivity {
  /** Questions that had no answer: there was no such thread, or the system didn't tell. */
  unanswered = 0;
  readonly #states: ThreadStates;
  readonly #ids: HostThreadIds;

  constructor(pid: number) {
    this.#states = new ThreadStates(pid);
    this.#ids = new HostThreadIds(pid);
  }

  /** Whether the thread is known to run. */
  isRunning(nativeId: number): boolean {
    const tid = nativeId === 0 ? undefined : this.#ids.of(nativeId);
    const state = tid === undefined ? undefined : this.#states.of(tid);
    if (state === undefined) this.unanswered++;
    return state === RUNNING;
  }

  /** Descriptors that are held. */
  get openFiles(): number {
    return this.#states.openFiles;
  }

  close(): void {
    this.#states.close();
  }
}
