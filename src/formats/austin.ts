// Austin's text, a line a sample in their order, as mojo2austin writes it and Austin's tools read it:
//
//   P<pid>;T<interpreter>:<thread>;<file>:<function>:<line>;... <metric>
//
// root first; the metric is the time in us, in mode memory the change in bytes, in mode full <time>,<idle>,<memory>. Frames that could
// not be read are ":INVALID:", ":GC:" on top says that the collector ran, "kernel:<function>:0" is the kernel's. "# key: value" is
// metadata: before the samples what was known by then, behind them the rest. Memory: bounded, whatever the profile.
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import type { Format, SampleStream, WriteOptions } from "./format.js";

export const austin: Format = {
  name: "austin",
  extensions: [".austin"],
  description: "one sample a line, in their order: what Austin's own tools read",
  isText: true,
  isStream: true,
  write,
};

const CHUNK_BYTES = 256 * 1024;
/** Stacks whose text is remembered, in bytes. */
const REMEMBERED_BYTES = 32 * 1024 * 1024;
const REMEMBERED_THREADS = 10_000;
const encoder = new TextEncoder();
const GC = encoder.encode(";:GC:");

async function* write(
  samples: SampleStream,
  { onLoss, isPrompt }: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const text = new Lines();
  const told = new Map<string, string>();
  const tellMetadata = () => {
    for (const [key, value] of samples.metadata) {
      if (told.get(key) === value) continue;
      told.set(key, value);
      text.metadata(key, value);
    }
  };
  let mode: string | undefined;
  for await (const sample of samples) {
    if (mode === undefined) {
      tellMetadata();
      mode = samples.metadata.get("mode") ?? "wall";
    }
    const chunk = text.sample(sample, mode);
    if (chunk !== undefined) yield chunk;
    else if (isPrompt?.()) yield text.rest();
  }
  tellMetadata();
  yield text.rest();
  if (text.hasLocations) onLoss?.("Austin's text has lines only: columns and ends of lines are left out.");
  if (text.changed) onLoss?.("Line breaks in names became spaces: they would end lines.");
}

class Lines {
  /** Whether a frame had more than a line. */
  hasLocations = false;
  /** Whether a name had a line break. */
  changed = false;
  #chunk = new Uint8Array(CHUNK_BYTES);
  #length = 0;
  readonly #stacks = new Map<readonly Frame[], Uint8Array>();
  #remembered = 0;
  readonly #heads = new Map<string, Uint8Array>();

  metadata(key: string, value: string): void {
    this.#add(encoder.encode(`# ${this.#clean(key)}: ${this.#clean(value)}\n`));
  }

  /** Add a line. @returns what is to be written, where enough has come together */
  sample(sample: Sample, mode: string): Uint8Array | undefined {
    const { frames, gc, idle, metrics } = sample;
    const time = metrics.timeMicroseconds ?? 0;
    const memory = metrics.memoryBytes ?? 0;
    const metric = mode === "memory" ? memory : mode === "full" ? `${time},${idle ? 1 : 0},${memory}` : time;
    this.#add(this.#head(sample));
    if (frames.length > 0) this.#add(this.#stack(frames));
    if (gc) this.#add(GC);
    const end = ` ${metric}\n`;
    this.#reserve(end.length);
    for (let i = 0; i < end.length; i++) this.#chunk[this.#length++] = end.charCodeAt(i);
    return this.#length < CHUNK_BYTES / 2 ? undefined : this.rest();
  }

  /** All that was not given back yet. */
  rest(): Uint8Array {
    const full = this.#chunk.subarray(0, this.#length);
    this.#chunk = new Uint8Array(CHUNK_BYTES);
    this.#length = 0;
    return full;
  }

  #add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#chunk.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #reserve(count: number): void {
    const needed = this.#length + count;
    if (needed <= this.#chunk.length) return;
    const grown = new Uint8Array(2 * needed);
    grown.set(this.#chunk.subarray(0, this.#length));
    this.#chunk = grown;
  }

  #head({ pid, interpreterId, thread }: Sample): Uint8Array {
    const key = `${pid};${interpreterId};${thread}`;
    let head = this.#heads.get(key);
    if (head === undefined) {
      if (this.#heads.size >= REMEMBERED_THREADS) this.#heads.clear();
      const interpreter = interpreterId === undefined ? "" : `${interpreterId}:`;
      head = encoder.encode(`P${pid};T${interpreter}${this.#clean(decimal(thread))}`);
      this.#heads.set(key, head);
    }
    return head;
  }

  #stack(frames: readonly Frame[]): Uint8Array {
    let stack = this.#stacks.get(frames);
    if (stack === undefined) {
      stack = encoder.encode(frames.map((frame) => `;${this.#frame(frame)}`).join(""));
      this.#remembered += stack.length;
      if (this.#remembered > REMEMBERED_BYTES) {
        this.#stacks.clear();
        this.#remembered = stack.length;
      }
      this.#stacks.set(frames, stack);
    }
    return stack;
  }

  #frame(frame: Frame): string {
    if (frame.kind === "invalid") return ":INVALID:";
    if (frame.kind === "kernel") return `kernel:${this.#clean(frame.scope)}:0`;
    const { line, lineEnd, column, columnEnd } = frame.location;
    if (lineEnd > 0 || column > 0 || columnEnd > 0) this.hasLocations = true;
    return `${this.#clean(frame.filename)}:${this.#clean(frame.scope)}:${line}`;
  }

  #clean(text: string): string {
    const clean = text.replaceAll(/[\r\n]/g, " ");
    if (clean !== text) this.changed = true;
    return clean;
  }
}

/** Austin's text has thread ids in decimal. */
function decimal(thread: string): string {
  return /^[0-9a-f]{1,13}$/.test(thread) ? String(Number.parseInt(thread, 16)) : thread;
}
