// Samples of anybody's, as a profile. In: samples that say as little as their maker knows, and what is known of the whole. Out: the stream
// that formats, filters and analysis take, whose samples say all of it.
import { MisuseError } from "./error.js";
import type { CodeFrame, CodeKind, Frame, InvalidFrame, KernelFrame } from "./frame.js";
import type { Location } from "./location.js";
import type { Metrics } from "./metrics.js";
import type { Sample } from "./sample.js";
import type { SampleStream } from "./sample_stream.js";

/** A place in a source file; see `Location`. */
export interface LocationInput {
  /** From 1 on; 0 where it isn't known. */
  readonly line: number;
  readonly lineEnd?: number | undefined;
  readonly column?: number | undefined;
  readonly columnEnd?: number | undefined;
}

/** A function that was running; see `CodeFrame`. */
export interface CodeFrameInput {
  readonly kind: "code";
  readonly code?: CodeKind | undefined;
  readonly scope: string;
  readonly filename: string;
  readonly location?: LocationInput | undefined;
}

export type FrameInput = CodeFrameInput | KernelFrame | InvalidFrame;

/** What of a sample must be said, and what may be; see `Sample`. */
export interface SampleInput {
  readonly pid: number;
  /** The native thread id in lower-case hexadecimal, or a name. */
  readonly thread: string;
  /** What the program calls the thread, where that is known besides. */
  readonly threadName?: string | undefined;
  /** Root first. Stacks and frames that come again are told fastest where they are the same objects; frames are not to be changed. */
  readonly frames: readonly FrameInput[];
  /** 0 is the main one; absent: not known. */
  readonly interpreterId?: number | undefined;
  /** Absent: nothing was measured. */
  readonly metrics?: Partial<Metrics> | undefined;
  /** Absent: not known to be off the processor. */
  readonly idle?: boolean | undefined;
  /** Absent: not known to collect garbage. */
  readonly gc?: boolean | undefined;
}

/**
 * Facts of the whole profile, such as `mode` ("wall", "cpu", "memory", "full"), `interval` and `duration` in microseconds, `python`.
 * A map may gain keys while the samples come.
 */
export type MetadataInput = ReadonlyMap<string, string> | Readonly<Record<string, string | number>>;

/**
 * Make a profile of samples: what `write` of every format, `filterSamples`, `StackTree.of` and `hottestFunctions` take. It is gone through
 * once, as far as `samples` is. What is no number, or a time below 0, is a MisuseError; numbers that a format has no room for are that format's to refuse.
 *
 * @param metadata without a mode, it is taken for a profile of wall time
 */
export function sampleStream(
  samples: Iterable<SampleInput> | AsyncIterable<SampleInput>,
  metadata: MetadataInput = {},
): SampleStream {
  const whole = new WholeFrames();
  return {
    metadata:
      metadata instanceof Map ? metadata : new Map(Object.entries(metadata).map(([key, value]) => [key, `${value}`])),
    truncated: false,
    async *[Symbol.asyncIterator]() {
      for await (const sample of samples) yield wholeSample(sample, whole);
    },
  };
}

function wholeSample(
  { pid, thread, threadName, frames, interpreterId, metrics, idle = false, gc = false }: SampleInput,
  whole: WholeFrames,
): Sample {
  const { timeMicroseconds, memoryBytes } = metrics ?? {};
  if (!Number.isSafeInteger(pid)) throw new MisuseError(`a sample's pid is ${String(pid)}`);
  if (timeMicroseconds !== undefined && !(Number.isFinite(timeMicroseconds) && timeMicroseconds >= 0))
    throw new MisuseError(`a sample's time is ${String(timeMicroseconds)}`);
  if (memoryBytes !== undefined && !Number.isFinite(memoryBytes))
    throw new MisuseError(`a sample's memory is ${String(memoryBytes)}`);
  return {
    pid,
    interpreterId,
    thread,
    ...(threadName !== undefined && { threadName }),
    frames: whole.stack(frames),
    metrics: { timeMicroseconds, memoryBytes },
    idle,
    gc,
  };
}

interface KnownStack {
  /** As it came. */
  readonly input: readonly FrameInput[];
  readonly stack: readonly Frame[];
}

/** Frames with all their fields: the same object for the same one. */
class WholeFrames {
  readonly #stacks = new WeakMap<readonly FrameInput[], KnownStack>();
  readonly #frames = new WeakMap<CodeFrameInput, CodeFrame>();

  stack(frames: readonly FrameInput[]): readonly Frame[] {
    const known = this.#stacks.get(frames);
    // The same array may be another stack by now: whoever follows calls and returns has one that grows and shrinks.
    if (known?.input.length === frames.length && known.input.every((frame, at) => frame === frames[at]))
      return known.stack;
    const stack = frames.map((frame) => (frame.kind === "code" ? this.#code(frame) : frame));
    this.#stacks.set(frames, { input: [...frames], stack });
    return stack;
  }

  #code(frame: CodeFrameInput): CodeFrame {
    let code = this.#frames.get(frame);
    if (code === undefined) {
      const { kind, code: language, scope, filename, location } = frame;
      const known = language === undefined ? { kind } : { kind, code: language };
      code = { ...known, scope, filename, location: wholeLocation(location) };
      this.#frames.set(frame, code);
    }
    return code;
  }
}

function wholeLocation({ line, lineEnd = 0, column = 0, columnEnd = 0 }: LocationInput = { line: 0 }): Location {
  return { line, lineEnd, column, columnEnd };
}
