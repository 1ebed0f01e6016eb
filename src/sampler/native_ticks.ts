// Native frames of one process, tick by tick. In: its connection, and when the next sample is due. Out: samples of both kinds of frames (`sample`), each thread's of one moment.
// Of threads that have not run since they were copied last, nothing is copied; those that wait are copied as they are; those that run are held for one copy
// (held_memory.ts). It knows no output.
//
// What is learnt of code (rules, names) holds as long as the code is there. Whether it is, the process's mappings say, some times a second: what was sampled in between is
// confirmed then, or revoked. Names are read between ticks: what was sampled meanwhile is confirmed once they are known.

import type { SampleOutcome } from "../decoder/decoder.js";
import {
  type HostThreadIds,
  host,
  type Mapping,
  ProcessDenied,
  ProcessGone,
  ProcessUnseen,
  type ThreadTitles,
} from "../host/index.js";
import { waitUntil } from "../memory/event_wait.js";
import { AccessDenied, TargetLost } from "../memory/source.js";
import type { CodeMapping, CodeRange } from "../native/code_source.js";
import { Composition } from "../native/composition.js";
import type { Composed, ThreadFacts } from "../native/composition_facts.js";
import type { NativeJournal } from "../native/journal.js";
import { LiveCode } from "../native/live_code.js";
import type { NativeSample } from "../native/native_sample.js";
import { Unwinder } from "../native/unwinder.js";
import { type HoldFigures, sumOfHolds } from "../profile/hold_figures.js";
import { Backoff } from "./backoff.js";
import { Clock } from "./clock.js";
import type { Connection } from "./connect.js";
import { HeldMemory, type HoldFailure, type StandingThread, type StandingThreads } from "./held_memory.js";
import { nativeHindrance } from "./native_hindrance.js";
import { nativeIdOf } from "./native_id.js";
import { ThreadWatch } from "./thread_watch.js";

/** How often mappings are read, in microseconds, and how many times as long as that took it is at least. */
const MAPS_MICROSECONDS = 100_000;
const MAPS_SHARE = 50;
/** Code that was loaded while it was sampled may soon go: as long as it is so young, mappings are read whenever samples have frames in it. */
const YOUNG_MICROSECONDS = 1_000_000;
const YOUNG_SHARE = 10;
/** So much time before a tick a piece of a module's names may be read, and so often one is in any case, in microseconds. */
const PIECE_MICROSECONDS = 300;
const PIECES_MICROSECONDS = 5000;
const NO_COPIES: ReadonlyMap<number, StandingThreads> = new Map();

/**
 * Makes what takes a process's samples with native frames.
 * @param mapped told of each range of a file that the process has mapped, once it's known
 * @returns or why there are none to be had of it; undefined where it has ended meanwhile
 */
export type OpenNative = (
  connection: Connection,
  mapped: (mapping: Mapping) => void,
) => NativeTicks | string | undefined;

/**
 * @param kernel whether the kernel's frames are wanted, too
 * @param journal of a connection: where what its samples are made of is to be written down
 * @returns what makes them, or says why there are none to be had of a process
 */
export function nativeOpener(
  kernel: boolean,
  journal: (connection: Connection) => NativeJournal | undefined,
): OpenNative {
  return (connection, mapped) => {
    const hindrance = nativeHindrance(connection);
    if (hindrance !== undefined) return hindrance;
    try {
      return new NativeTicks(connection, mapped, kernel, journal(connection));
    } catch (error) {
      if (error instanceof ProcessGone || error instanceof TargetLost) return undefined;
      if (error instanceof ProcessUnseen || error instanceof ProcessDenied)
        return `its mappings can't be read: ${error.message}`;
      throw error;
    }
  };
}

/** Whether an error says that nothing can be told of a process now, whatever it has come to. */
function isOutOfSight(error: unknown): boolean {
  return [ProcessGone, ProcessUnseen, ProcessDenied, TargetLost, AccessDenied].some((kind) => error instanceof kind);
}

/** Close it after use. */
export class NativeTicks implements ThreadFacts<StandingThread>, Composed<StandingThread> {
  /** When the last sample began, in microseconds. */
  began = 0;
  /** Why a thread could not be held, since that is so. */
  refusal: HoldFailure | undefined;
  readonly #tellMapped: (mapping: Mapping) => void;
  readonly #kernel: boolean;
  readonly #journal: NativeJournal | undefined;
  readonly #backoff = new Backoff();
  readonly #unwinder = Unwinder.take();
  readonly #code: LiveCode;
  readonly #composition: Composition<StandingThread>;
  #connection: Connection;
  #memory: HeldMemory;
  #watch: ThreadWatch;
  #threadIds: HostThreadIds;
  #titles: ThreadTitles;
  /** What was done to the programs before this one. */
  #before: HoldFigures | undefined;
  /** Ranges of files that were mapped when that was read last. */
  #mapped = new Set<string>();
  /** It runs another program, of which nothing is known yet. */
  #isOutOfSight = false;
  /** Threads that could not be held in the last sample. */
  #refused = new Set<number>();
  #mapsDue = 0;
  /** When they may be read again, where it matters. */
  #mapsSoonest = 0;
  #young: (CodeRange & { readonly since: number })[] = [];
  /** When a piece of names was read last. */
  #pieceAt = 0;

