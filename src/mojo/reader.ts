// The reading side's doors. In: a MOJO stream, whole or as it comes. Out: its events, or its samples.
// Knows no files: any source of bytes will do, such as `fs.createReadStream(path)` or a pipe.
import type { Sample } from "../model/sample.js";
import { type Metadata, SampleAssembler } from "./assembler.js";
import type { MojoEvent } from "./events.js";
import { MojoParser } from "./parser.js";

/** Where a stream comes from: all of it, or chunks cut anywhere. */
export type MojoSource = Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Read the events of a MOJO stream of version 1, 2 or 3, one by one and unresolved. Memory stays bounded; each
 * event is there as soon as its bytes are.
 */
export function readMojoEvents(source: MojoSource): MojoEvents {
  return new MojoEvents(source);
}

/**
 * Read the samples of a MOJO stream of version 1, 2 or 3. Each comes once the next begins, in the order of the
 * stream; memory grows with the strings and frames that the stream defines, not with its samples.
 */
export function readMojo(source: MojoSource): MojoProfile {
  return new MojoProfile(source);
}

/** The events of one stream; iterate once. Iteration throws MojoError where the stream is not MOJO. */
export class MojoEvents implements AsyncIterable<MojoEvent> {
  readonly #parser = new MojoParser();
  readonly #source: MojoSource;

  constructor(source: MojoSource) {
    this.#source = source;
  }

  /** The stream's version; undefined before the first event. */
  get version(): number | undefined {
    return this.#parser.version;
  }

  /** Offset in bytes of the event that came last. */
  get offset(): number {
    return this.#parser.eventOffset;
  }

  /** Whether the stream ended in the middle of an event. Known after the last event. */
  get truncated(): boolean {
    return this.#parser.truncated;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<MojoEvent, void, undefined> {
    const parser = this.#parser;
    for await (const chunk of chunks(this.#source)) {
      parser.push(chunk);
      for (let event = parser.next(); event !== undefined; event = parser.next()) yield event;
    }
    parser.end();
    parser.next();
  }
}

/** The samples of one stream; iterate once. Iteration throws MojoError where the stream is not MOJO. */
export class MojoProfile implements AsyncIterable<Sample> {
  readonly #parser = new MojoParser();
  readonly #assembler = new SampleAssembler();
  readonly #source: MojoSource;
  #truncated = false;
  /** Samples that have come. */
  samplesRead = 0;

  constructor(source: MojoSource) {
    this.#source = source;
  }

  /** The stream's version; undefined before the first sample. */
  get version(): number | undefined {
    return this.#parser.version;
  }

  /** The metadata read so far: the last value of each key. */
  get metadata(): ReadonlyMap<string, string> {
    return this.#assembler.metadata;
  }

  /** Every occurrence of every metadata key read so far, in order. */
  get allMetadata(): readonly Metadata[] {
    return this.#assembler.allMetadata;
  }

  /**
   * Whether the stream ended in the middle of an event or of a sample; all that was whole before has come.
   * Known after the last sample. A stream that was cut between two samples can't be told from a whole one,
   * but it lacks the trailer's metadata (`duration`).
   */
  get truncated(): boolean {
    return this.#truncated;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Sample, void, undefined> {
    const parser = this.#parser;
    const assembler = this.#assembler;
    for await (const chunk of chunks(this.#source)) {
      parser.push(chunk);
      for (let event = parser.next(); event !== undefined; event = parser.next()) {
        const sample = assembler.accept(event, parser.eventOffset);
        if (sample === undefined) continue;
        this.samplesRead++;
        yield sample;
      }
    }
    parser.end();
    parser.next();
    this.#truncated = parser.truncated || assembler.incomplete;
    const last = assembler.end();
    if (last === undefined) return;
    this.samplesRead++;
    yield last;
  }
}

function chunks(source: MojoSource): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return source instanceof Uint8Array ? [source] : source;
}
