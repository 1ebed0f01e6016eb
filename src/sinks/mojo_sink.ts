// Samples as MOJO version 3. In: samples of processes. Out: events in an encoder, and from there what is whole, to where the stream goes.
// Samples of a batch are events in a buffer of their own until they are confirmed.

import type { SampleView } from "../decoder/sample_view.js";
import { MisuseError } from "../model/error.js";
import type { RunStatistics } from "../model/statistics.js";
import type { TableSizes } from "../model/table_sizes.js";
import { CHUNK_BYTES } from "../mojo/chunk.js";
import { MojoEncoder } from "../mojo/encoder.js";
import type { FrameRefs } from "../mojo/frame_refs.js";
import type { HeaderFacts, ProfileOptions, RunFigures } from "../profile/facts.js";
import { isTimed, isWeighed } from "../profile/recorder.js";
import type { ProcessSink, SampleSink, SinkProcess } from "../profile/sink.js";
import { KernelEvents } from "./kernel_events.js";
import { LateStack, writeShown } from "./late_stack.js";
import { encodeHeader, encodeTrailer } from "./mojo_metadata.js";
import type { ProfileSelection, SelectedThread, Selection } from "./selection.js";
import { KnownThreads, type ThreadEvents } from "./thread_events.js";

/** Where the stream goes: a `MojoOutput`, or whatever takes its place. */
export interface MojoDestination {
  /** So much waits to be written that no sample should be taken now. */
  readonly saturated: boolean;
  /** Why writing ended, once it has failed. */
  readonly failed: Error | undefined;
  /** Take the encoder's whole samples. */
  take(encoder: MojoEncoder): void;
}

/** What is whole is left in the encoder. */
const LEFT: MojoDestination = { saturated: false, failed: undefined, take: () => {} };
/** What is whole is forgotten: for the sake of what the filters count, or of what is compiled meanwhile. */
export const NOWHERE: MojoDestination = {
  saturated: false,
  failed: undefined,
  take: (encoder) => encoder.dropSamples(),
};

export interface MojoSinkOptions {
  /** By default, whole samples stay in `encoder`. */
  readonly destination?: MojoDestination;
  /** Whether what is sound is handed on after each sample, in place of by the chunk. */
  readonly prompt?: boolean;
  /** What of the profile is written; all where it is undefined. */
  readonly selection?: ProfileSelection | undefined;
}

export class MojoSink implements SampleSink {
  readonly encoder = new MojoEncoder();
  readonly #destination: MojoDestination;
  readonly #selection: ProfileSelection | undefined;
  /** So many bytes are worth handing on. */
  readonly #worthBytes: number;
  #options: ProfileOptions | undefined;

  /** The stream begins. */
  constructor({ destination = LEFT, prompt = false, selection }: MojoSinkOptions = {}) {
    this.#destination = destination;
    this.#selection = selection;
    this.#worthBytes = prompt ? 1 : CHUNK_BYTES;
    this.encoder.header();
  }

  get saturated(): boolean {
    return this.#destination.saturated;
  }

  get failed(): Error | undefined {
    return this.#destination.failed;
  }

  get isDue(): boolean {
    return this.encoder.length >= this.#worthBytes;
  }

  get tableSizes(): TableSizes {
    return { "bytes to be given": this.encoder.length };
  }

  begin(options: ProfileOptions, facts: HeaderFacts): void {
    this.#options = options;
    encodeHeader(this.encoder, options, facts);
  }

  metadata(key: string, value: string): void {
    this.encoder.metadata(key, value);
  }

