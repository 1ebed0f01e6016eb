// Which of a target's threads run at this moment. In: thread ids as the target sees them. Out: yes or no. It knows
// that a process in another PID namespace has other ids than the ones under which we see its threads.
import { hostThreadIds, isInOtherPidNamespace, ThreadStates } from "../host/index.js";

export class ThreadActivity {
  readonly #states: ThreadStates;
  readonly #pid: number;
  /** From the target's ids to ours; undefined where they are the same. */
  #hostIds: Map<number, number> | undefined;

  constructor(pid: number) {
    this.#pid = pid;
    this.#states = new ThreadStates(pid);
    try {
      this.#hostIds = isInOtherPidNamespace(pid) ? hostThreadIds(pid) : undefined;
    } catch {
      // The process has ended or shut itself off, which the next copy of its memory will tell.
    }
  }

  isRunning(nativeId: number): boolean {
    return this.#states.isRunning(this.#hostId(nativeId));
  }

  #hostId(nativeId: number): number {
    if (this.#hostIds === undefined) return nativeId;
    let id = this.#hostIds.get(nativeId);
    if (id === undefined) {
      try {
        this.#hostIds = hostThreadIds(this.#pid);
      } catch {
        // The process has ended, which the next copy of its memory will tell.
        return nativeId;
      }
      id = this.#hostIds.get(nativeId) ?? nativeId;
      this.#hostIds.set(nativeId, id);
    }
    return id;
  }

  close(): void {
    this.#states.close();
  }
}
