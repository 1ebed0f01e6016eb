// Decoded samples to MOJO events. In: a decoder that has sampled, the time since the last sample and the change of memory.
// Out: events in an encoder, and figures. It knows neither clocks nor files.
//
// Samples between two of the decoder's checkpoints are a batch: they are sound if the second one does not revoke them, and
// are handed on then.
import type { Decoder } from "../decoder/decoder.js";
import type { Mode } from "../model/metrics.js";
import { MojoEncoder } from "../mojo/encoder.js";
import { FrameRefs } from "../mojo/frame_refs.js";
import { GilHolder, NOBODY } from "./gil_holder.js";
import { ProofTally } from "./proofs.js";

/** Tells whether a thread, by the id the target sees, runs at this moment. */
export type IsRunning = (nativeId: number) => boolean;

export interface RecorderOptions {
  readonly mode: Mode;
  /** Whether samples are marked during which the garbage collector ran. */
  readonly gc: boolean;
  /** In cpu mode, threads that don't run are left out; in full mode they are marked. */
  readonly isRunning?: IsRunning | undefined;
  /** Native ids of the threads that are written; all where it is undefined. */
  readonly threads?: ReadonlySet<number> | undefined;
}

const INVALID_FRAME = 0;

/** What is encoded of a thread already. */
class ThreadEvents {
  /** The decoder's version of the stack that `frames` holds. */
  version = -1;
  /** The STACK event, which names the thread by `nativeId`, and the frames. */
  readonly frames: FrameRefs;
  /** When it was seen last, in samples. */
  seen = 0;

  /** @param serial the decoder's number of the thread */
  constructor(
    stack: Uint8Array,
    readonly serial: number,
    readonly nativeId: number,
  ) {
    this.frames = new FrameRefs(stack);
  }
}

/** Threads that are remembered before those that have ended are forgotten. */
const MANY_THREADS = 1024;

export class Recorder {
  /** Thread samples written. */
  samples = 0;
  /** Thread samples with a stack that is incomplete or not proven. */
  errors = 0;
  /** Threads with a stack in the last sample, and those among them whose stack nothing proves. */
  stacks = 0;
  unproven = 0;
  /** Longest time between two samples, in microseconds. */
  gap = 0;
  /** Time in which a garbage collector ran, in microseconds; 0 where nobody asked. */
  collectorMicroseconds = 0;
  /** Of each reason, how many thread samples or ticks had it. */
  readonly reasons = new Map<string, number>();
  readonly proofs: ProofTally;
  readonly #pid: number;
  readonly #decoder: Decoder;
  readonly #encoder: MojoEncoder;
  readonly #options: RecorderOptions;
  /** Whether samples have a time, and a change of memory. */
  readonly #timed: boolean;
  readonly #weighed: boolean;
  readonly #gilHolder = new GilHolder();
  readonly #threads = new Map<number, ThreadEvents>();
  /** Those of the last sample, in its order. */
  readonly #recent: ThreadEvents[] = [];
  #ticks = 0;
  /** Samples since the last checkpoint. */
  readonly #batch = new MojoEncoder();
  #batchSamples = 0;
  #batchErrors = 0;
  #batchTime = 0;
  #batchMemory = 0;
  /** Change of memory in bytes that belongs to no sample yet. */
  #owedMemory = 0;
  /** Bytes of the batch's first STACK event, behind which definitions can stand. */
  #firstStack = 0;
  /** Definitions that are to come before the batch. */
  readonly #held = new MojoEncoder();
  readonly #scratch = new MojoEncoder();

  /**
   * @param decoder attached; record its very first sample, too, or hold it: later ones refer to what it defined
   */
  constructor(pid: number, decoder: Decoder, encoder: MojoEncoder, options: RecorderOptions) {
    this.#pid = pid;
    this.#decoder = decoder;
    this.#encoder = encoder;
    this.#options = options;
    this.#timed = options.mode !== "memory";
    this.#weighed = options.mode === "memory" || options.mode === "full";
    this.proofs = new ProofTally(decoder.proofs);
  }

