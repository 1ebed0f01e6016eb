// pprof: gzipped protobuf, for `go tool pprof` and all that read it. Samples of equal thread, stack and state are one, with these
// values: samples; wall and cpu in microseconds (mode cpu: cpu alone; mode full: cpu is the time in which the thread was not idle);
// gc, the time in which the collector ran; allocated and released in bytes, both positive, memory being their difference. A value
// type that the profile has nothing of is not there. Process, thread and interpreter are labels. Memory goes with the stacks that
// differ. An empty stack is one frame, "(no frames)": some readers leave out samples without one. What is written leaves in pieces,
// which protobuf joins: a message that follows another adds to it.
import {
  emptyTableToken,
  type LocationInput,
  Profile,
  type ProfileInput,
  type SampleInput,
  StringTable,
} from "pprof-format";
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import { durationOf, intervalOf } from "./figures.js";
import type { Format, SampleStream, WriteOptions } from "./format.js";
import { NO_FRAMES, Numbers, nameOf } from "./frame_table.js";
import { type Lane, Stacks } from "./lanes.js";
import { locationPartsOf, Survey, tellsIdle } from "./survey.js";

/** Samples, locations or functions that are encoded at once. */
const PIECE = 4096;
const MAPPING = 1;
const GC = 1;
const IDLE = 2;
const STATES = 4;

export const pprof: Format = {
  name: "pprof",
  extensions: [".pprof", ".pb.gz"],
  description: "pprof, for go tool pprof and what reads its files",
  isText: false,
  write,
};

async function* write(
  samples: SampleStream,
  { name, onLoss }: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const stacks = new Stacks();
  const survey = new Survey();
  const sums: Map<number, Sum>[] = [];
  for await (const sample of samples) {
    survey.add(sample);
    const lane = stacks.laneOf(sample);
    if (lane.index === sums.length) sums.push(new Map());
    add(sums[lane.index] as Map<number, Sum>, stacks.nodeOf(lane, sample.frames), sample);
  }
  const types = valueTypes(survey, samples.metadata);
  yield* gzipped(new Message(stacks, types, samples, name).pieces(sums));
  if (onLoss === undefined) return;
  onLoss("pprof has no order in time.");
  if (locationPartsOf(stacks.table.frames).hasEnds) onLoss("pprof has no ends of lines and columns.");
}

/** All samples of a thread, a stack and a state. */
interface Sum {
  samples: number;
  time: number;
  allocated: number;
  released: number;
}

function add(sums: Map<number, Sum>, node: number, { metrics, idle, gc }: Sample): void {
  const key = node * STATES + (gc ? GC : 0) + (idle ? IDLE : 0);
  let sum = sums.get(key);
  if (sum === undefined) {
    sum = { samples: 0, time: 0, allocated: 0, released: 0 };
    sums.set(key, sum);
  }
  const { timeMicroseconds = 0, memoryBytes = 0 } = metrics;
  sum.samples++;
  sum.time += timeMicroseconds;
  if (memoryBytes > 0) sum.allocated += memoryBytes;
  else sum.released -= memoryBytes;
}

interface ValueType {
  readonly type: string;
  readonly unit: string;
  of(sum: Sum, state: number): number;
}

/** The last one is what viewers show first. */
function valueTypes(survey: Survey, metadata: ReadonlyMap<string, string>): readonly ValueType[] {
  const types: ValueType[] = [{ type: "samples", unit: "count", of: ({ samples }) => samples }];
  const microseconds = (type: string, of: ValueType["of"]) => types.push({ type, unit: "microseconds", of });
  if (survey.hasMemory) {
    types.push({ type: "released", unit: "bytes", of: ({ released }) => released });
    types.push({ type: "allocated", unit: "bytes", of: ({ allocated }) => allocated });
  }
  if (!survey.hasTime) return types;
  if (survey.hasGc || metadata.has("gc")) microseconds("gc", ({ time }, state) => ((state & GC) !== 0 ? time : 0));
  const isCpu = metadata.get("mode") === "cpu";
  if (isCpu) microseconds("cpu", ({ time }) => time);
  else if (tellsIdle(survey, metadata)) microseconds("cpu", ({ time }, state) => ((state & IDLE) === 0 ? time : 0));
  if (!isCpu) microseconds("wall", ({ time }) => time);
  return types;
}

class Message {
  readonly #strings = new StringTable();
  readonly #functions = new Numbers<{ readonly name: number; readonly filename: number }>();
  readonly #stacks: Stacks;
  readonly #types: readonly ValueType[];
  readonly #samples: SampleStream;
  readonly #name: string | undefined;

  constructor(stacks: Stacks, types: readonly ValueType[], samples: SampleStream, name: string | undefined) {
    this.#stacks = stacks;
    this.#types = types;
    this.#samples = samples;
    this.#name = name;
  }

