// Which of a target's threads run at this moment. In: thread ids as the target sees them. Out: yes or no. It knows
// that a process in another PID namespace has other ids than the ones under which we see its threads.
import { HostThreadIds, ThreadStates } from "../host/index.js";

export class ThreadActivity {
  readonly #states: ThreadStates;
  readonly #ids: HostThreadIds;

  constructor(pid: number) {
    this.#states = new ThreadStates(pid);
    this.#ids = new HostThreadIds(pid);
  }

  isRunning(nativeId: number): boolean {
    return this.#states.isRunning(this.#ids.of(nativeId));
  }

  close(): void {
    this.#states.close();
  }
}
