// Events to bytes. In: one call per event. Out: a chunk of a MOJO version 3 stream, with the ends of samples marked.
// Knows no files and no processes; which keys mean what is the caller's business.
import { NO_INTERPRETER } from "../model/sample.js";
import { MojoChunk } from "./chunk.js";
import { NumberOutOfRange } from "./error.js";
import { EventId, MOJO_MAGIC, MOJO_VERSION, STRING_KEY_BITS, UNKNOWN_STRING_KEY } from "./events.js";
import { FRAME_REF_MAX_BYTES, writeFrameRefs } from "./frame_refs.js";
import { VARINT_MAX_BYTES, writeVarint } from "./varint.js";

const STRING_KEY_LIMIT = 2 ** STRING_KEY_BITS;
/** Up to here a loop copies faster than making a view on the source. */
const SHORT_COPY_BYTES = 256;
const REPLACEMENT = [0xef, 0xbf, 0xbd] as const;
const textEncoder = new TextEncoder();
/** V8 looks it up again at each call, else. */
const { copyWithin } = Uint8Array.prototype;

/**
 * Writes events into a recycled chunk; nothing is allocated per event, definitions excepted.
 *
 * Frame keys are integers from 0 to 2^53 - 1, string keys from 0 to 2^27 - 1 without 1, which readers take for
 * `<unknown>`. Keys are chosen by the caller and scoped by the process of the last `stack`. Every method throws
 * NumberOutOfRange for a number out of its range, and the chunk is then as before the call.
 */
export class MojoEncoder {
  #chunk = new MojoChunk();
  #hasSampled = false;

  /** Whether a sample was ever written; facts about the profile are none. */
  get hasSampled(): boolean {
    return this.#hasSampled;
  }

  /** Bytes written and not yet taken. */
  get length(): number {
    return this.#chunk.length;
  }

  /** Bytes of whole samples not yet taken. */
  get sampledLength(): number {
    return this.#chunk.lastCut;
  }

  /** The first bytes of every stream. */
  header(): void {
    const start = this.#begin(MOJO_MAGIC.length + 1);
    const { bytes } = this.#chunk;
    for (let i = 0; i < MOJO_MAGIC.length; i++) bytes[start + i] = MOJO_MAGIC.charCodeAt(i);
    this.#chunk.length = writeVarint(bytes, start + MOJO_MAGIC.length, MOJO_VERSION);
    this.#chunk.cut();
  }

  /** A fact about the whole profile; stands between samples, so the stream may be cut behind it. */
  metadata(key: string, value: string): void {
    this.#event(EventId.METADATA);
    this.#text(key);
    this.#text(value);
    this.#chunk.cut();
  }

  /** Define the string `key`; bytes are taken as UTF-8. */
  string(key: number, value: string | Uint8Array): void {
    requireStringKey(key);
    this.#event(EventId.STRING);
    this.#integer(key);
    if (typeof value === "string") this.#text(value);
    else this.#utf8(value, value.length);
  }

  /** Define the frame `key`. Lines and columns are 1-based, 0 is absent. */
  frame(
    key: number,
    filenameKey: number,
    scopeKey: number,
    line: number,
    lineEnd: number,
    column: number,
    columnEnd: number,
  ): void {
    requireNatural(key);
    requireReference(filenameKey);
    requireReference(scopeKey);
    requireNatural(line);
    requireNatural(lineEnd);
    requireNatural(column);
    requireNatural(columnEnd);
    let at = this.#begin(1 + 7 * VARINT_MAX_BYTES);
    const { bytes } = this.#chunk;
    bytes[at++] = EventId.FRAME;
    at = writeVarint(bytes, at, key);
    at = writeVarint(bytes, at, filenameKey);
    at = writeVarint(bytes, at, scopeKey);
    at = writeVarint(bytes, at, line);
    at = writeVarint(bytes, at, lineEnd);
    at = writeVarint(bytes, at, column);
    this.#chunk.length = writeVarint(bytes, at, columnEnd);
  }

  /** Begin the sample of one thread; `threadName` is its native id in lower-case hexadecimal, or its name. */
  stack(pid: number, interpreterId: number, threadName: string): void {
    requireNatural(pid);
    if (interpreterId !== NO_INTERPRETER) requireNatural(interpreterId);
    this.#event(EventId.STACK);
    this.#integer(pid);
    this.#integer(interpreterId);
    this.#text(threadName);
  }

  /** The next frame, root first. */
  frameRef(key: number): void {
    requireNatural(key);
    this.#number(EventId.FRAME_REF, key);
  }

  /** The next frames, root first: `keys[start]` to `keys[end - 1]`. */
  frameRefs(keys: Uint32Array, start: number, end: number): void {
    const at = this.#begin((end - start) * FRAME_REF_MAX_BYTES);
    this.#chunk.length = writeFrameRefs(this.#chunk.bytes, at, keys, start, end);
  }

  /** A frame that was there but couldn't be read. */
  frameInvalid(): void {
    this.#event(EventId.FRAME_INVALID);
  }

  /** A kernel function, innermost last, behind the Python frames. */
  kernelFrame(scope: string): void {
    this.#event(EventId.FRAME_KERNEL);
    this.#text(scope);
  }

