// From decoded samples to thread samples: which threads have one in this mode, and what time and memory are whose. In: a decoder that has
// sampled, the time since the last sample and the change of memory. Out: thread samples in a sink, and figures. It knows neither
// clocks nor what becomes of the samples.
//
// Samples between two of the decoder's checkpoints are a batch: they are sound if the second one does not revoke them, and
// are confirmed then.
import type { SampleView } from "../decoder/sample_view.js";
import type { Mode } from "../model/metrics.js";
import type { TableSizes } from "../model/table_sizes.js";
import { GilHolder, NOBODY } from "./gil_holder.js";
import { KnownNames } from "./known_names.js";
import { ProofTally } from "./proofs.js";
import type { ProcessSink } from "./sink.js";

/** Tells whether a thread, by the id the target sees, runs at this moment. */
export type IsRunning = (nativeId: number) => boolean;

export interface RecorderOptions {
  readonly mode: Mode;
  /** Whether samples are marked during which the garbage collector ran. */
  readonly gc: boolean;
  /** In cpu mode, threads that don't run are left out; in full mode they are marked. */
  readonly isRunning?: IsRunning | undefined;
}

/** Bits of what a mode wants of the decoder. */
export function modeWants({ wants }: SampleView, { mode, gc }: Pick<RecorderOptions, "mode" | "gc">): number {
  return (gc ? wants.collecting : 0) | (isWeighed(mode) ? wants.holder : 0);
}

/** Whether its samples have a time. */
export function isTimed(mode: Mode): boolean {
  return mode !== "memory";
}

/** Whether its samples have a change of memory. */
export function isWeighed(mode: Mode): boolean {
  return mode === "memory" || mode === "full";
}

export class Recorder {
  /** Thread samples that were sound. */
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
  omittedThreads = 0;
  samplesBeyond = 0;
  /** Longest time between two samples, in microseconds. */
  gap = 0;
  /** Time in which a garbage collector ran, in microseconds; 0 where nobody asked. */
  collectorMicroseconds = 0;
  /** Of each reason, how many thread samples or ticks had it. */
  readonly reasons = new Map<string, number>();
  readonly proofs: ProofTally;
  readonly #names: KnownNames;
  readonly #decoder: SampleView;
  readonly #sink: ProcessSink;
  readonly #options: RecorderOptions;
  /** Whether samples have a time, and a change of memory. */
  readonly #timed: boolean;
  readonly #weighed: boolean;
  readonly #gilHolder = new GilHolder();
  /** Thread samples since the last checkpoint. */
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
  /** The sample whose definitions were handed on last. */
  #heldSample = 0;
  /** The smallest ids that the decoder had in use then. */
  #firstFrame = 0;
  #firstString = 0;

  /**
   * @param decoder attached; record its very first sample, too, or hold it: later ones refer to what it defined
   */
  constructor(decoder: SampleView, sink: ProcessSink, options: RecorderOptions) {
    this.#decoder = decoder;
    this.#sink = sink;
    this.#options = options;
    this.#timed = isTimed(options.mode);
    this.#weighed = isWeighed(options.mode);
    this.#names = new KnownNames(decoder, sink);
    this.proofs = new ProofTally(decoder.proofs);
  }

  get tableSizes(): TableSizes {
    return this.#sink.tableSizes;
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
    this.proofs.copies += decoder.offCpuCopies + decoder.failedOffCpuCopies;
    this.proofs.failedCopies += decoder.failedOffCpuCopies;
    if (decoder.reasons !== 0) this.#countReasons(decoder.reasons);
    this.hold();
    this.#names.tell();
    const { threadCount, omittedThreads } = decoder;
    this.omittedThreads = Math.max(this.omittedThreads, omittedThreads);
    this.samplesBeyond += omittedThreads;
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
    const reasons = decoder.threadReasons(thread);
    const counted = this.#timed ? time : 0;
    this.#batchThreadTime += counted;
    if (reasons !== 0) {
      this.#countReasons(reasons);
      if (decoder.reasonWords.isError(reasons)) {
        this.#batchErrors++;
        this.#batchErrorTime += counted;
      }
    }
    this.#batchSamples++;
    if (count === 0) this.#batchFrameless++;
    this.#sink.sample(thread, counted, holds ? this.#takeOwed() : 0, idle);
  }

  /** What the system calls a thread of the decoder's sample, for which the program has no name. */
  nameOfSystem(nativeId: number, name: string): void {
    this.#names.add(nativeId, name);
  }

  /** The memory that is owed, which is a thread's from now on. */
  #takeOwed(): number {
    const bytes = this.#owedMemory;
    this.#owedMemory = 0;
    this.#batchMemory += bytes;
    return bytes;
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
    this.#sink.revoke();
    this.#beginBatch();
    return time;
  }

  #beginBatch(): void {
    this.#batchSamples = 0;
    this.#batchErrors = 0;
    this.#batchFrameless = 0;
    this.#batchThreadTime = 0;
    this.#batchErrorTime = 0;
    this.#batchTime = 0;
    this.#batchMemory = 0;
  }

  /** The batch is sound. */
  commit(): void {
    this.taken += this.#batchSamples;
    this.errors += this.#batchErrors;
    this.frameless += this.#batchFrameless;
    this.takenMicroseconds += this.#batchThreadTime;
    this.errorMicroseconds += this.#batchErrorTime;
    this.#sink.confirm();
    this.#beginBatch();
  }

  /** What the decoder's sample defined is handed on: once. */
  hold(): void {
    const decoder = this.#decoder;
    if (decoder.asked === this.#heldSample) return;
    this.#heldSample = decoder.asked;
    // Whoever has forgotten defines anew.
    if (decoder.newFrameCount > 0 || decoder.newStringCount > 0) this.#tellGone();
    this.#sink.define();
  }

  #tellGone(): void {
    const { firstFrameId, firstStringId } = this.#decoder;
    if (firstFrameId === this.#firstFrame && firstStringId === this.#firstString) return;
    this.#firstFrame = firstFrameId;
    this.#firstString = firstStringId;
    this.#sink.idsGone(firstFrameId, firstStringId);
  }
}
