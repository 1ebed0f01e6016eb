// MOJO, written anew: what is left of a profile after a filter, or what came as collapsed stacks. In: samples. Out: version 3, each
// sample in its order with all it had. Memory goes with the frames that differ.
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import { CHUNK_BYTES, MojoChunk } from "../mojo/chunk.js";
import { MojoEncoder } from "../mojo/encoder.js";
import { isModuleKey, nativeFile, SOURCE_FILE_KEY } from "../mojo/native_modules.js";
import { threadNameKey } from "../mojo/thread_name.js";
import type { Format, SampleStream, WriteOptions } from "./format.js";
import { FrameTable } from "./frame_table.js";
import { Survey } from "./survey.js";

/** Of strings: 1 is what readers take for the unknown one. */
const FIRST_KEY = 2;
const FIRST_ROOM = 256;

export const mojo: Format = {
  name: "mojo",
  extensions: [".mojo"],
  description: "Austin's binary format, version 3",
  isText: false,
  isStream: true,
  write,
};

async function* write(
  samples: SampleStream,
  { onLoss, isPrompt }: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new MojoEncoder();
  const survey = new Survey();
  const processes = new Map<number, Definitions>();
  const metadata = new WrittenMetadata(encoder);
  const names = new WrittenNames(encoder);
  const sources = new WrittenSources(encoder);
  let lacksMetrics = false;
  encoder.header();
  for await (const sample of samples) {
    survey.add(sample);
    metadata.writeNew(samples.metadata);
    names.write(sample);
    sources.write(sample.frames);
    encoder.stack(sample.pid, sample.interpreterId ?? 0, sample.thread);
    let definitions = processes.get(sample.pid);
    if (definitions === undefined) {
      definitions = new Definitions();
      processes.set(sample.pid, definitions);
    }
    definitions.write(encoder, sample.frames);
    if (sample.gc) encoder.gc();
    if (sample.idle) encoder.idle();
    const { timeMicroseconds, memoryBytes } = sample.metrics;
    // A sample's end is told by its metrics: those of the mode, or any.
    const mode = samples.metadata.get("mode");
    const needsTime = mode === "full" || (mode !== "memory" && memoryBytes === undefined);
    const needsMemory = mode === "full" || mode === "memory";
    const time = timeMicroseconds ?? (needsTime ? 0 : undefined);
    const memory = memoryBytes ?? (needsMemory ? 0 : undefined);
    if (time !== undefined) encoder.metricTime(time);
    if (memory !== undefined) encoder.metricMemory(memory);
    lacksMetrics ||= time !== timeMicroseconds || memory !== memoryBytes;
    encoder.endSample();
    if (encoder.length >= CHUNK_BYTES || isPrompt?.()) yield taken(encoder);
  }
  metadata.writeChanged(samples.metadata);
  yield taken(encoder);
  if (survey.lacksInterpreters) onLoss?.("The profile doesn't say which interpreter a thread belongs to: MOJO says 0.");
  if (lacksMetrics) onLoss?.("Some samples have no metric, which MOJO must have: 0 stands for it.");
}

function taken(encoder: MojoEncoder): Uint8Array {
  const { bytes, length } = encoder.swap(new MojoChunk());
  return bytes.subarray(0, length);
}

/** What was said of the whole profile; a key that changes is said again. */
class WrittenMetadata {
  readonly #encoder: MojoEncoder;
  readonly #written = new Map<string, string>();
  /** How many keys there were, and those whose values grow. */
  #size = 0;
  readonly #growing: string[] = [];

  constructor(encoder: MojoEncoder) {
    this.#encoder = encoder;
  }

  /** Say the keys that came since. */
  writeNew(metadata: ReadonlyMap<string, string>): void {
    if (metadata.size !== this.#size || this.#growing.some((key) => metadata.get(key) !== this.#written.get(key)))
      this.writeChanged(metadata);
  }

  writeChanged(metadata: ReadonlyMap<string, string>): void {
    this.#size = metadata.size;
    for (const [key, value] of metadata) {
      // What files are sources of native code, the frames tell.
      if (this.#written.get(key) === value || key === SOURCE_FILE_KEY) continue;
      if (!this.#written.has(key) && isModuleKey(key)) this.#growing.push(key);
      this.#written.set(key, value);
      this.#encoder.metadata(key, value);
    }
  }
}

/** Which files are sources of native code: said before the first frame that is of one. */
class WrittenSources {
  readonly #encoder: MojoEncoder;
  readonly #written = new Set<string>();
  readonly #seen = new WeakSet<readonly Frame[]>();

  constructor(encoder: MojoEncoder) {
    this.#encoder = encoder;
  }

  write(frames: readonly Frame[]): void {
    if (this.#seen.has(frames)) return;
    this.#seen.add(frames);
    for (const frame of frames) {
      if (frame.kind !== "code" || frame.code !== "native" || frame.address !== undefined) continue;
      if (this.#written.has(frame.filename)) continue;
      this.#written.add(frame.filename);
      this.#encoder.metadata(SOURCE_FILE_KEY, frame.filename);
    }
  }
}

/** What threads are called; one that changes is said again. */
class WrittenNames {
  readonly #encoder: MojoEncoder;
  readonly #written = new Map<string, string>();

  constructor(encoder: MojoEncoder) {
    this.#encoder = encoder;
  }

  write({ pid, interpreterId, thread, threadName = "" }: Sample): void {
    if (threadName === "" && this.#written.size === 0) return;
    const key = threadNameKey(pid, interpreterId ?? 0, thread);
    if ((this.#written.get(key) ?? "") === threadName) return;
    this.#written.set(key, threadName);
    this.#encoder.metadata(key, threadName);
  }
}

/** The strings and frames of one process, each defined before its first use. */
class Definitions {
  readonly #table = new FrameTable();
  readonly #strings = new Map<string, number>();
  #defined = 0;
  #keys = new Uint32Array(FIRST_ROOM);

  write(encoder: MojoEncoder, frames: readonly Frame[]): void {
    if (frames.length > this.#keys.length) this.#keys = new Uint32Array(2 * frames.length);
    const keys = this.#keys;
    // References in a row, as long as all are frames of code.
    let count = 0;
    const flush = () => {
      encoder.frameRefs(keys, 0, count);
      count = 0;
    };
    for (const frame of frames) if (frame.kind === "code") this.#define(encoder, frame);
    for (const frame of frames) {
      if (frame.kind === "code") {
        keys[count++] = this.#table.numberOf(frame);
        continue;
      }
      flush();
      if (frame.kind === "invalid") encoder.frameInvalid();
      else encoder.kernelFrame(frame.scope);
    }
    flush();
  }

  #define(encoder: MojoEncoder, frame: Frame & { kind: "code" }): void {
    const key = this.#table.numberOf(frame);
    if (key < this.#defined) return;
    this.#defined = key + 1;
    const { line, lineEnd, column, columnEnd } = frame.location;
    const { address, offset = 0 } = frame;
    const filename = this.#string(encoder, address === undefined ? frame.filename : nativeFile(address));
    // Readers make names of linkers' ones themselves.
    const scope = this.#string(encoder, frame.symbol ?? frame.scope);
    encoder.frame(key, filename, scope, address === undefined ? line : offset, lineEnd, column, columnEnd);
  }

  #string(encoder: MojoEncoder, text: string): number {
    let key = this.#strings.get(text);
    if (key === undefined) {
      key = FIRST_KEY + this.#strings.size;
      this.#strings.set(text, key);
      encoder.string(key, text);
    }
    return key;
  }
}
