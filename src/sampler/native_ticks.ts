// Native frames of one process, tick by tick. In: its connection, and when the next sample is due. Out: samples of both kinds of frames (`sample`), each thread's of one moment.
// Of threads that have not run since they were copied last, nothing is copied; those that wait are copied as they are; those that run are held for one copy
// (held_memory.ts). It knows no output.
//
// What is learnt of code (rules, names) holds as long as the code is there. Whether it is, the process's mappings say, some times a second: what was sampled in between is
// confirmed then, or revoked.

import type { SampleOutcome } from "../decoder/decoder.js";
import { NATIVE_REASONS } from "../decoder/reasons.js";
import { type HostThreadIds, host, type Mapping, type ThreadTitles } from "../host/index.js";
import { waitUntil } from "../memory/event_wait.js";
import type { LiveMemory } from "../memory/live.js";
import { NativeFrameIds } from "../native/frame_ids.js";
import { kernelLacks, knownPart } from "../native/kernel_frames.js";
import { Modules } from "../native/modules.js";
import { NativeNames } from "../native/names.js";
import { NativeSample, type ThreadRow } from "../native/native_sample.js";
import { lacks, orderOf, type PythonFrames } from "../native/thread_order.js";
import { Unwinder } from "../native/unwinder.js";
import { type HoldFigures, sumOfHolds } from "../profile/hold_figures.js";
import { Backoff } from "./backoff.js";
import { Clock } from "./clock.js";
import type { Connection } from "./connect.js";
import { HeldMemory, type HoldFailure, type StandingThread } from "./held_memory.js";
import { nativeHindrance } from "./native_hindrance.js";
import { nativeIdOf } from "./native_id.js";
import { ThreadWatch } from "./thread_watch.js";

/** How often mappings are read, in microseconds, and how many times as long as that took it is at least. */
const MAPS_MICROSECONDS = 100_000;
const MAPS_SHARE = 50;

/** What the decoder has told of a thread's Python frames, which holds as long as it skips the thread. */
type ToldFrames = Pick<PythonFrames, "hasOneFrameEach"> & {
  readonly runs: ReturnType<PythonFrames["runs"]>;
  readonly cframe: ReturnType<PythonFrames["cframe"]>;
  readonly frameCount: number;
};

/** @returns why there are none to be had of the process, where that is so */
export type OpenNative = (connection: Connection, mapped: (mapping: Mapping) => void) => NativeTicks | string;

export const openNative: OpenNative = (connection, mapped) =>
  nativeHindrance(connection) ?? new NativeTicks(connection, mapped);

/** The same where the kernel's frames are wanted, too. */
export const openNativeAndKernel: OpenNative = (connection, mapped) =>
  nativeHindrance(connection) ?? new NativeTicks(connection, mapped, true);

/** Close it after use. */
export class NativeTicks {
  readonly sample: NativeSample;
  /** When the last sample began, in microseconds. */
  began = 0;
  /** Why a thread could not be held, since that is so. */
  refusal: HoldFailure | undefined;
  readonly #frameIds: NativeFrameIds;
  readonly #mapped: (mapping: Mapping) => void;
  readonly #backoff = new Backoff();
  readonly #kernel: boolean;
  #connection: Connection;
  #memory: HeldMemory;
  #watch: ThreadWatch;
  #threadIds: HostThreadIds;
  #titles: ThreadTitles;
  #code: Code;
  /** What was done to the programs before this one. */
  #before: HoldFigures | undefined;
  #mappedFiles = new Set<string>();
  #mapsDue = 0;
  /** All stacks are to be copied and put in order anew. */
  #isNew = true;
  /** The decoder's last sample is this one's. */
  #isDecoders = false;
  #firstFrame = 0;
  #told = new Map<number, ToldFrames>();
  #own = new Map<number, ThreadRow>();