  /** The garbage collector was running. */
  gc(): void {
    this.#event(EventId.GC);
  }

  /** The thread was idle. */
  idle(): void {
    this.#event(EventId.IDLE);
  }

  /** The sample's time in microseconds. */
  metricTime(microseconds: number): void {
    requireNatural(microseconds);
    this.#number(EventId.METRIC_TIME, microseconds);
  }

  /** The sample's change of resident memory in bytes, of either sign. */
  metricMemory(bytes: number): void {
    requireInteger(bytes);
    this.#number(EventId.METRIC_MEMORY, bytes);
  }

  /** Append events that another encoder encoded: `bytes[start]` to `bytes[end - 1]`. */
  append(bytes: Uint8Array, start = 0, end = bytes.length): void {
    const at = this.#begin(end - start);
    const target = this.#chunk.bytes;
    if (end - start === bytes.length) target.set(bytes, at);
    else if (end - start > SHORT_COPY_BYTES) target.set(bytes.subarray(start, end), at);
    else for (let i = start; i < end; i++) target[at + i - start] = bytes[i] as number;
    this.#chunk.length = at + end - start;
  }

  /** Append what was written before, from byte `start` to byte `end - 1` of what is not yet taken. */
  repeat(start: number, end: number): void {
    const at = this.#begin(end - start);
    copyWithin.call(this.#chunk.bytes, at, start, end);
    this.#chunk.length = at + end - start;
  }

  /** What was written so far is whole: the stream may be cut here and stays readable. */
  endSample(): void {
    this.#hasSampled = true;
    this.#chunk.cut();
  }

  /** Append what is written here, from byte `start` to byte `end - 1`, to another encoder. */
  copyTo(target: MojoEncoder, start: number, end: number): void {
    if (end > start) target.append(this.#chunk.bytes, start, end);
  }

  /** A copy of everything written and not yet taken, for `append`. */
  encoded(): Uint8Array {
    return this.#chunk.bytes.slice(0, this.#chunk.length);
  }

  /** Forget everything written and not yet taken. */
  reset(): void {
    this.#chunk.clear();
  }

  /** Hand over the chunk with its whole samples; go on in `fresh` (empty) with what followed them. */
  swap(fresh: MojoChunk): MojoChunk {
    const full = this.#chunk;
    full.moveTailTo(fresh);
    this.#chunk = fresh;
    return full;
  }

  /** Copy the whole samples to the end of `target` and forget them here. */
  moveSamplesTo(target: MojoChunk): void {
    this.#chunk.moveSamplesTo(target);
  }

  /** Forget the whole samples, keeping what follows them. */
  dropSamples(): void {
    this.#chunk.dropSamples();
  }

  #begin(count: number): number {
    this.#chunk.reserve(count);
    return this.#chunk.length;
  }

  #event(id: number): void {
    const at = this.#begin(1);
    this.#chunk.bytes[at] = id;
    this.#chunk.length = at + 1;
  }

  #number(id: number, value: number): void {
    const at = this.#begin(1 + VARINT_MAX_BYTES);
    const { bytes } = this.#chunk;
    bytes[at] = id;
    this.#chunk.length = writeVarint(bytes, at + 1, value);
  }

  #integer(value: number): void {
    const at = this.#begin(VARINT_MAX_BYTES);
    this.#chunk.length = writeVarint(this.#chunk.bytes, at, value);
  }

  #text(text: string): void {
    const clean = text.includes("\0") ? text.replaceAll("\0", "\ufffd") : text;
    // A UTF-16 unit takes three bytes of UTF-8 at most.
    const at = this.#begin(clean.length * 3 + 1);
    const { bytes } = this.#chunk;
    const { written } = textEncoder.encodeInto(clean, bytes.subarray(at));
    bytes[at + written] = 0;
    this.#chunk.length = at + written + 1;
  }

  #utf8(source: Uint8Array, count: number): void {
    let at = this.#begin(count * REPLACEMENT.length + 1);
    const { bytes } = this.#chunk;
    for (let i = 0; i < count; i++) {
      const byte = source[i] as number;
      if (byte !== 0) bytes[at++] = byte;
      else for (const part of REPLACEMENT) bytes[at++] = part;
    }
    bytes[at++] = 0;
    this.#chunk.length = at;
  }
}

function requireInteger(value: number): void {
  if (!Number.isSafeInteger(value)) throw new NumberOutOfRange(`${value} is not an integer within 2^53 of zero`);
}

function requireNatural(value: number): void {
  if (!Number.isSafeInteger(value) || value < 0)
    throw new NumberOutOfRange(`${value} is not an integer from 0 to 2^53 - 1`);
}

/** A string key that a frame refers to: the unknown string needs no definition. */
function requireReference(key: number): void {
  if (!Number.isInteger(key) || key < 0 || key >= STRING_KEY_LIMIT) {
    throw new NumberOutOfRange(`string key ${key} is not an integer from 0 to 2^${STRING_KEY_BITS} - 1`);
  }
}

function requireStringKey(key: number): void {
  requireReference(key);
  if (key === UNKNOWN_STRING_KEY) throw new NumberOutOfRange(`string key ${key} is reserved for the unknown string`);
}
