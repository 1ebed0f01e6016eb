// Decoded samples to MOJO events. In: a decoder that has sampled, the time since the last sample and the change of memory.
// Out: events in an encoder, and figures. It knows neither clocks nor files.
//
// Samples between two of the decoder's checkpoints are a batch: they are sound if the second one does not revoke them, and
// are handed on then.
import type { Decoder } from "../decoder/decoder.js";
import type { Mode } from "../model/metrics.js";
import type { TableSizes } from "../model/table_sizes.js";
import { MojoEncoder } from "../mojo/encoder.js";
import type { FrameRefs } from "../mojo/frame_refs.js";
import { GilHolder, NOBODY } from "./gil_holder.js";
import { ProofTally } from "./proofs.js";
import type { SelectedThread, Selection } from "./selection.js";
import { KnownThreads, type ThreadEvents } from "./thread_events.js";

/** Tells whether a thread, by the id the target sees, runs at this moment. */
export type IsRunning = (nativeId: number) => boolean;

export interface RecorderOptions {
  readonly mode: Mode;
  /** Whether samples are marked during which the garbage collector ran. */
  readonly gc: boolean;
  /** In cpu mode, threads that don't run are left out; in full mode they are marked. */
  readonly isRunning?: IsRunning | undefined;
  /** Which samples are written; all where it is undefined. All other figures are of all samples. */
  readonly selection?: Selection | undefined;
}

const INVALID_FRAME = 0;

/** Bits of what a mode wants of the decoder. */
export function modeWants({ wants }: Decoder, { mode, gc }: Pick<RecorderOptions, "mode" | "gc">): number {
  return (gc ? wants.collecting : 0) | (isWeighed(mode) ? wants.holder : 0);
}

/** Whether its samples have a change of memory. */
function isWeighed(mode: Mode): boolean {
  return mode === "memory" || mode === "full";
}

export class Recorder {
  /** Thread samples written. */
  samples = 0;
  /** Thread samples that were sound, left out or written. */
  taken = 0;
  /** Those of them with a stack that is incomplete or not proven. */
  errors = 0;
  /** Those of them of a thread that ran no Python function. */
  frameless = 0;
  /** Time that all sound thread samples stand for, and those of them with such a stack, in microseconds; 0 in memory mode. */
  takenMicroseconds = 0;
  errorMicroseconds = 0;
  /** Threads whose stack the last sample copied, and those among them whose stack nothing proves. */
  stacks = 0;
  unproven = 0;
  /** Threads that samples had no room for: the most at once, and how many thread samples were not taken. */
  threadsBeyond = 0;
  samplesBeyond = 0;
  /** Longest time between two samples, in microseconds. */
  gap = 0;
  /** Time in which a garbage collector ran, in microseconds; 0 where nobody asked. */
  collectorMicroseconds = 0;
  /** Of each reason, how many thread samples or ticks had it. */
  readonly reasons = new Map<string, number>();
  readonly proofs: ProofTally;
  readonly #decoder: Decoder;
  readonly #encoder: MojoEncoder;
  readonly #options: RecorderOptions;
  /** Whether samples have a time, and a change of memory. */
  readonly #timed: boolean;
  readonly #weighed: boolean;
  readonly #gilHolder = new GilHolder();
  readonly #selection: Selection | undefined;
  readonly #threads: KnownThreads;
  /** Samples since the last checkpoint. */
  readonly #batch = new MojoEncoder();
  #batches = 0;
  #batchSamples = 0;
  #batchErrors = 0;
  #batchFrameless = 0;
  /** Time of its thread samples, and of those with errors. */
  #batchThreadTime = 0;
  #batchErrorTime = 0;
  /** Time that passed. */
  #batchTime = 0;
  #batchMemory = 0;
  /** Change of memory in bytes that belongs to no sample yet. */
  #owedMemory = 0;
  /** Bytes of the batch's first STACK event, behind which definitions can stand. */
  #firstStack = 0;
  /** Definitions that are to come before the batch. */
  readonly #held = new MojoEncoder();
  /** The sample whose definitions were kept last. */
  #heldSample = 0;