  /** Bits of what its mode wants of the decoder. */
  get wants(): number {
    const { collecting, holder } = this.#decoder.wants;
    return (this.#options.gc ? collecting : 0) | (this.#weighed ? holder : 0);
  }

  /**
   * Take the sample that the decoder holds.
   * @param microseconds time that passed since the last one
   * @param bytes change of resident memory since the last one
   */
  record(microseconds: number, bytes = 0): void {
    const decoder = this.#decoder;
    // A sample that has no time yet stands for the time of those that were dropped, too; so it is with memory.
    const time = decoder.isRevoked ? microseconds + this.#dropBatch() : microseconds;
    this.#batchTime += time;
    const holder = this.#holderOf(bytes);
    if (microseconds > this.gap) this.gap = microseconds;
    this.#ticks++;
    this.proofs.copies += decoder.stillCopies + decoder.movedCopies;
    this.proofs.failedCopies += decoder.movedCopies;
    if (decoder.reasons !== 0) this.#countReasons(decoder.reasons);
    this.hold();
    const { threadCount, attempts } = decoder;
    const { none } = decoder.proofs;
    this.stacks = 0;
    this.unproven = 0;
    let collecting = false;
    for (let thread = 0; thread < threadCount; thread++) {
      if (this.#options.gc && decoder.isCollecting(thread)) collecting = true;
      const count = decoder.frameCount(thread);
      // A thread without a Python frame starts, ends, or runs no Python.
      if (count === 0) continue;
      if (this.#options.threads?.has(decoder.nativeId(thread)) === false) continue;
      const proof = decoder.proof(thread);
      this.stacks++;
      if (proof === none) this.unproven++;
      if (!this.#timed && thread !== holder) continue;
      const idle = this.#isIdle(thread);
      if (idle && this.#options.mode === "cpu") continue;
      this.#thread(thread, count);
      this.#metrics(thread, time, idle, thread === holder);
      this.proofs.add(proof, attempts);
    }
    if (collecting) this.collectorMicroseconds += microseconds;
    if (decoder.isCheckpoint) this.commit();
  }

  /** The thread to which the memory belongs that is owed with these `bytes`; NOBODY where none is, or nobody is known. */
  #holderOf(bytes: number): number {
    if (!this.#weighed) return NOBODY;
    this.#owedMemory += bytes;
    return this.#owedMemory === 0 ? NOBODY : this.#gilHolder.find(this.#decoder);
  }

  #isIdle(thread: number): boolean {
    const { isRunning } = this.#options;
    return isRunning !== undefined && !isRunning(this.#decoder.nativeId(thread));
  }

  /** What was measured with a thread's sample, in the order of Austin's readers. */
  #metrics(thread: number, microseconds: number, idle: boolean, holds: boolean): void {
    const batch = this.#batch;
    if (this.#options.gc && this.#decoder.isCollecting(thread)) batch.gc();
    if (this.#timed) batch.metricTime(microseconds);
    if (idle) batch.idle();
    if (!this.#weighed) return;
    const bytes = holds ? this.#owedMemory : 0;
    batch.metricMemory(bytes);
    this.#batchMemory += bytes;
    this.#owedMemory -= bytes;
  }

  #thread(thread: number, count: number): void {
    const batch = this.#batch;
    const events = this.#eventsOf(thread);
    if (this.#firstStack === 0) this.#firstStack = batch.length + events.frames.start;
    const reasons = this.#decoder.threadReasons(thread);
    if (reasons === 0) this.#wholeStack(thread, count, events);
    else this.#stackWithReasons(thread, count, reasons, events);
    this.#batchSamples++;
  }

  #wholeStack(thread: number, count: number, events: ThreadEvents): void {
    const decoder = this.#decoder;
    const version = decoder.version(thread);
    if (events.version !== version) {
      const unchanged = events.version + 1 === version ? decoder.unchanged(thread) : 0;
      const start = decoder.framesStart(thread);
      events.frames.update(decoder.frameIds, start, start + count, unchanged);
      events.version = version;
    }
    this.#batch.append(events.frames.bytes, 0, events.frames.length);
  }

  #stackWithReasons(thread: number, count: number, reasons: number, { frames }: ThreadEvents): void {
    const decoder = this.#decoder;
    this.#batch.append(frames.bytes, 0, frames.start);
    const { frameIds } = decoder;
    const start = decoder.framesStart(thread);
    this.#countReasons(reasons);
    if (decoder.reasonWords.isError(reasons)) this.#batchErrors++;
    for (let i = start; i < start + count; i++) {
      const id = frameIds[i] as number;
      if (id === INVALID_FRAME) this.#batch.frameInvalid();
      else this.#batch.frameRef(id);
    }
  }

  #countReasons(bits: number): void {
    for (const word of this.#decoder.reasonWords.wordsOf(bits)) {
      this.reasons.set(word, (this.reasons.get(word) ?? 0) + 1);
    }
  }

  #eventsOf(thread: number): ThreadEvents {
    const serial = this.#decoder.serial(thread);
    const nativeId = this.#decoder.nativeId(thread);
    const recent = this.#recent[thread];
    const isRecent = recent !== undefined && recent.serial === serial && recent.nativeId === nativeId;
    const events = isRecent ? recent : this.#find(thread, serial, nativeId);
    events.seen = this.#ticks;
    this.#recent[thread] = events;
    return events;
  }

  #find(thread: number, serial: number, nativeId: number): ThreadEvents {
    const known = this.#threads.get(serial);
    // A thread that has only begun does not have its own id yet.
    if (known !== undefined && known.nativeId === nativeId) return known;
    if (this.#threads.size >= MANY_THREADS) this.#forgetEnded();
    this.#scratch.reset();
    this.#scratch.stack(this.#pid, this.#decoder.interpreterId(thread), nativeId.toString(16));
    const events = new ThreadEvents(this.#scratch.encoded(), serial, nativeId);
    this.#threads.set(serial, events);
    return events;
  }

  #forgetEnded(): void {
    for (const [serial, { seen }] of this.#threads) {
      if (seen < this.#ticks - 1) this.#threads.delete(serial);
    }
  }

  /** The batch may name the wrong code: forget it. Its memory is owed again. Returns its time in microseconds. */
  #dropBatch(): number {
    const time = this.#batchTime;
    this.#owedMemory += this.#batchMemory;
    this.proofs.dropped += this.#batchSamples;
    this.#beginBatch();
    return time;
  }

  #beginBatch(): void {
    this.#batch.reset();
    this.#batchSamples = 0;
    this.#batchErrors = 0;
    this.#batchTime = 0;
    this.#batchMemory = 0;
    this.#firstStack = 0;
  }

  /** Hand the batch on: it is sound. */
  commit(): void {
    if (this.#batchSamples > 0) {
      // Keys belong to the process of the last STACK event, so definitions stand behind one.
      this.#batch.copyTo(this.#encoder, 0, this.#firstStack);
      if (this.#held.length > 0) {
        this.#held.copyTo(this.#encoder, 0, this.#held.length);
        this.#held.reset();
      }
      this.#batch.copyTo(this.#encoder, this.#firstStack, this.#batch.length);
      this.#encoder.endSample();
      this.samples += this.#batchSamples;
      this.errors += this.#batchErrors;
    }
    this.#beginBatch();
  }

  /** Keep what the decoder's sample defined. */
  hold(): void {
    const decoder = this.#decoder;
    const encoder = this.#held;
    for (let i = 0; i < decoder.newStringCount; i++) {
      const { id, utf8 } = decoder.newString(i);
      encoder.string(id, utf8);
    }
    for (let i = 0; i < decoder.newFrameCount; i++) {
      const frame = decoder.newFrame(i);
      const { id, filename, scope, line, lineEnd, column, columnEnd } = frame;
      encoder.frame(id, filename, scope, line, lineEnd, column, columnEnd);
    }
  }
}
