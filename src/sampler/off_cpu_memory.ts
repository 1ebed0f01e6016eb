// A memory source that can copy while a thread of the target is off its processor: where the thread is, by the host, and the copy
// made there, by the add-on. In: range requests and a thread id as the target sees it. Out: the ranges, and whether they
// are of one moment. It stops nothing, signals nothing and needs no permission beyond reading.
//
// Nothing is proven by what could not be read: a copy is an off-CPU copy where the system said twice, in the same words, what changes
// as soon as the thread runs, and said in between where the thread was. What keeps us from that is counted, by cause, and
// tried again.
import { constants } from "node:os";
import { type FileFailure, type HostThreadIds, host, type ThreadPlace, type ThreadPlaces } from "../host/index.js";
import type { LiveMemory, OffCpuVerdict } from "../memory/live.js";
import type { MemorySource } from "../memory/source.js";
import { Backoff } from "./backoff.js";
import { Clock } from "./clock.js";
import { CopyFailures, type PreventedCopies } from "./copy_failures.js";

/** How often each thing came of `fillOffCpu`, or of the hold that it began. */
export type OffCpuOutcomes = Readonly<Record<Exclude<OffCpuVerdict, "held"> | "unknown", number>>;

/** Where threads are: what `ThreadPlaces` tells. */
export type Places = Pick<
  ThreadPlaces,
  "look" | "place" | "parse" | "runs" | "realtimePolicy" | "close" | "failure" | "hindrance" | "openFiles"
>;

const NO_ID = "the thread's native id is not known";
const NO_THREAD = "the thread is not among the process's threads";
const { ENOENT, ESRCH } = constants.errno;

/** How long to wait for the target's processor: longer than nearly every wait on a machine that isn't overloaded. */
const PATIENCE_MICROSECONDS = 1000;
/**
 * How long the target's thread is kept from running at most: longer than nearly every walk takes, and than the few code objects that it
 * meets. A walk that isn't done by then was interrupted itself.
 */
const HOLD_MICROSECONDS = 150;
/**
 * How long a thread that was kept from running may run at least before it is again. It has left the place by then at which a copy
 * proved nothing, and makes its way whatever we do.
 */
const REST_MICROSECONDS = 50;

/** A cell that nobody ever notifies: waiting on it is the most exact sleep Node has. */
const never = new Int32Array(new SharedArrayBuffer(4));

/** Where we are on the target's own processor, it runs meanwhile. @param time in microseconds */
function sleepUntil(time: number): void {
  const left = time - Clock.now();
  if (left > 0) Atomics.wait(never, 0, 0, left / 1000);
}

/** Memory of one process, with off-CPU copies. Close it after use. */
export class OffCpuMemory implements MemorySource {
  interrupted = false;
  /** When the next copy is to be made, in microseconds of the monotonic clock, or AT_ONCE; 0 once it was. */
  due = 0;
  /** When the copy began that was due. */
  began = 0;
  readonly #outcomes = { still: 0, moved: 0, late: 0, unpinnable: 0, unwitnessed: 0, lapsed: 0, unknown: 0 };
  #memory: LiveMemory;
  readonly #places: Places;
  readonly #ids: HostThreadIds;
  readonly #now: () => number;
  /** The thread that was kept from running last, and when it was so no more. */
  #kept = 0;
  #freed = 0;
  /** Processors that we could not run on when we last tried: why, and when to try again. */
  readonly #barred = new Map<number, { readonly backoff: Backoff; cause: string }>();
  readonly #copyFailures = new CopyFailures();
  /** Of holds that lapsed: we don't get our own processor for as long as they take. Without one, we need none. */
  readonly #lapses = new Backoff();
  readonly #stand = { processor: -1, patienceMicroseconds: 0, witness: -1, note: -1, holdMicroseconds: 0 };

