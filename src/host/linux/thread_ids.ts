// The threads of a process and their ids in its own PID namespace and in ours. In: a process id. Out: numbers.
import { readdirSync } from "node:fs";
import { ProcessGone } from "../errors.js";
import { explained } from "./procfs.js";
import { readStatus } from "./status.js";

/**
 * Ids of the threads of `pid`, as seen from here.
 *
 * @throws ProcessGone, ProcessDenied
 */
export function threadIds(pid: number): number[] {
  const path = `/proc/${pid}/task`;
  try {
    return readdirSync(path).map(Number);
  } catch (error) {
    throw explained(error, pid, "opendir", path);
  }
}

/**
 * Whether the process sees itself and its threads under other ids than we do.
 *
 * @throws ProcessGone, ProcessDenied
 */
export function isInOtherPidNamespace(pid: number): boolean {
  return readStatus(pid).ids.length > 1;
}

/**
 * For each thread of `pid`: the id the process itself sees (the key) and the id under which we see it.
 *
 * @throws ProcessGone, ProcessDenied
 */
export function hostThreadIds(pid: number): Map<number, number> {
  const ids = new Map<number, number>();
  for (const tid of threadIds(pid)) {
    try {
      ids.set(readStatus(pid, tid).ids.at(-1) ?? tid, tid);
    } catch (error) {
      // A thread may end between the listing and the reading.
      if (!(error instanceof ProcessGone)) throw error;
    }
  }
  return ids;
}

/** From the ids that a process itself sees of its threads to those under which we see them. */
export class HostThreadIds {
  /** Undefined where they are the same. */
  #known: Map<number, number> | undefined;

  constructor(readonly pid: number) {
    try {
      this.#known = isInOtherPidNamespace(pid) ? hostThreadIds(pid) : undefined;
    } catch {
      // The process has ended or shut itself off, which the next copy of its memory will tell.
    }
  }

  /** Our id of the thread; its own where it is not to be found. */
  of(nativeId: number): number {
    if (this.#known === undefined) return nativeId;
    let id = this.#known.get(nativeId);
    if (id === undefined) {
      try {
        this.#known = hostThreadIds(this.pid);
      } catch {
        // As above.
        return nativeId;
      }
      id = this.#known.get(nativeId) ?? nativeId;
      this.#known.set(nativeId, id);
    }
    return id;
  }
}
