// Which threads of a process have run since they were copied last. In: what the system says of each (`ThreadStands`), and what its witness was at that copy. Out: those
// that stand as they stood, of which all is known; and how each of the others stands, for the next copy. One that hasn't run costs one read of its witness.
import { host, type ThreadStand, type ThreadStands } from "../host/index.js";
import type { CopiedThreads } from "./held_memory.js";

/** How often the threads of the process are listed, in microseconds: those that Python doesn't know turn up then. */
const LISTING_MICROSECONDS = 10_000;

export class ThreadWatch implements CopiedThreads {
  /** Those that have not run since they were copied last. */
  readonly standing = new Set<number>();
  readonly #pid: number;
  readonly #stands: ThreadStands;
  #tids: readonly number[] = [];
  #there: ReadonlySet<number> = new Set();
  /** Threads that Python knows and that were not among them: since they were listed last because that was due. */
  readonly #missed = new Set<number>();
  #listed = Number.NEGATIVE_INFINITY;
  /** Of those that stood when they were copied last: what their witness ends with as long as they have not run. */
  readonly #witnesses = new Map<number, string>();
  #others = new Map<number, ThreadStand>();
  /** One was missed for the first time. */
  #isMissing = false;
  /** The others were looked at just now. */
  #isFresh = false;

  constructor(pid: number, stands: ThreadStands) {
    this.#pid = pid;
    this.#stands = stands;
  }

  /** All threads there are, as they were listed last. */
  get tids(): readonly number[] {
    return this.#tids;
  }

  /**
   * A sample begins at `now`, in microseconds: look at all threads.
   * @returns whether the process is as it was, so that nothing needs to be copied
   * @throws ProcessGone, ProcessDenied
   */
  begin(now: number): boolean {
    const before = this.#tids;
    if (now - this.#listed >= LISTING_MICROSECONDS) {
      this.#list(now);
      this.#missed.clear();
    } else if (this.#isMissing) this.#list(now);
    this.#isMissing = false;
    const isListed = this.#look();
    if (!isListed) {
      this.#list(now);
      this.#look();
    }
    this.#isFresh = true;
    return this.#others.size === 0 && this.#tids === before;
  }

  /** The next sample looks at all threads as if they were new. */
  forget(): void {
    this.#witnesses.clear();
    this.#listed = Number.NEGATIVE_INFINITY;
  }

  /** A thread's stack is known, and as it was for as long as its witness ends with this; undefined: it isn't known. */
  keep(tid: number, witness: string | undefined): void {
    if (witness !== undefined) {
      this.#witnesses.set(tid, witness);
      return;
    }
    this.#witnesses.delete(tid);
    // It has begun since; or its id is none of the system's, and no list will have it.
    if (this.#there.has(tid) || this.#missed.has(tid)) return;
    this.#missed.add(tid);
    this.#isMissing = true;
  }

  look(): ReadonlyMap<number, ThreadStand> {
    if (!this.#isFresh) {
      this.#take(host.threadsOf(this.#pid));
      this.#others.clear();
      for (const tid of this.#tids) if (!this.standing.has(tid)) this.#lookAt(tid);
    }
    this.#isFresh = false;
    return this.#others;
  }

  #list(now: number): void {
    this.#listed = now;
    const tids = host.threadsOf(this.#pid);
    if (tids.length === this.#tids.length && tids.every((tid, i) => tid === this.#tids[i])) return;
    this.#take(tids);
    for (const tid of this.#witnesses.keys()) if (!this.#there.has(tid)) this.#witnesses.delete(tid);
  }

  #take(tids: readonly number[]): void {
    this.#tids = tids;
    this.#there = new Set(tids);
  }

  /** @returns false where a thread is gone that was listed */
  #look(): boolean {
    this.standing.clear();
    this.#others = new Map();
    this.#stands.compare(this.#tids, this.#witnesses, this.standing);
    for (const tid of this.#tids) if (!this.standing.has(tid) && !this.#lookAt(tid)) return false;
    return true;
  }

  #lookAt(tid: number): boolean {
    const stand = this.#stands.look(tid);
    if (stand !== undefined) this.#others.set(tid, stand);
    return stand !== undefined;
  }
}
