// Collapsed stacks, as mojo2austin and Austin 3 write them, to samples. In: chunks of text. Out: a sample a line. A line is
//
//   P<pid>;T<interpreter>:<thread>;<file>:<function>:<line>;... <metric>
//
// root first; "<interpreter>:" is absent in old files, the metric is a time in us, a change of memory in bytes (mode memory), or
// <time>,<idle>,<memory> (mode full). "# key: value" is metadata. Columns and ends of lines are not there: 0.
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import type { SampleStream } from "../model/sample_stream.js";

/** More lines or frames that differ than this, and they are forgotten: memory stays bounded. */
const MOST_REMEMBERED = 50_000;
/** A line longer than this is none. */
const LINE_LIMIT = 16 * 1024 * 1024;
const NEWLINE = 10;
const INVALID: Frame = { kind: "invalid" };
const FRAME = /^(.*):([^:]*):(\d*)$/su;
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
  /** Whether the last line had no end: it is left out. */
  truncated = false;
  samplesRead = 0;
  readonly #chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
  readonly #stacks = new Map<string, Stack>();
  readonly #frames = new Map<string, Frame>();
  #line = 0;

  constructor(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>) {
    this.#chunks = chunks;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Sample, void, undefined> {
    // Lines are cut as bytes: a character may come in pieces, a line is whole. What is not UTF-8 becomes U+FFFD.
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of this.#chunks) {
      const bytes = Buffer.concat([rest, chunk]);
      const end = bytes.lastIndexOf(NEWLINE);
      rest = bytes.subarray(end + 1);
      if (rest.length > LINE_LIMIT) {
        throw new CollapsedError(this.#line + 1, `a line of at most ${LINE_LIMIT} bytes`, "a longer one");
      }
      for (const line of end < 0 ? [] : bytes.toString("utf8", 0, end).split("\n")) {
        const sample = this.#parse(line.endsWith("\r") ? line.slice(0, -1) : line);
        if (sample === undefined) continue;
        this.samplesRead++;
        yield sample;
      }
    }
    this.truncated = rest.length > 0;
  }

  #parse(line: string): Sample | undefined {
    this.#line++;
    if (line === "") return undefined;
    if (line.startsWith("# ")) {
      const colon = line.indexOf(": ");
      if (colon > 0) this.metadata.set(line.slice(2, colon), line.slice(colon + 2));
      return undefined;
    }
    const space = line.lastIndexOf(" ");
    const metric = METRIC.exec(line.slice(space + 1));
    if (space < 0 || metric === null) throw this.#error("a space and a number at the end of the line", line);
    const { pid, interpreterId, thread, frames, gc } = this.#stack(line.slice(0, space));
    const first = Number(metric[1]);
    const isMemory = this.metadata.get("mode") === "memory";
    return {
      pid,
      interpreterId,
      thread,
      frames,
      metrics: {
        timeMicroseconds: isMemory ? undefined : first,
        memoryBytes: metric[3] === undefined ? (isMemory ? first : undefined) : Number(metric[3]),
      },
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
    const [process = "", threadText = "", ...pieces] = text.split(";");
    const pid = /^P(\d{1,15})$/.exec(process)?.[1];
    if (pid === undefined) throw this.#error("P and a process id", text);
    const found = /^T(?:(-?\d{1,15}):)?(.+)$/su.exec(threadText);
    if (found === null) throw this.#error("T and a thread id", text);
    const [, interpreter, thread = ""] = found;
    const frames: Frame[] = [];
    let gc = false;
    let open = "";
    for (const piece of pieces) {
      // A semicolon in a file's name divides nothing.
      const name = open === "" ? piece : `${open};${piece}`;
      const parts = FRAME.exec(name);
      open = parts === null ? name : "";
      if (parts === null) continue;
      if (name === ":GC:") gc = true;
      else frames.push(this.#frame(name, parts));
    }
    if (open !== "") throw this.#error("frames of a file, a function and a line, with colons between", open);
    return {
      pid: Number(pid),
      interpreterId: interpreter === undefined ? undefined : Number(interpreter),
      thread: threadName(thread),
      frames,
      gc,
    };
  }

  #frame(text: string, [, filename = "", scope = "", line = ""]: RegExpExecArray): Frame {
    if (text === ":INVALID:") return INVALID;
    let frame = this.#frames.get(text);
    if (frame === undefined) {
      if (this.#frames.size >= MOST_REMEMBERED) this.#frames.clear();
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
