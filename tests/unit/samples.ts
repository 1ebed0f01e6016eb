// Samples made by hand, for tests of what looks at them. In: stacks as texts. Out: samples, whose frames are shared as a reader's are.
import type { Frame } from "../../src/model/frame.js";
import type { Sample } from "../../src/model/sample.js";
import type { SampleStream } from "../../src/model/sample_stream.js";

const frames = new Map<string, Frame>();

/** `function@file`, `function@file:line`, `function@kernel`, or `!` for an invalid one; the same object for the same text. */
export function frameOf(text: string): Frame {
  const known = frames.get(text);
  if (known !== undefined) return known;
  const [, scope = "", filename = "", line = "1"] = /^([^@]*)(?:@(.*?))?(?::(\d+))?$/.exec(text) as unknown as string[];
  const location = { line: Number(line), lineEnd: 0, column: 0, columnEnd: 0 };
  const made: Frame =
    scope === "!"
      ? { kind: "invalid" }
      : filename === "kernel"
        ? { kind: "kernel", scope }
        : { kind: "code", scope, filename, location };
  frames.set(text, made);
  return made;
}

export interface SampleFacts {
  readonly pid?: number;
  readonly interpreter?: number;
  readonly thread?: string;
  readonly threadName?: string;
  readonly time?: number | undefined;
  readonly bytes?: number;
  readonly idle?: boolean;
  readonly gc?: boolean;
}

/** @param stack frames from the root, with `|` between them; of 10 us in the main thread of process 100 if nothing else is said */
export function sampleOf(stack: string, facts: SampleFacts = {}): Sample {
  const { pid = 100, interpreter = 0, thread = "64", bytes, idle = false, gc = false } = facts;
  const metrics = { timeMicroseconds: "time" in facts ? facts.time : 10, memoryBytes: bytes };
  const list = stack === "" ? [] : stack.split("|").map(frameOf);
  const named = facts.threadName === undefined ? {} : { threadName: facts.threadName };
  return { pid, interpreterId: interpreter, thread, ...named, frames: list, metrics, idle, gc };
}

/** A profile of these samples. */
export function profileOf(samples: readonly Sample[], metadata: Readonly<Record<string, string>> = {}): SampleStream {
  async function* stream() {
    yield* samples;
  }
  return Object.assign(stream(), { metadata: new Map(Object.entries(metadata)), truncated: false });
}