  /** @param now the time in microseconds */
  constructor(
    memory: LiveMemory,
    patienceMicroseconds = PATIENCE_MICROSECONDS,
    places?: Places,
    now: () => number = Clock.now,
  ) {
    this.#memory = memory;
    this.#stand.patienceMicroseconds = patienceMicroseconds;
    this.#places = places ?? host.threadPlaces(memory.pid);
    this.#ids = host.threadIds(memory.pid);
    this.#now = now;
  }

  get pid(): number {
    return this.#memory.pid;
  }

  /** From now on read under this id (`LiveMemory.readAs`). */
  readAs(task: number): boolean {
    return this.#memory.readAs(task);
  }

  /** The same process runs another program, which may lie elsewhere in its memory. */
  goOnWith(memory: LiveMemory): void {
    this.#memory = memory;
  }

  /**
   * "still" is what `fillOffCpu` answers with true. "moved": something changed, or the thread ran or went elsewhere.
   * "late": its processor was not to be had in time. "lapsed": it was not kept for as long as the walk took. "unpinnable": we can't run there at this moment. "unwitnessed": whether
   * it ran could not be read. "unknown": there is no such thread to be seen.
   */
  get outcomes(): OffCpuOutcomes {
    return this.#outcomes;
  }

  /** Descriptors that are held. */
  get openFiles(): number {
    return this.#places.openFiles;
  }

  /** Whether no off-CPU copy can be made at `now`, in microseconds: that was tried, and is not worth another try yet. */
  isHindered(now: number): boolean {
    return this.#copyFailures.areInForce(now);
  }

  /** Why no off-CPU copy could ever be made, where that is so. */
  get unavailable(): string | undefined {
    return this.#copyFailures.unavailable;
  }

  /** How many off-CPU copies could not be made, by cause. */
  get prevented(): PreventedCopies {
    return this.#copyFailures.copies;
  }

  fill(memory: Uint8Array, requests: number, count: number): number {
    const live = this.#memory;
    const isDue = this.due !== 0;
    live.due = this.due;
    this.due = 0;
    try {
      return live.fill(memory, requests, count);
    } finally {
      this.interrupted = live.interrupted;
      if (isDue) this.began = live.began;
    }
  }

  fillOffCpu(memory: Uint8Array, requests: number, count: number, nativeId: number, mayHold = false): boolean | "held" {
    if (this.due !== 0) this.#wait();
    this.#stand.holdMicroseconds = mayHold && !this.#lapses.isEarly(this.#now()) ? HOLD_MICROSECONDS : 0;
    const outcome = this.#tryOffCpu(memory, requests, count, nativeId);
    if (outcome === "held") {
      this.interrupted = false;
      return outcome;
    }
    if (outcome === "still" || outcome === "moved") this.interrupted = outcome === "moved";
    else this.fill(memory, requests, count);
    return this.#told(outcome);
  }

  endHold(memory: Uint8Array, requests: number, count: number): boolean {
    const outcome = this.#judged(this.#memory.readAgain(memory, requests, count, this.#stand));
    if (outcome === "lapsed") this.#lapses.failed(this.#now());
    else this.#lapses.worked();
    this.interrupted = outcome !== "still";
    return this.#told(outcome === "held" ? "moved" : outcome);
  }

