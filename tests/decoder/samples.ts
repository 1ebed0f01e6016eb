// A decoder's samples as text. In: a decoder and its source. Out: each thread's stack, root first, and what it took. It
// also holds the decoder to its promises: no id is defined twice, none is used before it is defined.
import type { Decoder, MemorySource, SampleOutcome } from "../../src/decoder/index.js";

export interface ThreadSample {
  readonly nativeId: number;
  readonly interpreterId: number;
  readonly gc: boolean;
  /** "scope filename:line", or "scope filename:line:column-lineEnd:columnEnd" with columns; "invalid". */
  readonly stack: readonly string[];
  readonly reasons: readonly string[];
}

export interface SampleText {
  readonly outcome: SampleOutcome;
  readonly threads: readonly ThreadSample[];
  readonly reasons: readonly string[];
  readonly attempts: number;
  readonly interpreters: number;
}

export const INVALID = "invalid";

/** Takes samples and remembers what they defined. */
export class Samples {
  readonly #strings = new Map<number, string>();
  readonly #frames = new Map<number, string>();

  constructor(
    readonly decoder: Decoder,
    readonly source: MemorySource,
  ) {}

  /** Names that were ever defined. */
  get names(): readonly string[] {
    return [...this.#strings.values()];
  }

  /** @param wants bits of the decoder's `wants`; by default a checkpoint without proofs */
  take(wants = this.decoder.wants.checkpoint): SampleText {
    const { decoder } = this;
    const outcome = decoder.sample(this.source, wants);
    if (outcome !== "sampled") return { outcome, threads: [], reasons: [], attempts: 0, interpreters: 0 };
    this.#learn();
    return {
      outcome,
      threads: Array.from({ length: decoder.threadCount }, (_, thread) => this.#thread(thread)),
      reasons: decoder.reasonWords.wordsOf(decoder.reasons),
      attempts: decoder.attempts,
      interpreters: decoder.interpreterCount,
    };
  }

  /** The stacks of a sample, by native thread id. */
  stacks(): Record<number, readonly string[]> {
    return Object.fromEntries(this.take().threads.map(({ nativeId, stack }) => [nativeId, stack]));
  }

  #thread(thread: number): ThreadSample {
    const { decoder } = this;
    const start = decoder.framesStart(thread);
    const ids = decoder.frameIds.subarray(start, start + decoder.frameCount(thread));
    return {
      nativeId: decoder.nativeId(thread),
      interpreterId: decoder.interpreterId(thread),
      gc: decoder.isCollecting(thread),
      stack: Array.from(ids, (id) => this.#frame(id)),
      reasons: decoder.reasonWords.wordsOf(decoder.threadReasons(thread)),
    };
  }

  #frame(id: number): string {
    if (id === 0) return INVALID;
    const frame = this.#frames.get(id);
    if (frame === undefined) throw new Error(`frame ${id} is used but was never defined`);
    return frame;
  }

  #learn(): void {
    const { decoder } = this;
    for (let i = 0; i < decoder.newStringCount; i++) {
      const { id, utf8 } = decoder.newString(i);
      if (id < 2 || this.#strings.has(id)) throw new Error(`string ${id} is defined twice`);
      this.#strings.set(id, Buffer.from(utf8).toString());
    }
    for (let i = 0; i < decoder.newFrameCount; i++) {
      const { id, scope, filename, line, lineEnd, column, columnEnd } = decoder.newFrame(i);
      if (id === 0 || this.#frames.has(id)) throw new Error(`frame ${id} is defined twice`);
      const columns = column || lineEnd ? `:${column}-${lineEnd}:${columnEnd}` : "";
      this.#frames.set(id, `${this.#string(scope)} ${this.#string(filename)}:${line}${columns}`);
    }
  }

  #string(id: number): string {
    const text = this.#strings.get(id);
    if (text === undefined) throw new Error(`string ${id} is used but was never defined`);
    return text;
  }
}
