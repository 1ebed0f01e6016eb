// Collapsed stacks, for flamegraph.pl, speedscope and all that read its input: a line a stack,
//
//   P<pid>;T<interpreter>:<thread>;<file>:<function>:<line>;... <number>
//
// root first; the number is the time in microseconds, in a profile of mode memory the change in bytes. Equal stacks are one line,
// where the first of them stood; memory goes with the stacks that differ. ":INVALID:" is a frame that could not be read, ":GC:" on top
// says that the collector ran, "kernel:<function>:0" is the kernel's. A number may be negative (memory that was given back), which
// flamegraph.pl passes over. (Samples in their order, and all that mode full measures, are in Austin's text: austin.ts.)
//
// "# key: value" before the stacks is metadata. Viewers know no such lines, and take one that ends in a number for a stack: those
// are left out.
import type { Frame } from "../model/frame.js";
import type { Format, SampleStream, WriteOptions } from "./format.js";
import { type Lane, Stacks } from "./lanes.js";
import { locationPartsOf, Survey, tellsIdle } from "./survey.js";
import { encodeText } from "./text_buffer.js";

const LOOKS_LIKE_A_STACK = /\s\d+(\.\d*)?\s*$/;

/** All samples of a stack. */
interface Sum {
  readonly lane: Lane;
  readonly node: number;
  readonly gc: boolean;
  time: number;
  memory: number;
}

export const collapsed: Format = {
  name: "collapsed",
  extensions: [".collapsed", ".folded"],
  description: "one stack a line and its sum, for flamegraph.pl and what reads its input",
  isText: true,
  write,
};

async function* write(
  samples: SampleStream,
  { onLoss }: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const stacks = new Stacks();
  const survey = new Survey();
  const sums = new Sums();
  for await (const sample of samples) {
    survey.add(sample);
    const lane = stacks.laneOf(sample);
    const sum = sums.of(lane, stacks.nodeOf(lane, sample.frames), sample.gc);
    sum.time += sample.metrics.timeMicroseconds ?? 0;
    sum.memory += sample.metrics.memoryBytes ?? 0;
  }
  const isMemory = survey.hasMemory && !survey.hasTime;
  const written = new Text(stacks);
  yield* encodeText(written.lines(samples.metadata, sums.all, isMemory));
  if (onLoss === undefined) return;
  const { left, changed } = written;
  onLoss("Collapsed stacks have no order in time.");
  if (survey.hasMemory && !isMemory) {
    onLoss("Collapsed stacks have one number: it is the time, and changes of memory are left out.");
  }
  if (tellsIdle(survey, samples.metadata)) onLoss("Collapsed stacks have no word for threads that wait.");
  if (isMemory && sums.all.some(({ memory }) => memory < 0)) {
    onLoss(
      "flamegraph.pl and speedscope pass over stacks that gave back more memory than they took: their numbers are negative.",
    );
  }
  const { hasColumns, hasEnds } = locationPartsOf(stacks.table.frames);
  if (hasColumns || hasEnds) onLoss("Collapsed stacks have lines only: columns and ends of lines are left out.");
  if (left.length > 0)
    onLoss(`Viewers would take these metadata for stacks, so they are left out: ${left.join(", ")}.`);
  if (changed) onLoss("Semicolons and line breaks in names became commas and spaces: they would end frames.");
}

class Sums {
  readonly all: Sum[] = [];
  readonly #byLane: Map<number, Sum>[] = [];

  of(lane: Lane, node: number, gc: boolean): Sum {
    let sums = this.#byLane[lane.index];
    if (sums === undefined) {
      sums = new Map();
      this.#byLane[lane.index] = sums;
    }
    const key = gc ? -node - 1 : node;
    let sum = sums.get(key);
    if (sum === undefined) {
      sum = { lane, node, gc, time: 0, memory: 0 };
      sums.set(key, sum);
      this.all.push(sum);
    }
    return sum;
  }
}

class Text {
  /** Keys of metadata that were left out. */
  readonly left: string[] = [];
  /** Whether a name had something that divides. */
  changed = false;
  readonly #stacks: Stacks;
  readonly #frames: (string | undefined)[] = [];

  constructor(stacks: Stacks) {
    this.#stacks = stacks;
  }

  *lines(metadata: ReadonlyMap<string, string>, sums: readonly Sum[], isMemory: boolean): Generator<string> {
    for (const [key, value] of metadata) {
      const line = `# ${key}: ${value}`;
      if (LOOKS_LIKE_A_STACK.test(line) || /[\r\n]/.test(line)) this.left.push(key);
      else yield `${line}\n`;
    }
    for (const { lane, node, gc, time, memory } of sums) {
      const path = this.#stacks.tree.pathOf(node).map((number) => this.#frame(number));
      const parts = [`P${lane.pid}`, `T${this.#clean(lane.id)}`, ...path, ...(gc ? [":GC:"] : [])];
      yield `${parts.join(";")} ${isMemory ? memory : time}\n`;
    }
  }

  #frame(number: number): string {
    let text = this.#frames[number];
    if (text === undefined) {
      text = this.#clean(textOf(this.#stacks.table.frames[number] as Frame));
      this.#frames[number] = text;
    }
    return text;
  }

  #clean(text: string): string {
    const clean = text.replaceAll(";", ",").replaceAll(/[\r\n]/g, " ");
    if (clean !== text) this.changed = true;
    return clean;
  }
}

function textOf(frame: Frame): string {
  if (frame.kind === "invalid") return ":INVALID:";
  if (frame.kind === "kernel") return `kernel:${frame.scope}:0`;
  return `${frame.filename}:${frame.scope}:${frame.location.line}`;
}