  open(process: SinkProcess): MojoProcessSink {
    if (this.#options === undefined) throw new MisuseError("a process is opened before the profile has begun");
    const selection = this.#selection?.of(process.pid, process.decoder);
    return new MojoProcessSink(process, this.encoder, this.#options, selection);
  }

  flush(): void {
    this.#destination.take(this.encoder);
  }

  finish(_figures: RunFigures, statistics: Omit<RunStatistics, "output">): void {
    encodeTrailer(this.encoder, statistics);
  }
}

class MojoProcessSink implements ProcessSink {
  readonly #decoder: SampleView;
  readonly #encoder: MojoEncoder;
  /** Whether samples have a time, and a change of memory, and are marked where the collector ran. */
  readonly #timed: boolean;
  readonly #weighed: boolean;
  readonly #gc: boolean;
  readonly #selection: Selection | undefined;
  readonly #threads: KnownThreads;
  readonly #kernel = new KernelEvents();
  /** Samples that are not confirmed yet. */
  readonly #batch = new MojoEncoder();
  #batches = 0;
  #batchSamples = 0;
  /** Bytes of the batch's first STACK event, behind which definitions can stand. */
  #firstStack = 0;
  /** Definitions that are to come before the batch. */
  readonly #held = new MojoEncoder();

  constructor(
    { pid, decoder }: SinkProcess,
    encoder: MojoEncoder,
    { mode, gc }: ProfileOptions,
    selection: Selection | undefined,
  ) {
    this.#decoder = decoder;
    this.#encoder = encoder;
    this.#timed = isTimed(mode);
    this.#weighed = isWeighed(mode);
    this.#gc = gc;
    this.#selection = selection;
    this.#threads = new KnownThreads(pid, decoder, selection, encoder, this.#kernel.byFrame);
  }

  get tableSizes(): TableSizes {
    return {
      "known threads": this.#threads.size,
      "bytes of batches": this.#batch.length,
      "bytes of held definitions": this.#held.length,
      ...this.#selection?.frames?.tableSizes,
    };
  }

  define(): void {
    const decoder = this.#decoder;
    const encoder = this.#held;
    for (let i = 0; i < decoder.newStringCount; i++) {
      const { id, utf8 } = decoder.newString(i);
      encoder.string(id, utf8);
    }
    for (let i = 0; i < decoder.newFrameCount; i++) {
      const frame = decoder.newFrame(i);
      if (this.#kernel.take(frame)) continue;
      const { id, filename, address = filename, scope, line, lineEnd, column, columnEnd } = frame;
      encoder.frame(id, address, scope, line, lineEnd, column, columnEnd);
    }
    this.#selection?.frames?.learn();
  }

  idsGone(): void {
    // Readers of MOJO keep every definition.
    this.#selection?.frames?.forget();
    this.#kernel.forget();
  }

  sample(thread: number, microseconds: number, bytes: number, isIdle: boolean): void {
    const decoder = this.#decoder;
    const batch = this.#batch;
    const selection = this.#selection;
    const events = this.#threads.of(thread, this.#batches);
    const { frames } = events;
    const count = decoder.frameCount(thread);
    const hasReasons = decoder.threadReasons(thread) !== 0;
    this.#batchSamples++;
    const late = this.#late(thread, count, events);
    if (late !== undefined) {
      if (selection?.wants(events.selected as SelectedThread, isIdle) === true) {
        batch.append(frames.bytes, 0, frames.start);
        late.metrics = batch.length;
        this.#metrics(thread, microseconds, bytes, isIdle);
      }
    } else if (selection === undefined || this.#isWanted(selection, thread, count, events, isIdle)) {
      if (this.#firstStack === 0) this.#firstStack = batch.length + frames.start;
      if (hasReasons) this.#stackWithReasons(thread, count, frames);
      else {
        events.update(decoder, thread, count);
        events.writeTo(batch, this.#batches);
      }
      this.#metrics(thread, microseconds, bytes, isIdle);
    }
    if (selection !== undefined) {
      selection.add(events.selected as SelectedThread, microseconds, bytes, frames.start, batch.length, late);
    }
  }

  /** The stack of a sample, where filters ask for frames of which some are not defined yet. */
  #late(thread: number, count: number, { selected }: ThreadEvents): LateStack | undefined {
    const frames = this.#selection?.frames;
    const decoder = this.#decoder;
    if (frames === undefined || selected === undefined || decoder.isUnnamed?.(thread) !== true) return undefined;
    const first = decoder.framesStart(thread);
    return new LateStack(frames, this.#kernel.byFrame, decoder.frameIds.subarray(first, first + count));
  }

  #isWanted(selection: Selection, thread: number, count: number, events: ThreadEvents, isIdle: boolean): boolean {
    const selected = events.selected as SelectedThread;
    if (!selection.wants(selected, isIdle)) return false;
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

  /** What was measured with a thread's sample, in the order of Austin's readers. */
  #metrics(thread: number, microseconds: number, bytes: number, isIdle: boolean): void {
    const batch = this.#batch;
    if (this.#gc && this.#decoder.isCollecting(thread)) batch.gc();
    if (this.#timed) batch.metricTime(microseconds);
    if (isIdle) batch.idle();
    if (this.#weighed) batch.metricMemory(bytes);
  }

  #stackWithReasons(thread: number, count: number, { bytes, start }: FrameRefs): void {
    const decoder = this.#decoder;
    const batch = this.#batch;
    batch.append(bytes, 0, start);
    const first = decoder.framesStart(thread);
    writeShown(batch, this.#selection?.frames, this.#kernel.byFrame, decoder.frameIds, first, first + count);
  }

  nameThread(thread: number, name: string | undefined): void {
    this.#threads.name(thread, name, this.#batches);
  }

  sampled(): void {
    this.#threads.tick();
  }

  confirm(): void {
    if (this.#batchSamples > 0) {
      const selection = this.#selection;
      const written =
        selection === undefined ? this.#handOn() : selection.commit(this.#batch, this.#held, this.#encoder);
      if (written > 0) this.#encoder.endSample();
    }
    this.#beginBatch();
  }

  revoke(): void {
    this.#selection?.drop();
    this.#beginBatch();
  }

  #beginBatch(): void {
    this.#batch.reset();
    this.#batches++;
    this.#threads.beginBatch();
    this.#batchSamples = 0;
    this.#firstStack = 0;
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

  resumed(): void {}

  closed(): void {}
}
