// One decoded sample to MOJO events. In: a decoder that has sampled, the time since the last sample. Out: events in an
// encoder, and figures. It knows neither clocks nor files.
import type { Decoder } from "../decoder/index.js";
import { MojoEncoder } from "../mojo/index.js";

/** Tells whether a thread, by the id the target sees, runs at this moment. */
export type IsRunning = (nativeId: number) => boolean;

const INVALID_FRAME = 0;

export class Recorder {
  /** Thread samples written. */
  samples = 0;
  /** Thread samples with a stack that is incomplete. */
  errors = 0;
  /** Of each reason, how many thread samples or ticks had it. */
  readonly reasons = new Map<string, number>();
  readonly #pid: number;
  readonly #decoder: Decoder;
  readonly #encoder: MojoEncoder;
  readonly #isRunning: IsRunning | undefined;
  /** Encoded STACK events by interpreter and thread. */
  readonly #stacks = new Map<string | number, Uint8Array>();
  /** Definitions that came with a sample of which no thread was written. */
  readonly #held = new MojoEncoder();
  readonly #scratch = new MojoEncoder();

  /**
   * @param decoder attached; record its very first sample, too, or hold it: later ones refer to what it defined
   * @param isRunning where given, threads that don't run are left out (cpu mode)
   */
  constructor(pid: number, decoder: Decoder, encoder: MojoEncoder, isRunning?: IsRunning) {
    this.#pid = pid;
    this.#decoder = decoder;
    this.#encoder = encoder;
    this.#isRunning = isRunning;
  }

  /** Write the sample that the decoder holds. `microseconds` is the time that passed since the last one. */
  record(microseconds: number): void {
    const decoder = this.#decoder;
    const { threadCount } = decoder;
    if (decoder.reasons !== 0) this.#countReasons(decoder.reasons);
    let defined = decoder.newFrameCount === 0 && decoder.newStringCount === 0 && this.#held.length === 0;
    for (let thread = 0; thread < threadCount; thread++) {
      const count = decoder.frameCount(thread);
      // A thread without a Python frame starts, ends, or runs no Python.
      if (count === 0) continue;
      const nativeId = decoder.nativeId(thread);
      if (this.#isRunning !== undefined && !this.#isRunning(nativeId)) continue;
      this.#encoder.append(this.#stack(decoder.interpreterId(thread), nativeId));
      if (!defined) {
        this.#define();
        defined = true;
      }
      this.#frames(thread, count);
      this.#encoder.metricTime(microseconds);
      this.#encoder.endSample();
      this.samples++;
    }
    if (!defined) this.hold();
  }

  #frames(thread: number, count: number): void {
    const decoder = this.#decoder;
    const { frameIds } = decoder;
    const start = decoder.framesStart(thread);
    const reasons = decoder.threadReasons(thread);
    if (reasons === 0) {
      this.#encoder.frameRefs(frameIds, start, start + count);
      return;
    }
    this.#countReasons(reasons);
    if (decoder.reasonWords.isError(reasons)) this.errors++;
    for (let i = start; i < start + count; i++) {
      const id = frameIds[i] as number;
      if (id === INVALID_FRAME) this.#encoder.frameInvalid();
      else this.#encoder.frameRef(id);
    }
  }

  #countReasons(bits: number): void {
    for (const word of this.#decoder.reasonWords.wordsOf(bits)) {
      this.reasons.set(word, (this.reasons.get(word) ?? 0) + 1);
    }
  }

  /** The encoded STACK event of a thread. */
  #stack(interpreterId: number, nativeId: number): Uint8Array {
    const key = interpreterId === 0 ? nativeId : `${interpreterId}:${nativeId}`;
    let encoded = this.#stacks.get(key);
    if (encoded === undefined) {
      this.#scratch.reset();
      this.#scratch.stack(this.#pid, interpreterId, nativeId.toString(16));
      encoded = this.#scratch.encoded();
      this.#stacks.set(key, encoded);
    }
    return encoded;
  }

  /** Write what is new, and what was held back, behind a STACK event: keys belong to its process. */
  #define(): void {
    if (this.#held.length > 0) {
      this.#encoder.append(this.#held.encoded());
      this.#held.reset();
    }
    this.#definitions(this.#encoder);
  }

  /** Keep what the decoder's sample defined until a thread is written. */
  hold(): void {
    this.#definitions(this.#held);
  }

  #definitions(encoder: MojoEncoder): void {
    const decoder = this.#decoder;
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