  #told(outcome: keyof OffCpuOutcomes): boolean {
    this.#outcomes[outcome]++;
    if (outcome !== "unknown" && outcome !== "unpinnable" && outcome !== "unwitnessed")
      this.#copyFailures.made(this.#now());
    return outcome === "still";
  }

  close(): void {
    this.#places.close();
  }

  /** Wait for when the copy is due. */
  #wait(): void {
    sleepUntil(this.due);
    this.began = Clock.now();
    this.due = 0;
  }

  #tryOffCpu(memory: Uint8Array, requests: number, count: number, nativeId: number): keyof OffCpuOutcomes | "held" {
    if (nativeId === 0) return this.#prevented("unknown", NO_ID);
    const tid = this.#ids.of(nativeId);
    if (tid === undefined) return this.#prevented("unknown", NO_THREAD);
    if (tid === this.#kept) sleepUntil(this.#freed + REST_MICROSECONDS);
    const place = this.#places.look(tid);
    if (place === undefined) return this.#unseen();
    const stand = this.#stand;
    if (place.isRunning) stand.processor = place.processor;
    else if (place.isAtRest) stand.processor = -1;
    else return "unknown"; // it ends
    const barred = this.#barred.get(stand.processor);
    if (barred?.backoff.isEarly(this.#now())) return this.#prevented("unpinnable", barred.cause);
    stand.witness = this.#places.runs(tid);
    if (stand.witness < 0) return this.#prevented("unwitnessed", causeOf(this.#places.failure));
    stand.note = this.#places.place(tid);
    if (stand.processor >= 0) this.#kept = tid;
    const verdict = this.#memory.readOffCpu(memory, requests, count, stand);
    if (verdict === "unpinnable") return this.#bar(stand.processor);
    if (barred !== undefined) this.#barred.delete(stand.processor);
    if (verdict === "late") this.#explainLateness(tid);
    return this.#judged(verdict);
  }

  /** A copy was made, or was not to be had in time. */
  #judged(verdict: OffCpuVerdict): keyof OffCpuOutcomes | "held" {
    if (verdict !== "held" && this.#stand.processor >= 0) this.#freed = Clock.now();
    if (verdict === "unwitnessed") return this.#unread();
    if (verdict !== "still") return verdict;
    const after = this.#places.parse(this.#memory.note, this.#memory.noteLength);
    return after !== undefined && this.#wasOffCpu(after) ? "still" : "moved";
  }

  /** Nobody else gets the processor of a thread that runs before all others until it waits for something. */
  #explainLateness(tid: number): void {
    const policy = this.#places.realtimePolicy(tid);
    if (policy !== undefined) this.#copyFailures.count(`the thread runs before all others (${policy})`);
  }

  #prevented(outcome: keyof OffCpuOutcomes, cause: string): keyof OffCpuOutcomes {
    this.#copyFailures.prevented(cause, this.#now());
    return outcome;
  }

  /** Nothing said where the thread is. */
  #unseen(): keyof OffCpuOutcomes {
    const { failure, hindrance } = this.#places;
    if (hindrance !== undefined) return this.#prevented("unknown", hindrance);
    const isMissing = failure === undefined || failure.errno === ENOENT || failure.errno === ESRCH;
    return this.#prevented("unknown", isMissing ? NO_THREAD : causeOf(failure));
  }

  /** The copy was made, and something that tells of the thread could not be read. */
  #unread(): keyof OffCpuOutcomes {
    const { failedCall, failedErrno } = this.#memory;
    // A thread that has ended meanwhile has run.
    if (failedErrno === ESRCH) return "moved";
    return this.#prevented("unwitnessed", `${failedCall} ${failureWords(failedErrno)}`);
  }

  /**
   * Whether the thread was off every processor at the moment of `after`. It can't have been on ours, so one that belongs
   * there was on none; and as its witness has seen neither a departure nor an arrival, it was on none all the time.
   */
  #wasOffCpu(after: ThreadPlace): boolean {
    const { processor } = this.#stand;
    return processor < 0 ? after.isAtRest : after.processor === processor;
  }

  #bar(processor: number): keyof OffCpuOutcomes {
    const { failedCall, failedErrno } = this.#memory;
    const where = failedCall === "pthread_create" ? "" : ` to processor ${processor}`;
    const cause = `${failedCall}${where} ${failureWords(failedErrno)}`;
    const barred = this.#barred.get(processor) ?? { backoff: new Backoff(), cause };
    barred.cause = cause;
    barred.backoff.failed(this.#now());
    this.#barred.set(processor, barred);
    return this.#prevented("unpinnable", cause);
  }
}

function causeOf(failure: FileFailure | undefined): string {
  if (failure === undefined) return NO_THREAD;
  return `${failure.call} of ${failure.path} ${failureWords(failure.errno)}`;
}

function failureWords(errno: number): string {
  return errno === 0 ? "tells nothing" : `failed with errno ${errno}`;
}