  /**
   * @param mapped told of each range of a file that the process has mapped, once it's known
   * @param kernel whether the kernel's frames are wanted, too
   */
  constructor(connection: Connection, mapped: (mapping: Mapping) => void, kernel = false) {
    const { decoder, interpreter, memory } = connection;
    this.#connection = connection;
    this.#mapped = mapped;
    this.#kernel = kernel;
    [this.#watch, this.#memory] = watched(connection, kernel);
    this.#threadIds = host.threadIds(interpreter.pid);
    this.#titles = host.threadTitles(interpreter.pid);
    this.#code = new Code(this.#readMappings(), memory);
    this.#frameIds = new NativeFrameIds((call) => this.#code.names.nameOf(call));
    this.sample = new NativeSample(decoder, this.#frameIds);
  }

  /** The process runs another program, whose interpreter the same decoder has sampled once. */
  goOnWith(connection: Connection): void {
    this.#before = this.figures;
    this.#memory.close();
    this.#connection = connection;
    [this.#watch, this.#memory] = watched(connection, this.#kernel);
    this.#mappedFiles.clear();
    this.#code = new Code(this.#readMappings(), connection.memory);
    this.#told = new Map();
    this.#own = new Map();
    this.#frameIds.forget();
    this.#frameIds.beginSample();
    this.sample.begin(false);
    this.#isNew = true;
    this.#isDecoders = false;
  }

  get figures(): HoldFigures {
    return sumOfHolds(this.#before, this.#memory.figures);
  }

  /** Whether holding was refused at last, and it is too early to try again. */
  isHindered(now: number): boolean {
    return this.#backoff.isEarly(now);
  }

  /**
   * Wait until `due` and take a sample.
   * @param wants bits of what else is wanted of the decoder
   * @throws what the memory throws; ProcessGone, ProcessDenied
   */
  tick(due: number, wants: number): SampleOutcome {
    if (due > Clock.now()) waitUntil(due, -1, -1);
    this.began = Clock.now();
    const { decoder } = this.#connection;
    if (!this.#frameIds.beginSample()) this.#isNew = true;
    if (this.#isNew) this.#watch.forget();
    const isSame = this.#watch.begin(this.began) && !this.#isNew;
    this.sample.begin(isSame);
    if (isSame) {
      this.#confirm();
      return "sampled";
    }
    this.#noteStanding();
    this.#memory.begin();
    const { checkpoint, proof, onlyOffCpu, runs, newRuns } = decoder.wants;
    this.#isDecoders = false;
    const outcome = decoder.sample(
      this.#memory,
      wants | checkpoint | proof | onlyOffCpu | runs | (this.#isNew ? 0 : newRuns),
    );
    if (outcome !== "sampled") return outcome;
    this.#isDecoders = true;
    const isForgotten = decoder.firstFrameId !== this.#firstFrame;
    this.#firstFrame = decoder.firstFrameId;
    if (isForgotten) this.#frameIds.forget(decoder.firstFrameId, decoder.firstStringId);
    this.#isNew = isForgotten;
    this.#compose(isForgotten);
    if (this.#code.modules.hasMissed && this.#learnMappings() === "more") {
      this.#code.unwinder.forget();
      this.sample.beginAgain();
      this.#compose(isForgotten);
    }
    this.sample.end();
    this.#judgeHolds();
    this.#confirm();
    return outcome;
  }

  /** The decoder has sampled for itself: show Python's frames alone. */
  takePlain(began: number): void {
    this.began = began;
    this.#isNew = true;
    this.#isDecoders = true;
    this.#frameIds.beginSample();
    this.sample.begin(false);
    const { decoder } = this.#connection;
    for (let thread = 0; thread < decoder.threadCount; thread++) {
      if (decoder.isNoThread(thread)) continue;
      this.sample.fillPlain(this.sample.python(thread), decoder.isLeftOut(thread) ? 0 : NATIVE_REASONS.refused);
    }
    this.sample.end();
    this.#confirm();
    // What the decoder revokes was of its own samples, without native frames.
    this.sample.isRevoked ||= decoder.isRevoked;
    this.sample.isConfirmed = decoder.isCheckpoint;
  }

  close(): void {
    this.#memory.close();
  }

  /** What the decoder need not copy. */
  #noteStanding(): void {
    if (!this.#isDecoders) return;
    const { decoder } = this.#connection;
    for (const { tid, thread } of this.sample.rows) {
      if (thread >= 0 && tid !== undefined && this.#watch.standing.has(tid)) decoder.noteStanding(thread);
    }
  }

  /** Give each thread its stack. @param isForgotten what was defined before is not referred to any more */
  #compose(isForgotten: boolean): void {
    const { decoder } = this.#connection;
    const claimed = new Set<number>();
    const told = new Map<number, ToldFrames>();
    for (let thread = 0; thread < decoder.threadCount; thread++) {
      if (decoder.isNoThread(thread)) continue;
      const row = this.sample.python(thread);
      if (decoder.isLeftOut(thread)) {
        this.sample.fillPlain(row, 0);
        continue;
      }
      const nativeId = decoder.nativeId(thread);
      row.tid = nativeId === 0 ? undefined : this.#threadIds.of(nativeId);
      if (row.tid !== undefined) claimed.add(row.tid);
      const frames = this.#toldOf(row);
      if (frames !== undefined) told.set(row.serial, frames);
      const isAsBefore = !isForgotten && row.isKnown && row.pythonVersion === decoder.version(thread);
      if (isAsBefore && this.#isStanding(row.tid)) continue;
      this.#composeOne(row, frames);
    }
    this.#told = told;
    this.#composeOwn(claimed, isForgotten);
  }

  /** What is told of a thread's Python frames in this sample; undefined where nothing is. */
  #toldOf({ serial, thread }: ThreadRow): ToldFrames | undefined {
    const { decoder } = this.#connection;
    if (decoder.copy(thread) === 0) {
      const known = this.#told.get(serial);
      if (known === undefined) this.#isNew = true;
      return known;
    }
    const { hasOneFrameEach } = decoder;
    const runs = hasOneFrameEach ? [] : decoder.runs(thread);
    return { hasOneFrameEach, runs, cframe: decoder.cframe(thread), frameCount: decoder.frameCount(thread) };
  }

  #composeOwn(claimed: ReadonlySet<number>, isForgotten: boolean): void {
    const own = new Map<number, ThreadRow>();
    for (const tid of this.#watch.tids) {
      if (claimed.has(tid)) continue;
      const known = this.#own.get(tid);
      const row = this.sample.own(
        known,
        known?.nativeId ?? nativeIdOf(this.#connection.interpreter.pid, tid),
        known === undefined ? this.#titles.of(tid) : known.name,
      );
      row.tid = tid;
      own.set(tid, row);
      if (!isForgotten && row.isKnown && this.#isStanding(tid)) continue;
      this.#composeOne(row, undefined);
    }
    this.#own = own;
  }

  #isStanding(tid: number | undefined): boolean {
    return tid !== undefined && this.#watch.standing.has(tid);
  }

  #composeOne(row: ThreadRow, frames: ToldFrames | undefined): void {
    const { tid, thread } = row;
    const isTold = thread < 0 || frames !== undefined;
    const standing = tid === undefined || !isTold ? undefined : this.#standing(tid, thread);
    if (tid !== undefined) this.#watch.keep(tid, standing?.witness);
    if (standing === undefined) {
      this.sample.fillPlain(row, this.#whyMissing(tid));
      return;
    }
    if (!this.#memory.mayHaveStack(standing.stackPointer)) this.#mapsDue = 0;
    const python = frames && {
      hasOneFrameEach: frames.hasOneFrameEach,
      runs: () => frames.runs,
      cframe: () => frames.cframe,
      frameCount: () => frames.frameCount,
    };
    const order = orderOf(standing, python ?? this.#connection.decoder, python && thread, this.#code);
    if (order.stack.isShort) this.#memory.enlarge(Number(standing.stackEnd - standing.stackStart));
    const { kernel } = standing;
    this.sample.fill(row, order.pieces, lacks(order) | kernelLacks(kernel), knownPart(kernel));
  }

  /** How a thread stood when its Python frames were copied; undefined where it did not, or nothing proves them. */
  #standing(tid: number, thread: number): StandingThread | undefined {
    const { decoder } = this.#connection;
    const copy = thread < 0 ? 0 : decoder.copy(thread);
    if (thread >= 0) {
      const { none, still } = decoder.proofs;
      const proof = decoder.proof(thread);
      if (copy === 0 ? proof === none : proof !== still && decoder.frameCount(thread) > 0) return undefined;
    }
    if (copy > 0) return this.#memory.copy(copy)?.threads.get(tid);
    let last: StandingThread | undefined;
    for (const { threads } of this.#memory.copies) last = threads.get(tid) ?? last;
    return last;
  }

  #whyMissing(tid: number | undefined): number {
    for (const { failures } of this.#memory.copies) {
      const failure = failures.find((one) => one.tid === tid);
      if (failure !== undefined) return failure.status === "late" ? NATIVE_REASONS.late : NATIVE_REASONS.refused;
    }
    return NATIVE_REASONS.moved;
  }

  #judgeHolds(): void {
    for (const { failures } of this.#memory.copies) {
      const refusal = failures.find(({ status }) => status === "not permitted");
      if (refusal === undefined) continue;
      this.refusal = refusal;
      this.#backoff.failed(this.began);
      return;
    }
    this.#backoff.worked();
  }

  /** Confirm what was sampled up to here, or revoke it, where it's time to look. */
  #confirm(): void {
    const { sample } = this;
    sample.isConfirmed = this.began >= this.#mapsDue;
    if (!sample.isConfirmed || this.#learnMappings() !== "less") return;
    sample.isRevoked = true;
    this.#isNew = true;
    for (const row of sample.rows) if (row.isKnown) sample.fillPlain(row, NATIVE_REASONS.moved);
  }

  /** @returns whether what is known of code still holds: "less" where some of it has gone, so that all is forgotten */
  #learnMappings(): "same" | "more" | "less" {
    const { modules } = this.#code;
    const before = modules.ranges;
    const mappings = this.#readMappings();
    if (!modules.update(mappings)) {
      this.#code = new Code(mappings, this.#connection.memory);
      this.#frameIds.forget();
      return "less";
    }
    const { ranges } = modules;
    return ranges.length === before.length && ranges.every((one, i) => one === before[i]) ? "same" : "more";
  }

  #readMappings(): Mapping[] {
    const began = Clock.now();
    const mappings = host.readMappings(this.#connection.interpreter.pid);
    const end = Clock.now();
    this.#mapsDue = end + Math.max(MAPS_MICROSECONDS, MAPS_SHARE * (end - began));
    this.#memory.learn(mappings);
    for (const mapping of mappings) {
      const { start, end: last, path, inode } = mapping;
      if (inode === 0 && path !== "[vdso]") continue;
      const key = `${start} ${last} ${path}`;
      if (this.#mappedFiles.has(key)) continue;
      this.#mappedFiles.add(key);
      this.#mapped(mapping);
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

/** What is known of a process's code. */
class Code {
  readonly modules: Modules;
  readonly names: NativeNames;
  readonly unwinder = new Unwinder();

  constructor(mappings: readonly Mapping[], memory: LiveMemory) {
    this.modules = new Modules(mappings, memory);
    this.names = new NativeNames(this.modules, memory);
  }
}
