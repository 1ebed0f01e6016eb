// The threads of a process and their ids in its own PID namespace and in ours. In: a process id. Out: numbers.
import { readdirSync } from "node:fs";
import { ProcessGone } from "../errors.js";
import { withSpares } from "../spare_files.js";
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
    return withSpares(() => readdirSync(path)).map(Number);
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
 * @param known what was found before: who is still there is not asked again, as a thread keeps its ids
 * @throws ProcessGone, ProcessDenied
 */
export function hostThreadIds(pid: number, known: ReadonlyMap<number, number> = new Map()): Map<number, number> {
  const ids = new Map<number, number>();
  const own = new Map<number, number>();
  for (const [id, tid] of known) own.set(tid, id);
  for (const tid of threadIds(pid)) {
    const id = own.get(tid);
    if (id !== undefined) {
      ids.set(id, tid);
      continue;
    }
    try {
      ids.set(readStatus(pid, tid).ids.at(-1) ?? tid, tid);
    } catch (error) {
      // A thread may end between the listing and the reading.
      if (!(error instanceof ProcessGone)) throw error;
    }
  }
  return ids;
}

/** How often the threads of a process are listed anew for ids that were not among them, in milliseconds. */
const LISTING_MILLISECONDS = 100;
/** How often each thread is asked for its ids anew: another one may have got the id of one that has ended. */
const ASKING_MILLISECONDS = 5000;

/** From the ids that a process itself sees of its threads to those under which we see them. */
export class HostThreadIds {
  /** Whether they are the same; undefined where that isn't known. */
  #same: boolean | undefined;
  #known: ReadonlyMap<number, number> = new Map();
  /** What threads call themselves, by our ids. */
  readonly #own = new Map<number, number>();
  /** When these were forgotten last. */
  #forgotten = Number.NEGATIVE_INFINITY;
  /** When the threads were listed last. */
  #listed = Number.NEGATIVE_INFINITY;
  /** When all of them were asked last. */
  #askedAll = Number.NEGATIVE_INFINITY;
  readonly #now: () => number;

  /** @param now in milliseconds */
  constructor(
    readonly pid: number,
    now: () => number = () => performance.now(),
  ) {
    this.#now = now;
    this.#look();
  }

  /** Our id of the thread; undefined where that is not known. Where ids are the same, nobody has looked for the thread. */
  of(nativeId: number): number | undefined {
    if (this.#same === undefined) this.#look();
    if (this.#same !== false) return this.#same && nativeId;
    if (!this.#known.has(nativeId)) this.#list();
    return this.#known.get(nativeId);
  }

  nativeOf(tid: number): number | undefined {
    if (this.#same === undefined) this.#look();
    if (this.#same !== false) return this.#same && tid;
    const now = this.#now();
    if (now - this.#forgotten >= ASKING_MILLISECONDS) {
      this.#forgotten = now;
      this.#own.clear();
    }
    const known = this.#own.get(tid);
    if (known !== undefined) return known;
    try {
      const own = readStatus(this.pid, tid).ids.at(-1) ?? tid;
      this.#own.set(tid, own);
      return own;
    } catch {
      // As below.
      return undefined;
    }
  }

  #look(): void {
    try {
      this.#same = !isInOtherPidNamespace(this.pid);
    } catch {
      // The process has ended or shut itself off, which the next copy of its memory will tell; or we have no descriptor left.
    }
  }

  #list(): void {
    const now = this.#now();
    if (now - this.#listed < LISTING_MILLISECONDS) return;
    this.#listed = now;
    try {
      this.#known = hostThreadIds(this.pid, now - this.#askedAll < ASKING_MILLISECONDS ? this.#known : undefined);
      if (now - this.#askedAll >= ASKING_MILLISECONDS) this.#askedAll = now;
    } catch {
      // As above.
    }
  }
}