  /**
   * @param mapped told of each range of a file that the process has mapped, once it's known
   * @param kernel whether the kernel's frames are wanted, too
   */
  constructor(
    connection: Connection,
    mapped: (mapping: Mapping) => void,
    kernel: boolean,
    journal: NativeJournal | undefined,
  ) {
    const { decoder, interpreter, memory } = connection;
    this.#connection = connection;
    this.#tellMapped = mapped;
    this.#kernel = kernel;
    this.#journal = journal;
    [this.#watch, this.#memory] = watched(connection, kernel);
    this.#threadIds = host.threadIds(interpreter.pid);
    this.#titles = host.threadTitles(interpreter.pid);
    this.#code = new LiveCode(memory, () => this.#readMappings(), journal);
    try {
      const mappings = this.#readMappings();
      this.#composition = new Composition(decoder, this, this.#code, this.#unwinder, mappings, this);
      this.#opened(mappings, false);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  get sample(): NativeSample {
    return this.#composition.sample;
  }

  /**
   * The process runs another program, whose interpreter the same decoder has sampled once. What was sampled of the one before was handed on (`finish`).
   * @returns whether it does: else it is out of sight again, and may be gone
   */
  goOnWith(connection: Connection): boolean {
    this.#before = this.figures;
    this.#memory.close();
    this.#connection = connection;
    [this.#watch, this.#memory] = watched(connection, this.#kernel);
    this.#mapped = new Set();
    this.#isOutOfSight = true;
    try {
      const mappings = this.#readMappings();
      this.#composition.goOn(mappings);
      this.#code.goOn(connection.memory);
      this.#opened(mappings, true);
      this.#isOutOfSight = false;
    } catch (error) {
      if (!isOutOfSight(error)) throw error;
    }
    return !this.#isUnknown;
  }

  #opened(mappings: readonly CodeMapping[], isResumed: boolean): void {
    const { decoder, interpreter } = this.#connection;
    if (decoder.hasOneFrameEach) this.#code.findEvals(mappings, interpreter.runtimeAddress);
    this.#code.follow(this.#composition.modules);
    this.#journal?.opened(mappings, this.#code.evals, isResumed);
  }

  get figures(): HoldFigures {
    return sumOfHolds(this.#before, this.#memory.figures);
  }

  /** Whether holding was refused at last, and it is too early to try again. */
  isHindered(now: number): boolean {
    return !this.#isUnknown && this.#backoff.isEarly(now);
  }

  /** Nothing is known, or no more, of the code of the program that it runs: there is no sample before `goOnWith`. */
  get #isUnknown(): boolean {
    return this.#isOutOfSight || this.#code.isOutOfSight;
  }

  /**
   * Wait until `due` and take a sample.
   * @param wants bits of what else is wanted of the decoder
   * @throws what the memory throws; ProcessGone, ProcessDenied
   */
  tick(due: number, wants: number): SampleOutcome | "out of sight" {
    if (this.#isUnknown) return "out of sight";
    if (due > Clock.now()) waitUntil(due, -1, -1);
    this.began = Clock.now();
    const { decoder } = this.#connection;
    const composition = this.#composition;
    composition.prepare();
    if (composition.isNew) this.#watch.forget();
    const isSame = this.#watch.begin(this.began) && !composition.isNew;
    // From here on, the journal has the sample.
    if (this.#code.hasNewNames()) composition.nameThem();
    this.#journal?.begins(isSame ? "same" : "copied", this.tids, this.standing);
    composition.begin(isSame);
    if (!isSame) {
      this.#memory.begin();
      const { checkpoint, proof, onlyOffCpu, runs, newRuns } = decoder.wants;
      const all = wants | checkpoint | proof | onlyOffCpu | runs | (composition.isNew ? 0 : newRuns);
      const outcome = decoder.sample(this.#memory, all);
      if (outcome !== "sampled") return outcome;
      if (!composition.compose()) {
        this.#journal?.made(this.tids, this.copies, undefined, "unread");
        return "out of sight";
      }
      this.#judgeHolds();
    }
    this.#end(isSame ? NO_COPIES : this.copies);
    return "sampled";
  }

  /** The decoder has sampled for itself: show Python's frames alone. */
  takePlain(began: number): void {
    this.began = began;
    this.#composition.prepare();
    if (this.#code.hasNewNames()) this.#composition.nameThem();
    this.#journal?.begins("plain", this.tids, this.standing);
    this.#composition.takePlain();
    this.#end(NO_COPIES);
    this.#composition.endPlain();
  }

  /** Read names, where some are to be read and there is time for that before the next tick. @param deadline of that */
  useSpareTime(deadline: number): void {
    if (!this.#code.isReading) return;
    let now = Clock.now();
    while (this.#code.isReading && (now + PIECE_MICROSECONDS < deadline || now - this.#pieceAt > PIECES_MICROSECONDS)) {
      this.#code.readOn();
      now = Clock.now();
      this.#pieceAt = now;
    }
  }

  /** There is no tick any more: all names of what was sampled are read. */
  finish(): void {
    this.#code.readAll();
    this.#composition.finish();
    this.#journal?.finished();
  }

  close(): void {
    this.#unwinder.giveBack();
    this.#code.close();
    this.#memory.close();
  }

  // What is told of threads.

  get tids(): readonly number[] {
    return this.#watch.tids;
  }

  get standing(): ReadonlySet<number> {
    return this.#watch.standing;
  }

  get copies(): ReadonlyMap<number, StandingThreads> {
    return this.#memory.copies;
  }

  tidOf(nativeId: number): number | undefined {
    const tid = this.#threadIds.of(nativeId);
    this.#journal?.tid(nativeId, tid);
    return tid;
  }

  own(tid: number): { readonly nativeId: number; readonly title: string | undefined } {
    const nativeId = nativeIdOf(this.#connection.interpreter.pid, tid);
    const title = this.#titles.of(tid);
    this.#journal?.own(tid, nativeId, title);
    return { nativeId, title };
  }

  composed(tid: number, standing: StandingThread | undefined, isShort: boolean): void {
    this.#watch.keep(tid, standing?.witness);
    if (standing === undefined) return;
    if (!this.#memory.mayHaveStack(standing.stackPointer)) this.#mapsDue = 0;
    if (isShort) this.#memory.enlarge(Number(standing.stackEnd - standing.stackStart));
  }

  #judgeHolds(): void {
    const all = [...this.copies.values()].flatMap(({ failures }) => failures);
    const refused = all.filter(({ status }) => status === "not permitted");
    // Nobody may hold a thread that is about to end: one that is still there in the next sample is another matter.
    const refusal = refused.find(({ tid }) => this.#refused.has(tid));
    this.#refused = new Set(refused.map(({ tid }) => tid));
    if (refusal === undefined) this.#backoff.worked();
    else {
      this.refusal = refusal;
      this.#backoff.failed(this.began);
    }
  }

  /** Confirm what was sampled up to here, or revoke it, where it's time to look. */
  #end(copies: ReadonlyMap<number, StandingThreads>): void {
    const composition = this.#composition;
    let mappings: Mapping[] | undefined;
    let isLost = true;
    try {
      if (composition.unnamed === 0 && this.#areMappingsDue()) mappings = this.#readMappings();
      isLost = false;
    } finally {
      if (isLost) composition.lose();
      else if (mappings !== undefined) composition.confirm(composition.isStill(mappings));
      this.#journal?.made(this.tids, copies, mappings, isLost ? "lost" : "whole");
      this.#code.follow(composition.modules);
    }
  }

  #areMappingsDue(): boolean {
    const now = this.began;
    if (now >= this.#mapsDue) return true;
    if (this.#young.length === 0 || now < this.#mapsSoonest) return false;
    this.#young = this.#young.filter(({ since }) => now - since < YOUNG_MICROSECONDS);
    return this.#composition.hasFramesIn(this.#young);
  }

  #readMappings(): Mapping[] {
    const began = Clock.now();
    const mappings = host.readMappings(this.#connection.interpreter.pid);
    const end = Clock.now();
    this.#mapsDue = end + Math.max(MAPS_MICROSECONDS, MAPS_SHARE * (end - began));
    this.#mapsSoonest = end + YOUNG_SHARE * (end - began);
    this.#memory.learn(mappings);
    const before = this.#mapped;
    this.#mapped = new Set();
    for (const mapping of mappings) {
      const { start, end: last, path, inode } = mapping;
      if (inode === 0 && path !== "[vdso]") continue;
      const key = `${start} ${last} ${path}`;
      this.#mapped.add(key);
      // What was unmapped is told again when it comes back: another file may have had its place.
      if (before.has(key)) continue;
      this.#tellMapped(mapping);
      if (before.size > 0 && mapping.executable) this.#young.push({ start, end: last, since: end });
    }
    return mappings;
  }
}

/** Who tells which threads stand, and what copies them. @param kernel whether that tells their kernel stacks */
function watched({ decoder, interpreter: { pid }, memory }: Connection, kernel: boolean): [ThreadWatch, HeldMemory] {
  const stands = host.threadStands(pid);
  const watch = new ThreadWatch(pid, stands);
  const kernelStacks = kernel ? host.kernelStacks(pid) : undefined;
  return [watch, new HeldMemory(memory, () => decoder.attempt, stands, watch, kernelStacks)];
}
