// The reading side's doors. In: a MOJO stream, whole or as it comes. Out: its events, or its samples.
// Knows no files: any source of bytes will do, such as `fs.createReadStream(path)` or a pipe.
import { MisuseError } from "../model/error.js";
import type { Sample } from "../model/sample.js";
import { type Metadata, SampleAssembler } from "./assembler.js";
import type { MojoEvent } from "./events.js";
import { nativeAddress } from "./native_modules.js";
import { MojoParser } from "./parser.js";

/** Loads what gives the name of a function in its source, by its linker's name; undefined where there is nothing that does. */
export type LoadNames = () => Promise<((name: string) => string) | undefined>;

/** Where a stream comes from: all of it, or chunks cut anywhere. */
export type MojoSource = Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * Read the events of a MOJO stream of version 1 to 4, one by one and unresolved. Memory stays bounded; each
 * event is there as soon as its bytes are.
 */
export function readMojoEvents(source: MojoSource): MojoEvents {
  return new MojoEvents(source);
}

/**
 * Read the samples of a MOJO stream of version 1 to 4. Each comes once the next begins, in the order of the
 * stream; memory grows with the strings and frames that the stream defines, up to a limit, not with its samples. Samples of the same stack
 * mostly share its `frames`. Version 4's stacks of asyncio tasks are left out. What all samples have adds up to numbers that are exact.
 *
 * @param names loads what native functions are called, once there is one; without it, they have their linker's names
 */
export function readMojo(source: MojoSource, names?: LoadNames): MojoProfile {
  return new MojoProfile(source, undefined, names);
}

/** The events of one stream; iterate once. Iteration throws MojoError where the stream is not MOJO, MisuseError where it isn't the first. */
export class MojoEvents implements AsyncIterable<MojoEvent> {
  readonly #parser = new MojoParser();
  readonly #stream: Stream;

  constructor(source: MojoSource) {
    this.#stream = new Stream(source);
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
    for await (const chunk of this.#stream.begin()) {
      parser.push(chunk);
      for (let event = parser.next(); event !== undefined; event = parser.next()) yield event;
    }
    parser.end();
    for (let event = parser.next(); event !== undefined; event = parser.next()) yield event;
  }
}

/** The samples of one stream; iterate once. Iteration throws MojoError where the stream is not MOJO. */
export class MojoProfile implements AsyncIterable<Sample> {
  readonly #parser = new MojoParser();
  readonly #assembler = new SampleAssembler();
  readonly #stream: Stream;
  readonly #onBreak: ((error: unknown) => void) | undefined;
  /** Until it has loaded them. */
  #names: LoadNames | undefined;
  /** Native code has come, and is not read on before its names are loaded. */
  #needsNames = false;
  #truncated = false;
  /** Samples that have come. */
  samplesRead = 0;

  /**
   * @param onBreak told what breaks the stream, which then ends there; without it, iteration throws. What it throws is thrown.
   * @param names loads what native functions are called; without it, they have their linker's names
   */
  constructor(source: MojoSource, onBreak?: (error: unknown) => void, names?: LoadNames) {
    this.#stream = new Stream(source);
    this.#onBreak = onBreak;
    this.#names = names;
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
   * Whether the stream was broken, or ended in the middle of an event or of a sample; all that was whole before has come.
   * Known after the last sample. A stream that was cut between two samples can't be told from a whole one,
   * but it lacks the trailer's metadata (`duration`).
   */
  get truncated(): boolean {
    return this.#truncated;
  }

  /** Whether version 4's stacks of tasks fit both drafts of it: then they were read as the newer one has them. */
  get tasksAreAssumed(): boolean {
    return this.#parser.tasksAreAssumed;
  }

  // Not a generator: with millions of samples, what that costs a sample is most of the time.
  [Symbol.asyncIterator](): AsyncIterableIterator<Sample, undefined> {
    const source = this.#stream.begin();
    let isOver = false;
    const done = { done: true, value: undefined } as const;
    const next = async (): Promise<IteratorResult<Sample, undefined>> => {
      while (!isOver) {
        let isEnd = false;
        if (this.#needsNames) await this.#loadNames();
        else {
          const chunk = await source.next();
          isEnd = chunk.done === true;
          if (chunk.done) this.#parser.end();
          else this.#parser.push(chunk.value);
        }
        const sample = this.#take();
        if (sample !== undefined) return { done: false, value: sample };
        if (isEnd && !this.#needsNames) break;
      }
      if (isOver) return done;
      isOver = true;
      const last = this.#end();
      return last === undefined ? done : { done: false, value: last };
    };
    const stop = async (): Promise<void> => {
      isOver = true;
      await source.return?.();
    };
    const broken = async (error: unknown): Promise<IteratorResult<Sample, undefined>> => {
      await stop();
      if (this.#onBreak === undefined) throw error;
      this.#onBreak(error);
      this.#truncated = true;
      const last = this.#last();
      return last === undefined ? done : { done: false, value: last };
    };
    const iterator: AsyncIterableIterator<Sample, undefined> = {
      next: () => {
        try {
          const sample = isOver ? undefined : this.#take();
          if (sample !== undefined) return Promise.resolve({ done: false, value: sample });
        } catch (error) {
          return broken(error);
        }
        return next().catch(broken);
      },
      return: () => stop().then(() => done),
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /** The next sample of what was pushed. */
  #take(): Sample | undefined {
    const parser = this.#parser;
    const assembler = this.#assembler;
    for (;;) {
      const { version } = parser;
      let sample = version === undefined ? undefined : assembler.takeFrom(parser.cursor, version);
      if (sample === undefined) {
        const event = parser.next();
        if (event === undefined) return undefined;
        sample = assembler.accept(event, parser.eventOffset);
        if (this.#names !== undefined && event.kind === "string" && nativeAddress(event.value) !== undefined) {
          this.#needsNames = true;
          return undefined;
        }
      }
      if (sample === undefined) continue;
      this.samplesRead++;
      return sample;
    }
  }

  async #loadNames(): Promise<void> {
    const names = await this.#names?.();
    this.#names = undefined;
    this.#needsNames = false;
    if (names !== undefined) this.#assembler.nameOf = names;
  }

  #end(): Sample | undefined {
    const parser = this.#parser;
    this.#truncated = parser.truncated || this.#assembler.incomplete;
    return this.#last();
  }

  /** The sample that nothing follows. */
  #last(): Sample | undefined {
    const last = this.#assembler.end(this.#parser.cursor.offset);
    if (last !== undefined) this.samplesRead++;
    return last;
  }
}

/** What is read, once. */
class Stream {
  #isBegun = false;

  constructor(readonly source: MojoSource) {}

  /** @throws MisuseError where it has begun before */
  begin(): AsyncGenerator<Uint8Array, void, undefined> {
    if (this.#isBegun) throw new MisuseError("a MOJO stream can be gone through once: read it anew");
    this.#isBegun = true;
    return chunks(this.source);
  }
}

async function* chunks(source: MojoSource): AsyncGenerator<Uint8Array, void, undefined> {
  if (source instanceof Uint8Array) yield source;
  else yield* source;
}
