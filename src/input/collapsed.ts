// Collapsed stacks, as mojo2austin and Austin 3 write them, to samples. In: chunks of text. Out: a sample a line. A line is
//
//   P<pid>;T<interpreter>:<thread>;<file>:<function>:<line>;... <metric>
//
// root first; "<interpreter>:" is absent in old files, the metric is a time in us, a change of memory in bytes (mode memory), or
// <time>,<idle>,<memory> (mode full). "# key: value" is metadata. Columns and ends of lines are not there: 0. Lines end with LF or
// CRLF, the last one with or without; a byte order mark may stand before the first.
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import type { SampleStream } from "../model/sample_stream.js";

/** More lines or frames that differ than this, and they are forgotten: memory stays bounded. */
const MOST_REMEMBERED = 50_000;
/** A line longer than this is none. */
const LINE_LIMIT = 16 * 1024 * 1024;
/** Metadata that differs from all before: more is none. */
const MOST_METADATA = 100_000;
const NEWLINE = 10;
const MARK = "\uFEFF";
const INVALID: Frame = { kind: "invalid" };
const LINE_NUMBER = /^\d{0,15}$/;
const METRIC = /^(-?\d{1,16})(?:,([01]),(-?\d{1,16}))?$/;

/** A line is not what it should be. */
export class CollapsedError extends Error {
  override readonly name = "CollapsedError";
  constructor(
    /** Counted from 1. */
    readonly line: number,
    readonly expected: string,
    readonly found: string,
  ) {
    super(`line ${line}: expected ${expected}, found ${found}`);
  }
}

/** All of a line but its metric. */
interface Stack {
  readonly pid: number;
  readonly interpreterId: number | undefined;
  readonly thread: string;
  readonly frames: readonly Frame[];
  readonly gc: boolean;
}

/** Iterate once; iteration throws CollapsedError. */
export class CollapsedProfile implements SampleStream {
  readonly metadata = new Map<string, string>();
  /** Whether it was broken, or its last line is cut, and left out. One that is cut within its number can't be told from a whole one. */
  truncated = false;
  samplesRead = 0;
  readonly #chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly #stacks = new Map<string, Stack>();
  readonly #frames = new Map<string, Frame>();
  #line = 0;
  readonly #onBreak: ((error: unknown) => void) | undefined;
  /** Sums of what all samples have, without signs: as long as they are exact, all sums of some of them are. */
  #times = 0;
  #memories = 0;

  /** @param onBreak told what breaks the text, which then ends there; without it, iteration throws. What it throws is thrown. */
  constructor(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, onBreak?: (error: unknown) => void) {
    this.#chunks = chunks;
    this.#onBreak = onBreak;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Sample, void, undefined> {
    // Lines are cut as bytes: a character may come in pieces, a line is whole. What is not UTF-8 becomes U+FFFD.
    let rest: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const chunk of this.#chunks) {
        const end = chunk.lastIndexOf(NEWLINE);
        if (end < 0) {
          rest.push(chunk.slice());
          length += chunk.length;
        } else {
          const lines = Buffer.concat([...rest, chunk.subarray(0, end)]).toString("utf8");
          rest = [chunk.slice(end + 1)];
          length = chunk.length - end - 1;
          for (const line of lines.split("\n")) {
            const sample = this.#parse(line);
            if (sample !== undefined) yield sample;
          }
        }
        if (length <= LINE_LIMIT) continue;
        throw new CollapsedError(this.#line + 1, `a line of at most ${LINE_LIMIT} bytes`, "a longer one");
      }
    } catch (error) {
      if (this.#onBreak === undefined) throw error;
      this.#onBreak(error);
      this.truncated = true;
      return;
    }
    if (length === 0) return;
    const last = this.#parseLast(Buffer.concat(rest).toString("utf8"));
    if (last !== undefined) yield last;
  }