  *pieces(sums: readonly Map<number, Sum>[]): Generator<Uint8Array> {
    const text = (value: string) => this.#strings.dedup(value);
    yield encode({ sampleType: this.#types.map(({ type, unit }) => ({ type: text(type), unit: text(unit) })) });
    for (const lane of this.#stacks.lanes) yield* this.#lane(lane, sums[lane.index] as Map<number, Sum>);
    yield* inPieces([...this.#stacks.table.frames, NO_FRAMES], this.#location, (location) => ({ location }));
    yield* inPieces(
      this.#functions.values,
      (one, at) => ({ id: at + 1, ...one }),
      (all) => ({ function: all }),
    );
    const { metadata } = this.#samples;
    const facts = [...metadata].map(([key, value]) => `${key}: ${value}`);
    if (this.#samples.truncated) facts.push("truncated: the profile broke off");
    // A comment is a line of every report: one for all facts.
    const comments = [this.#name ?? "", facts.join(", ")].filter((comment) => comment !== "");
    const python = metadata.get("python");
    const interval = intervalOf(metadata);
    const duration = durationOf(metadata);
    const shown = this.#types.at(-1) as ValueType;
    yield encode({
      // Without one, tools look for a binary and its symbols.
      mapping: [
        {
          id: MAPPING,
          filename: text(python === undefined ? "Python" : `Python ${python}`),
          hasFunctions: true,
          hasFilenames: true,
          hasLineNumbers: true,
          hasInlineFrames: true,
        },
      ],
      comment: comments.map(text),
      defaultSampleType: text(shown.type),
      ...(interval !== undefined
        ? { periodType: { type: text("wall"), unit: text("microseconds") }, period: interval }
        : {}),
      ...(duration !== undefined ? { durationNanos: duration * 1000 } : {}),
    });
    yield this.#strings.encode();
  }

  #lane(lane: Lane, sums: Map<number, Sum>): Generator<Uint8Array> {
    const text = (value: string) => this.#strings.dedup(value);
    const label = [
      { key: text("process"), str: text(String(lane.pid)) },
      { key: text("thread"), str: text(lane.id) },
    ];
    if (lane.threadName !== undefined) label.push({ key: text("thread_name"), str: text(lane.threadName) });
    if (lane.interpreterId !== undefined)
      label.push({ key: text("interpreter"), str: text(String(lane.interpreterId)) });
    const is = (word: string) => ({ key: text("state"), str: text(word) });
    const labels = [label, [...label, is("gc")], [...label, is("idle")], [...label, is("gc"), is("idle")]];
    const { tree, table } = this.#stacks;
    const pathOf = (node: number) => (node === 0 ? [table.frames.length] : tree.pathOf(node));
    const sampleOf = ([key, sum]: readonly [number, Sum]): SampleInput => {
      const state = key % STATES;
      return {
        // Leaf first; a location is the frame with its number, counted from 1.
        locationId: pathOf((key - state) / STATES)
          .reverse()
          .map((frame) => frame + 1),
        value: this.#types.map(({ of }) => of(sum, state)),
        label: labels[state] as typeof label,
      };
    };
    return inPieces([...sums], sampleOf, (sample) => ({ sample }));
  }

  readonly #location = (frame: Frame, at: number): LocationInput => {
    const name = nameOf(frame);
    const filename = frame.kind === "code" ? frame.filename : "";
    const number = this.#functions.numberOf(`${filename}\0${name}`, () => ({
      name: this.#strings.dedup(name),
      filename: this.#strings.dedup(filename),
    }));
    const { line, column } = frame.kind === "code" ? frame.location : { line: 0, column: 0 };
    return { id: at + 1, mappingId: MAPPING, line: [{ functionId: number + 1, line, column }] };
  };
}

/** Some after some, as fields of the message. */
function* inPieces<T, U>(
  all: readonly T[],
  convert: (one: T, at: number) => U,
  fieldOf: (piece: U[]) => ProfileInput,
): Generator<Uint8Array> {
  for (let at = 0; at < all.length; at += PIECE) {
    yield encode(fieldOf(all.slice(at, at + PIECE).map((one, i) => convert(one, at + i))));
  }
}

function encode(piece: ProfileInput): Uint8Array {
  return new Profile({ stringTable: new StringTable(emptyTableToken), ...piece }).encode();
}

/** The web's own compression, so that a page can do it, too. */
async function* gzipped(pieces: Iterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const rest = pieces[Symbol.iterator]();
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const { value, done } = rest.next();
      if (done) controller.close();
      else controller.enqueue(value as Uint8Array<ArrayBuffer>);
    },
  });
  const reader = source.pipeThrough(new CompressionStream("gzip")).getReader();
  for (let one = await reader.read(); !one.done; one = await reader.read()) yield one.value;
}
