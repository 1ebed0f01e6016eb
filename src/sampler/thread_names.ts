// What the threads of a process are called, while it is sampled. In: each sample, before it is recorded. Out: names in the decoder and the recorder.
//
// It costs a tick nothing where there is nothing to do: names are read where a thread has turned up, again a little later where it had none
// then (its Thread object is registered once it runs), and all of them once a second, since threads may be given other names. Each time it is
// some of them only, between two samples, and never more than a twentieth of the time.
import type { Decoder } from "../decoder/index.js";
import { type HostThreadIds, host, type ThreadTitles } from "../host/index.js";
import { AccessDenied, type MemorySource, TargetLost } from "../memory/source.js";
import type { Recorder } from "../profile/recorder.js";
import { Clock } from "./clock.js";

/** How often all names are read again, in microseconds. */
const AGAIN_MICROSECONDS = 1_000_000;
/** When those are read again that were missing: at first, and so much later each time. */
const RETRY_MICROSECONDS = 2000;
const RETRY_GROWTH = 1.3;
/** A thread without a Thread object is asked of the system once it has had so much time to have one. */
const SETTLED_MICROSECONDS = 16_000;
/** Reading may take one part of so many of the time. */
const SHARE = 20;
/** What takes longer was not us, most likely: others had our processor. */
const LONGEST_MICROSECONDS = 1000;
/** Threads that the system is asked for at a time: some 20 us each. */
const MOST_ASKED = 16;

export class ThreadNames {
  readonly #pid: number;
  readonly #decoder: Decoder;
  readonly #recorder: Recorder;
  #ids: HostThreadIds | undefined;
  #titles: ThreadTitles | undefined;
  #threadsMet = -1;
  #left = 0;
  #missing = 0;
  #retry = RETRY_MICROSECONDS;
  /** When names that were missing are read again, all are, and nothing is before, in microseconds. */
  #retryAt = Number.POSITIVE_INFINITY;
  #againAt = 0;
  #restUntil = 0;
  /** Numbers of threads that the system was asked for since all names were read. */
  readonly #asked = new Set<number>();

  constructor(pid: number, decoder: Decoder, recorder: Recorder) {
    this.#pid = pid;
    this.#decoder = decoder;
    this.#recorder = recorder;
  }

  /** The decoder holds another program's sample, perhaps: all names are to be read. */
  forget(): void {
    this.#threadsMet = -1;
    this.#againAt = 0;
  }

  /** The decoder holds a sample that was begun at `now`: read names, if that is due. */
  read(source: MemorySource, now: number): void {
    const hasNew = this.#decoder.threadsMet !== this.#threadsMet;
    if (!hasNew && this.#left === 0 && now < this.#againAt && now < this.#retryAt) return;
    if (now < this.#restUntil) return;
    const began = Clock.now();
    try {
      this.#read(source, now, hasNew);
    } catch (error) {
      // The next sample will tell.
      if (!(error instanceof TargetLost || error instanceof AccessDenied)) throw error;
    }
    const end = Clock.now();
    this.#restUntil = end + SHARE * Math.min(end - began, LONGEST_MICROSECONDS);
  }

  #read(source: MemorySource, now: number, hasNew: boolean): void {
    const again = !hasNew && this.#left === 0 && now >= this.#againAt;
    const fromFirst = hasNew || this.#left === 0;
    if (fromFirst) this.#missing = 0;
    if (hasNew) this.#retry = RETRY_MICROSECONDS;
    this.#threadsMet = this.#decoder.threadsMet;
    if (this.#againAt === 0) this.#againAt = now + AGAIN_MICROSECONDS;
    if (again) {
      this.#againAt = now + AGAIN_MICROSECONDS;
      this.#asked.clear();
    }
    const found = this.#decoder.readNames(source, { fromFirst, again });
    this.#left = found.left;
    this.#missing += found.missing;
    if (this.#left > 0) return;
    this.#retryAt = this.#missing > 0 ? now + this.#retry : Number.POSITIVE_INFINITY;
    if (this.#missing > 0 && this.#retry >= SETTLED_MICROSECONDS) this.#askSystem();
    this.#retry = Math.min(RETRY_GROWTH * this.#retry, AGAIN_MICROSECONDS);
  }

  /** Of threads for which the program has no name. */
  #askSystem(): void {
    const decoder = this.#decoder;
    const nameless: number[] = [];
    // A thread that is called as another has its title from the one that made it.
    const inherited = new Set<string>();
    for (let thread = 0; thread < decoder.threadCount; thread++) {
      const name = decoder.threadName(thread);
      if (name !== undefined) inherited.add(host.cutTitle(name));
      else if (nameless.length < MOST_ASKED && !this.#asked.has(decoder.serial(thread))) nameless.push(thread);
    }
    for (const thread of nameless) {
      this.#asked.add(decoder.serial(thread));
      const nativeId = decoder.nativeId(thread);
      this.#ids ??= host.threadIds(this.#pid);
      this.#titles ??= host.threadTitles(this.#pid);
      const tid = nativeId === 0 ? undefined : this.#ids.of(nativeId);
      const title = tid === undefined ? undefined : this.#titles.of(tid);
      if (title !== undefined && !inherited.has(title)) this.#recorder.nameOfSystem(nativeId, title);
    }
  }
}
