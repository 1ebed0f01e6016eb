// `.cpuprofile`, the CPU profile of V8 (Profiler.Profile of the DevTools protocol), which VS Code and the DevTools of browsers open.
// In: samples. Out: its JSON. It knows one thread and time, so
// - threads come one behind another, each under a node of its own; a row is a sample that lasts until the next.
// - a node is a function on one line: VS Code and the DevTools show times at the line of the node, and at the lines of positionTicks.
//   A tick is a microsecond, so is a hit: what viewers multiply or divide by their number is exact. Columns have no place: those
//   of V8 say where a function begins.
// - "(idle)" and "(garbage collector)" are V8's words, here as nodes on top of the stack; a thread that waits while the collector runs
//   is idle. "(program)" is an empty stack.
// - memory has no place: a profile without times is refused. Memory: see timeline.ts.
import type { Frame } from "../model/frame.js";
import { type Format, type SampleStream, UnsuitableFormat, type WriteOptions } from "./format.js";
import { Numbers, nameOf } from "./frame_table.js";
import type { Lane } from "./lanes.js";
import type { Row } from "./rows.js";
import { ROOT, StackTable } from "./stack_table.js";
import { locationPartsOf } from "./survey.js";
import { encodeText, jsonArray, jsonObject } from "./text_buffer.js";
import { Timeline } from "./timeline.js";

export const cpuprofile: Format = {
  name: "cpuprofile",
  extensions: [".cpuprofile"],
  description: "V8's CPU profile, for VS Code and browsers' DevTools",
  isText: true,
  write,
};

async function* write(
  samples: SampleStream,
  { onLoss }: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const timeline = await Timeline.of(samples);
  const { survey, tracks, stacks } = timeline;
  if (!survey.hasTime) {
    throw new UnsuitableFormat(
      "A .cpuprofile has times alone, and the profile has none: take speedscope, pprof or firefox.",
    );
  }
  yield* encodeText(new CpuProfile(timeline).json());
  if (onLoss === undefined) return;
  if (tracks.length > 1) onLoss("A .cpuprofile has one thread: the profile's threads follow each other in its time.");
  if (survey.hasMemory) onLoss("A .cpuprofile has no place for memory.");
  if (locationPartsOf(stacks.table.frames).hasColumns) onLoss("A .cpuprofile has no columns and no ends of lines.");
  if (samples.metadata.size > 0) onLoss("A .cpuprofile has no place for metadata.");
}

/** Of a node: a function on a line, or a word. */
interface CallFrame {
  readonly functionName: string;
  readonly scriptId: string;
  readonly url: string;
  /** From 0, as V8 counts; -1 for none. */
  readonly lineNumber: number;
  readonly columnNumber: number;
}

class CpuProfile {
  readonly #timeline: Timeline;
  readonly #tree = new StackTable();
  readonly #callFrames = new Numbers<CallFrame>();
  readonly #scripts = new Numbers<string>();
  /** By the numbers of the timeline's frames. */
  readonly #numbers: number[];
  /** Microseconds of each node's own. */
  readonly #own: number[] = [];
  #total = 0;

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
    this.#numbers = timeline.stacks.table.frames.map((frame) => this.#callFrameOf(frame));
    for (const { node, row } of this.#samples()) {
      this.#own[node] = (this.#own[node] ?? 0) + row.time;
      this.#total += row.time;
    }
  }

  json(): Generator<string> {
    const samples = { [Symbol.iterator]: () => this.#samples() };
    let before = 0;
    return jsonObject({
      nodes: this.#nodes(),
      startTime: ["0"],
      endTime: [String(this.#total)],
      samples: jsonArray(samples, ({ node }) => node + 1),
      // The time of the sample before.
      timeDeltas: jsonArray(samples, ({ row }) => {
        const delta = before;
        before = row.time;
        return delta;
      }),
    });
  }

  /** What lasts, thread by thread. */
  *#samples(): Generator<{ readonly node: number; readonly row: Row }> {
    for (const { lane, rows } of this.#timeline.tracks) {
      const nodes = new Map<number, number>([[ROOT, this.#tree.child(ROOT, this.#laneFrame(lane))]]);
      for (const row of rows) if (row.time > 0) yield { node: this.#nodeOf(row, nodes), row };
    }
  }

  #nodeOf({ node, idle, gc }: Row, nodes: Map<number, number>): number {
    const stack = this.#stackOf(node, nodes);
    if (idle) return this.#tree.child(stack, this.#word("(idle)"));
    if (gc) return this.#tree.child(stack, this.#word("(garbage collector)"));
    return node === ROOT ? this.#tree.child(stack, this.#word("(program)")) : stack;
  }

  /** The node of a stack of the timeline's, in a thread. */
  #stackOf(node: number, nodes: Map<number, number>): number {
    let found = nodes.get(node);
    if (found === undefined) {
      const { tree } = this.#timeline.stacks;
      const frame = this.#numbers[tree.frameOf(node)] as number;
      found = this.#tree.child(this.#stackOf(tree.parentOf(node), nodes), frame);
      nodes.set(node, found);
    }
    return found;
  }

  #nodes(): Generator<string> {
    const tree = this.#tree;
    const children: number[][] = [];
    for (let node = 1; node < tree.length; node++) {
      const parent = tree.parentOf(node);
      const siblings = children[parent];
      if (siblings === undefined) children[parent] = [node + 1];
      else siblings.push(node + 1);
    }
    const root = { functionName: "(root)", scriptId: "0", url: "", lineNumber: -1, columnNumber: -1 };
    const all = Array.from({ length: tree.length }, (_, node) => node);
    return jsonArray(all, (node) => {
      const callFrame = node === ROOT ? root : (this.#callFrames.values[tree.frameOf(node)] as CallFrame);
      const hitCount = this.#own[node] ?? 0;
      const line = callFrame.lineNumber + 1;
      return JSON.stringify({
        id: node + 1,
        callFrame,
        hitCount,
        ...(children[node] === undefined ? {} : { children: children[node] }),
        ...(line > 0 && hitCount > 0 ? { positionTicks: [{ line, ticks: hitCount }] } : {}),
      });
    });
  }

  #callFrameOf(frame: Frame): number {
    if (frame.kind !== "code") return this.#word(nameOf(frame));
    const { scope, filename, location } = frame;
    return this.#callFrames.numberOf(`${filename}\0${scope}\0${location.line}`, () => ({
      functionName: scope,
      scriptId: String(1 + this.#scripts.numberOf(filename, () => filename)),
      url: urlOf(filename),
      lineNumber: location.line - 1,
      columnNumber: location.line > 0 ? 0 : -1,
    }));
  }

  #laneFrame({ pid, label }: Lane): number {
    return this.#word(`Process ${pid}, thread ${label}`);
  }

  #word(functionName: string): number {
    const callFrame = { functionName, scriptId: "0", url: "", lineNumber: -1, columnNumber: -1 };
    return this.#callFrames.numberOf(functionName, () => callFrame);
  }
}

function urlOf(filename: string): string {
  return filename.startsWith("/") ? `file://${encodeURI(filename).replace(/[?#]/g, encodeURIComponent)}` : filename;
}
