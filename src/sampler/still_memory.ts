// A memory source that can copy while a thread of the target stands still: where the thread is, by the host, and the copy
// made there, by the add-on. In: range requests and a thread id as the target sees it. Out: the ranges, and whether they
// are of one moment. It stops nothing, signals nothing and needs no permission beyond reading.
import { HostThreadIds, isAtRest, parsePlace, RUNNING, type ThreadPlace, ThreadPlaces } from "../host/index.js";
import type { LiveMemory, Stillness } from "../memory/live.js";
import type { MemorySource } from "../memory/source.js";
import { Clock } from "./clock.js";

/** How often each thing came of `fillStill`. */
export type StillOutcomes = Readonly<Record<Stillness | "unknown", number>>;

/** Where threads are: what `ThreadPlaces` tells. */
export type Places = Pick<ThreadPlaces, "look" | "place" | "runs" | "close">;

/** How long to wait for the target's processor: longer than nearly every wait on a machine that isn't overloaded. */
const PATIENCE_MICROSECONDS = 1000;

/** A cell that nobody ever notifies: waiting on it is the most exact sleep Node has. */
const never = new Int32Array(new SharedArrayBuffer(4));

/** Memory of one process, with still copies. Close it after use. */
export class StillMemory implements MemorySource {
  late = false;
  /** When the next copy is to be made, in microseconds of the monotonic clock, or AT_ONCE; 0 once it was. */
  due = 0;
  /** When the copy began that was due. */
  began = 0;
  /** Why there are no still copies of threads on some processor: the call and its error number. */
  unavailable: string | undefined;
  readonly #outcomes = { still: 0, moved: 0, late: 0, unpinnable: 0, unknown: 0 };
  readonly #memory: LiveMemory;
  readonly #places: Places;
  readonly #ids: HostThreadIds;
  /** Processors that we may not run on. */
  readonly #barred = new Set<number>();
  readonly #stand = { processor: -1, patienceMicroseconds: 0, witness: -1, note: -1 };

  constructor(memory: LiveMemory, patienceMicroseconds = PATIENCE_MICROSECONDS, places?: Places) {
    this.#memory = memory;
    this.#stand.patienceMicroseconds = patienceMicroseconds;
    this.#places = places ?? new ThreadPlaces(memory.pid);
    this.#ids = new HostThreadIds(memory.pid);
  }

  get pid(): number {
    return this.#memory.pid;
  }

  /**
   * "still" is what `fillStill` answers with true. "moved": something changed, or the thread ran or went elsewhere.
   * "late": its processor was not to be had in time. "unpinnable": we may not run there. "unknown": there is no such
   * thread to be seen.
   */
  get outcomes(): StillOutcomes {
    return this.#outcomes;
  }

  fill(memory: Uint8Array, requests: number, count: number): number {
    const live = this.#memory;
    const isDue = this.due !== 0;
    live.due = this.due;
    this.due = 0;
    try {
      return live.fill(memory, requests, count);
    } finally {
      this.late = live.late;
      if (isDue) this.began = live.began;
    }
  }

  fillStill(memory: Uint8Array, requests: number, count: number, nativeId: number): boolean {
    if (this.due !== 0) this.#wait();
    const outcome = this.#tryStill(memory, requests, count, nativeId);
    this.#outcomes[outcome]++;
    if (outcome === "still" || outcome === "moved") this.late = outcome === "moved";
    else this.fill(memory, requests, count);
    return outcome === "still";
  }

  close(): void {
    this.#places.close();
  }

  /** Wait for when the copy is due. */
  #wait(): void {
    const left = this.due - Clock.now();
    if (left > 0) Atomics.wait(never, 0, 0, left / 1000);
    this.began = Clock.now();
    this.due = 0;
  }

  #tryStill(memory: Uint8Array, requests: number, count: number, nativeId: number): keyof StillOutcomes {
    const tid = nativeId === 0 ? 0 : this.#ids.of(nativeId);
    const place = tid === 0 ? undefined : this.#places.look(tid);
    if (place === undefined) return "unknown";
    const stand = this.#stand;
    if (place.state === RUNNING) stand.processor = place.processor;
    else if (isAtRest(place)) stand.processor = -1;
    else return "unknown";
    if (this.#barred.has(stand.processor)) return "unpinnable";
    stand.witness = this.#places.runs(tid);
    stand.note = this.#places.place(tid);
    const stillness = this.#memory.readStill(memory, requests, count, stand);
    if (stillness === "unpinnable") this.#bar(stand.processor);
    if (stillness !== "still") return stillness;
    const after = parsePlace(this.#memory.note, this.#memory.noteLength);
    return after !== undefined && this.#stoodStill(after) ? "still" : "moved";
  }

  /**
   * Whether the thread was off every processor at the moment of `after`. It can't have been on ours, so one that belongs
   * there was on none; and as its witness has seen neither a departure nor an arrival, it was on none all the time.
   */
  #stoodStill(after: ThreadPlace): boolean {
    const { processor } = this.#stand;
    return processor < 0 ? isAtRest(after) : after.processor === processor;
  }

  #bar(processor: number): void {
    this.#barred.add(processor);
    this.unavailable = `pthread_setaffinity_np to processor ${processor} failed with errno ${this.#memory.pinErrno}`;
  }
}