  /** The last line, which has no end: it may be cut. */
  #parseLast(line: string): Sample | undefined {
    try {
      return this.#parse(line);
    } catch (error) {
      if (!(error instanceof CollapsedError)) throw error;
      this.truncated = true;
      return undefined;
    }
  }

  #parse(ended: string): Sample | undefined {
    const start = this.#line++ === 0 && ended.startsWith(MARK) ? MARK.length : 0;
    const line = ended.slice(start, ended.endsWith("\r") ? -1 : undefined);
    if (line === "") return undefined;
    if (line.startsWith("# ")) {
      const colon = line.indexOf(": ");
      if (colon > 0) this.metadata.set(line.slice(2, colon), line.slice(colon + 2));
      if (this.metadata.size <= MOST_METADATA) return undefined;
      throw this.#error(`${MOST_METADATA} different metadata at most`, line);
    }
    const space = line.lastIndexOf(" ");
    const metric = METRIC.exec(line.slice(space + 1));
    if (space < 0 || metric === null) throw this.#error("a space and a number at the end of the line", line);
    const { pid, interpreterId, thread, frames, gc } = this.#stack(line.slice(0, space));
    const first = Number(metric[1]);
    const isMemory = this.metadata.get("mode") === "memory";
    const timeMicroseconds = isMemory ? undefined : first;
    const memoryBytes = metric[3] === undefined ? (isMemory ? first : undefined) : Number(metric[3]);
    if (first < 0 && !isMemory) throw this.#error("a time of 0 or more (memory says # mode: memory before it)", line);
    this.#times += timeMicroseconds ?? 0;
    this.#memories += Math.abs(memoryBytes ?? 0);
    if (!Number.isSafeInteger(this.#times) || !Number.isSafeInteger(this.#memories)) {
      throw this.#error("times and changes of memory that add up to less than 2^53 each", line);
    }
    this.samplesRead++;
    return {
      pid,
      interpreterId,
      thread,
      frames,
      metrics: { timeMicroseconds, memoryBytes },
      idle: metric[2] === "1",
      gc,
    };
  }

  #stack(text: string): Stack {
    let stack = this.#stacks.get(text);
    if (stack === undefined) {
      if (this.#stacks.size >= MOST_REMEMBERED) this.#stacks.clear();
      stack = this.#parseStack(text);
      this.#stacks.set(text, stack);
    }
    return stack;
  }

  #parseStack(text: string): Stack {
    const pieces = text.split(";");
    const [process = "", threadText = ""] = pieces;
    const pid = /^P(\d{1,15})$/.exec(process)?.[1];
    if (pid === undefined) throw this.#error("P and a process id", text);
    const found = /^T(?:(-?\d{1,15}):)?(.+)$/su.exec(threadText);
    if (found === null) throw this.#error("T and a thread id", text);
    const [, interpreter, thread = ""] = found;
    const frames: Frame[] = [];
    let gc = false;
    // A frame is <file>:<function>:<line>. A semicolon in a file's name divides nothing: where the frame begins that is not over,
    // and its last colon, or -1. Each piece is looked at once, however many there are.
    let start = process.length + threadText.length + 2;
    let colon = -1;
    let at = start;
    for (const piece of pieces.slice(2)) {
      const last = piece.lastIndexOf(":");
      const before = last > 0 ? piece.lastIndexOf(":", last - 1) : -1;
      const dividing = before < 0 ? colon : at + before;
      const isOver = last >= 0 && dividing >= 0 && LINE_NUMBER.test(piece.slice(last + 1));
      if (isOver) {
        const name = text.slice(start, at + piece.length);
        if (name === ":GC:") gc = true;
        else frames.push(this.#frame(name, dividing - start, at + last - start));
      }
      at += piece.length + 1;
      colon = isOver ? -1 : last < 0 ? colon : at - piece.length - 1 + last;
      if (isOver) start = at;
    }
    if (start < at) {
      throw this.#error("frames of a file, a function and a line, with colons between", text.slice(start));
    }
    const interpreterId = interpreter === undefined ? -1 : Number(interpreter);
    return {
      pid: Number(pid),
      // One that isn't known is negative.
      interpreterId: interpreterId < 0 ? undefined : interpreterId,
      thread: threadName(thread),
      frames,
      gc,
    };
  }

  /** @param first where the first of the dividing colons is, and the second */
  #frame(text: string, first: number, second: number): Frame {
    if (text === ":INVALID:") return INVALID;
    let frame = this.#frames.get(text);
    if (frame === undefined) {
      if (this.#frames.size >= MOST_REMEMBERED) this.#frames.clear();
      const filename = text.slice(0, first);
      const scope = text.slice(first + 1, second);
      const line = text.slice(second + 1);
      frame =
        filename === "kernel"
          ? { kind: "kernel", scope }
          : { kind: "code", scope, filename, location: { line: Number(line), lineEnd: 0, column: 0, columnEnd: 0 } };
      this.#frames.set(text, frame);
    }
    return frame;
  }

  #error(expected: string, found: string): CollapsedError {
    const shown = found.length > 80 ? `${found.slice(0, 80)}...` : found;
    return new CollapsedError(this.#line, expected, JSON.stringify(shown));
  }
}

/** mojo2austin writes ids in decimal; a profile has them in hexadecimal. Austin 3 wrote what is not decimal in hexadecimal, too. */
function threadName(text: string): string {
  return /^\d{1,15}$/.test(text) ? Number(text).toString(16) : text;
}
