// Chrome's trace event format (JSON), which ui.perfetto.dev and chrome://tracing open. Streamed: events leave as samples come, and
// memory goes with the threads and the frames that differ. A thread is a thread there:
// - a frame is a slice ("B", "E") for as long as it stays where it is on the stack; file, line and column are arguments. An empty
//   stack is one slice, "(no frames)". Where the thread was not seen, there is none.
// - that it waits, or that the collector runs, is an asynchronous slice of the category "state".
// - what it did to the process's memory is a counter, from 0 on.
// Times are microseconds from the profile's start. A profile of mode memory has none: there are counters alone, a step one interval
// behind the one before.
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import type { Format, SampleStream, WriteOptions } from "./format.js";
import { FrameTable, NO_FRAMES, nameOf } from "./frame_table.js";
import { LaneClock } from "./lane_clock.js";
import { type Lane, Lanes } from "./lanes.js";
import { locationPartsOf, Survey } from "./survey.js";
import { TextBuffer } from "./text_buffer.js";

/** Beyond any system's thread ids: for threads that have a name in place of one, or share one. */
const FIRST_OWN_ID = 2 ** 30;

export const chromeTrace: Format = {
  name: "chrome",
  extensions: [".trace.json", ".chrome.json"],
  description: "Chrome's trace events, for ui.perfetto.dev and chrome://tracing",
  isText: true,
  isStream: true,
  write,
};

async function* write(
  samples: SampleStream,
  { name, onLoss, isPrompt }: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const out = new TextBuffer();
  const survey = new Survey();
  const trace = new Trace(out, samples.metadata);
  out.add('{"traceEvents":[\n');
  for await (const sample of samples) {
    survey.add(sample);
    trace.add(sample);
    if (out.isFull || isPrompt?.()) yield out.take();
  }
  trace.end();
  const facts = { ...(name === undefined ? {} : { name }), ...Object.fromEntries(samples.metadata) };
  out.add(`\n],"displayTimeUnit":"ms","otherData":${JSON.stringify(facts)}}\n`);
  yield out.take();
  if (onLoss === undefined) return;
  if (locationPartsOf(trace.frames).hasEnds) onLoss("Chrome traces: ends of lines and columns are left out.");
  if (!survey.hasTime) {
    onLoss(
      "The profile has no times: its stacks have no place in a Chrome trace, changes of memory stand one interval apart.",
    );
  }
}

/** What a thread's line of the trace has open. */
interface Open {
  /** The name that it was given. */
  title: string;
  readonly lane: Lane;
  /** Members that each of its events has. */
  readonly ids: string;
  frames: readonly Frame[];
  /** Numbers of the frames. */
  readonly slices: number[];
  idle: boolean;
  gc: boolean;
  /** Sum in bytes. */
  memory: number;
}

class Trace {
  readonly #out: TextBuffer;
  readonly #lanes = new Lanes();
  readonly #clock: LaneClock;
  readonly #table = new FrameTable();
  /** What of a slice goes with its frame, by the frame's number. */
  readonly #slices: string[] = [];
  readonly #open: Open[] = [];
  readonly #taken = new Set<string>();
  #separator = "";

  constructor(out: TextBuffer, metadata: ReadonlyMap<string, string>) {
    this.#out = out;
    this.#clock = new LaneClock(metadata);
  }

  get frames(): readonly Frame[] {
    return this.#table.frames;
  }

  add(sample: Sample): void {
    const lane = this.#lanes.of(sample);
    const { timeMicroseconds, memoryBytes } = sample.metrics;
    const open = this.#open[lane.index] ?? this.#begin(lane);
    const before = this.#clock.endOf(lane);
    const gap = this.#clock.gapBefore(lane, sample);
    if (timeMicroseconds !== undefined) {
      if (gap > 0) this.#close(open, 0, before);
      const now = before + gap;
      this.#turn(open, sample.frames, now);
      this.#state(open, "idle", sample.idle, now);
      this.#state(open, "gc", sample.gc, now);
    }
    if (memoryBytes === undefined || memoryBytes === 0) return;
    open.memory += memoryBytes;
    this.#count(open, this.#clock.endOf(lane));
  }