  /**
   * @param decoder attached; record its very first sample, too, or hold it: later ones refer to what it defined
   */
  constructor(pid: number, decoder: Decoder, encoder: MojoEncoder, options: RecorderOptions) {
    this.#decoder = decoder;
    this.#encoder = encoder;
    this.#options = options;
    this.#selection = options.selection;
    this.#threads = new KnownThreads(pid, decoder, options.selection);
    this.#timed = options.mode !== "memory";
    this.#weighed = isWeighed(options.mode);
    this.proofs = new ProofTally(decoder.proofs);
  }

  get tableSizes(): TableSizes {
    return {
      "known threads": this.#threads.size,
      "bytes of batches": this.#batch.length,
      "bytes of held definitions": this.#held.length,
      ...this.#selection?.frames?.tableSizes,
    };
  }

  /** Bits of what its mode wants of the decoder. */
  get wants(): number {
    return modeWants(this.#decoder, this.#options);
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
    this.#threads.tick();
    this.proofs.copies += decoder.stillCopies + decoder.movedCopies;
    this.proofs.failedCopies += decoder.movedCopies;
    if (decoder.reasons !== 0) this.#countReasons(decoder.reasons);
    this.hold();
    const { threadCount, threadsBeyond } = decoder;
    this.threadsBeyond = Math.max(this.threadsBeyond, threadsBeyond);
    this.samplesBeyond += threadsBeyond;
    const { none } = decoder.proofs;
    this.stacks = 0;
    this.unproven = 0;
    let collecting = false;
    for (let thread = 0; thread < threadCount; thread++) {
      if (this.#options.gc && decoder.isCollecting(thread)) collecting = true;
      if (decoder.isLeftOut(thread)) {
        const reasons = decoder.threadReasons(thread);
        if (decoder.reasonWords.isNoThread(reasons)) this.#countReasons(reasons);
        continue;
      }
      const count = decoder.frameCount(thread);
      const proof = decoder.proof(thread);
      const copy = decoder.copy(thread);
      if (copy > 0) this.stacks++;
      if (proof === none) this.unproven++;
      if (!this.#timed && thread !== holder) continue;
      const idle = this.#isIdle(thread);
      if (idle && this.#options.mode === "cpu") continue;
      this.#thread(thread, count, time, idle, thread === holder);
      this.proofs.add(proof, copy);
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

  #thread(thread: number, count: number, time: number, idle: boolean, holds: boolean): void {
    const decoder = this.#decoder;
    const batch = this.#batch;
    const selection = this.#selection;
    const events = this.#threads.of(thread);
    const { frames } = events;
    const reasons = decoder.threadReasons(thread);
    if (this.#timed) this.#batchThreadTime += time;
    if (reasons !== 0) {
      this.#countReasons(reasons);
      if (decoder.reasonWords.isError(reasons)) {
        this.#batchErrors++;
        if (this.#timed) this.#batchErrorTime += time;
      }
    }
    const bytes = holds ? this.#takeOwed() : 0;
    this.#batchSamples++;
    if (count === 0) this.#batchFrameless++;
    if (selection === undefined || this.#isWanted(selection, thread, count, events, idle)) {
      if (this.#firstStack === 0) this.#firstStack = batch.length + frames.start;
      if (reasons === 0) {
        events.update(decoder, thread, count);
        events.writeTo(batch, this.#batches);
      } else this.#stackWithReasons(thread, count, frames);
      this.#metrics(thread, time, idle, bytes);
    }
    if (selection !== undefined) {
      selection.add(events.selected as SelectedThread, this.#timed ? time : 0, bytes, frames.start, batch.length);
    }
  }

  #isWanted(selection: Selection, thread: number, count: number, events: ThreadEvents, idle: boolean): boolean {
    const selected = events.selected as SelectedThread;
    if (!selection.wants(selected, idle)) return false;
    const { frames } = selection;
    if (frames === undefined || selected.stack === undefined) return true;
    const decoder = this.#decoder;
    if (decoder.threadReasons(thread) === 0) {
      events.update(decoder, thread, count);
      return selected.stack.isWanted;
    }
    const start = decoder.framesStart(thread);
    return frames.wantsStack(decoder.frameIds, start, start + count);
  }

  /** The memory that is owed, which is a thread's from now on. */
  #takeOwed(): number {
    const bytes = this.#owedMemory;
    this.#owedMemory = 0;
    this.#batchMemory += bytes;
    return bytes;
  }

  /** What was measured with a thread's sample, in the order of Austin's readers. */
  #metrics(thread: number, microseconds: number, idle: boolean, bytes: number): void {
    const batch = this.#batch;
    if (this.#options.gc && this.#decoder.isCollecting(thread)) batch.gc();
    if (this.#timed) batch.metricTime(microseconds);
    if (idle) batch.idle();
    if (this.#weighed) batch.metricMemory(bytes);
  }

  #stackWithReasons(thread: number, count: number, { bytes, start }: FrameRefs): void {
    const decoder = this.#decoder;
    const batch = this.#batch;
    batch.append(bytes, 0, start);
    const { frameIds } = decoder;
    const first = decoder.framesStart(thread);
    const bits = this.#selection?.frames;
    let caller = 0;
    for (let i = first; i < first + count; i++) {
      const id = frameIds[i] as number;
      if (bits !== undefined) {
        const own = bits.of(id);
        const isShown = bits.filter.shows(own, caller);
        caller = own;
        if (!isShown) continue;
      }
      if (id === INVALID_FRAME) batch.frameInvalid();
      else batch.frameRef(id);
    }
  }

  #countReasons(bits: number): void {
    for (const word of this.#decoder.reasonWords.wordsOf(bits)) {
      this.reasons.set(word, (this.reasons.get(word) ?? 0) + 1);
    }
  }

  /** The batch may name the wrong code: forget it. Its memory is owed again. Returns its time in microseconds. */
  #dropBatch(): number {
    const time = this.#batchTime;
    this.#owedMemory += this.#batchMemory;
    this.proofs.dropped += this.#batchSamples;
    this.#selection?.drop();
    this.#beginBatch();
    return time;
  }

  #beginBatch(): void {
    this.#batch.reset();
    this.#batches++;
    this.#batchSamples = 0;
    this.#batchErrors = 0;
    this.#batchFrameless = 0;
    this.#batchThreadTime = 0;
    this.#batchErrorTime = 0;
    this.#batchTime = 0;
    this.#batchMemory = 0;
    this.#firstStack = 0;
  }

  /** Hand the batch on: it is sound. */
  commit(): void {
    if (this.#batchSamples > 0) {
      this.taken += this.#batchSamples;
      this.errors += this.#batchErrors;
      this.frameless += this.#batchFrameless;
      this.takenMicroseconds += this.#batchThreadTime;
      this.errorMicroseconds += this.#batchErrorTime;
      const selection = this.#selection;
      const written =
        selection === undefined ? this.#handOn() : selection.commit(this.#batch, this.#held, this.#encoder);
      if (written > 0) this.#encoder.endSample();
      this.samples += written;
    }
    this.#beginBatch();
  }

  /** All of the batch. @returns how many samples */
  #handOn(): number {
    // Keys belong to the process of the last STACK event, so definitions stand behind one.
    this.#batch.copyTo(this.#encoder, 0, this.#firstStack);
    if (this.#held.length > 0) {
      this.#held.copyTo(this.#encoder, 0, this.#held.length);
      this.#held.reset();
    }
    this.#batch.copyTo(this.#encoder, this.#firstStack, this.#batch.length);
    return this.#batchSamples;
  }

  /** Keep what the decoder's sample defined: once. */
  hold(): void {
    const decoder = this.#decoder;
    if (decoder.asked === this.#heldSample) return;
    this.#heldSample = decoder.asked;
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
    this.#selection?.frames?.learn();
  }
}