  end(): void {
    // Viewers take the last one.
    for (const open of this.#open) if (open.title !== open.lane.title) this.#name(open);
    for (const open of this.#open) this.#close(open, 0, this.#clock.endOf(open.lane));
  }

  #begin(lane: Lane): Open {
    const { pid, threadId, index } = lane;
    const wanted = threadId ?? FIRST_OWN_ID + index;
    const tid = this.#taken.has(`${pid} ${wanted}`) ? FIRST_OWN_ID + index : wanted;
    this.#taken.add(`${pid} ${tid}`);
    const ids = `"pid":${pid},"tid":${tid}`;
    const open = { lane, ids, frames: [], slices: [], title: "", idle: false, gc: false, memory: 0 };
    this.#open.push(open);
    this.#event(`"ph":"M",${ids},"name":"process_name","args":{"name":"Process ${pid}"}`);
    this.#name(open);
    return open;
  }

  #name(open: Open): void {
    open.title = open.lane.title;
    this.#event(`"ph":"M",${open.ids},"name":"thread_name","args":{"name":${JSON.stringify(open.title)}}`);
  }

  /** End what is not on the new stack, begin what was not on the old one. */
  #turn(open: Open, frames: readonly Frame[], now: number): void {
    if (frames === open.frames && open.slices.length > 0) return;
    open.frames = frames;
    const all = frames.length === 0 ? [NO_FRAMES] : frames;
    const numbers = all.map((frame) => this.#table.numberOf(frame));
    const { slices, ids } = open;
    let same = 0;
    while (same < slices.length && slices[same] === numbers[same]) same++;
    this.#closeSlices(open, same, now);
    for (const number of numbers.slice(same)) {
      this.#event(`"ph":"B",${ids},"ts":${now},${this.#sliceOf(number)}`);
      slices.push(number);
    }
  }

  #close(open: Open, left: number, now: number): void {
    this.#closeSlices(open, left, now);
    this.#state(open, "idle", false, now);
    this.#state(open, "gc", false, now);
  }

  #closeSlices({ slices, ids }: Open, left: number, now: number): void {
    for (let i = slices.length - 1; i >= left; i--) {
      // speedscope ends only what has the name that it is told.
      const name = JSON.stringify(nameOf(this.#table.frames[slices[i] as number] as Frame));
      this.#event(`"ph":"E",${ids},"ts":${now},"name":${name}`);
    }
    slices.length = Math.min(slices.length, left);
  }

  #state(open: Open, state: "idle" | "gc", is: boolean, now: number): void {
    if (open[state] === is) return;
    open[state] = is;
    const name = state === "gc" ? "garbage collection" : "idle";
    const id = `"id2":{"local":"${state} ${open.lane.index}"}`;
    this.#event(`"ph":"${is ? "b" : "e"}",${open.ids},"ts":${now},"cat":"state","name":"${name}",${id}`);
  }

  #count({ ids, lane, memory }: Open, now: number): void {
    const name = JSON.stringify(`memory, thread ${lane.id}`);
    this.#event(`"ph":"C",${ids},"ts":${now},"name":${name},"args":{"bytes":${memory}}`);
  }

  #sliceOf(number: number): string {
    let text = this.#slices[number];
    if (text === undefined) {
      text = sliceOf(this.#table.frames[number] as Frame);
      this.#slices[number] = text;
    }
    return text;
  }

  #event(members: string): void {
    this.#out.add(`${this.#separator}{${members}}`);
    this.#separator = ",\n";
  }
}

function sliceOf(frame: Frame): string {
  const category = frame === NO_FRAMES ? "none" : frame.kind === "code" ? (frame.code ?? "python") : frame.kind;
  const slice = `"cat":"${category}","name":${JSON.stringify(nameOf(frame))}`;
  if (frame.kind !== "code") return slice;
  const { line, column } = frame.location;
  const location = { file: frame.filename, ...(line > 0 ? { line } : {}), ...(column > 0 ? { column } : {}) };
  return `${slice},"args":${JSON.stringify(location)}`;
}
