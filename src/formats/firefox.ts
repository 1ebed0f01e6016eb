// Firefox Profiler's processed profile, version 70 (docs-developer/CHANGELOG-formats.md of firefox-devtools/profiler); later viewers
// read it, too. In: samples. Out: its JSON. A thread of the profile is a thread there, with
// - samples: a row for each time in which stack and state stayed, its weight that time ("tracing-ms"); a row without weight and stack
//   where the thread was not seen, and at its end. In mode memory there is no time: a row's weight is its number of samples.
// - threadCPUDelta, where it is known which threads waited (modes cpu and full): of the row before, as the viewer has it.
// - categories: of the frame on top, "Idle" or "Garbage collection" where the thread waited or the collector ran; "Python",
//   "Kernel" and "Invalid" otherwise.
// - markers: one for each stretch in which the collector ran.
// - nativeAllocations: changes of memory, those given back negative; beside them a counter "Memory" for each process.
// The time of day is not known: profiles begin in 1970. Memory: see timeline.ts.

import { intervalOf } from "./figures.js";
import { CATEGORIES, FirefoxTables, GC_CATEGORY } from "./firefox_tables.js";
import type { Format, SampleStream, WriteOptions } from "./format.js";
import type { Lane } from "./lanes.js";
import type { Row, Rows } from "./rows.js";
import { ROOT } from "./stack_table.js";
import { locationPartsOf, tellsIdle } from "./survey.js";
import { encodeText, jsonArray, jsonList, jsonObject } from "./text_buffer.js";
import { Timeline, type Track } from "./timeline.js";

const GECKO_VERSION = 36;
const PROCESSED_VERSION = 70;
const MARKER = "Garbage collection";
/** A marker with a start and an end. */
const INTERVAL = 1;
const COUNTER_DISPLAY = {
  graphType: "line-accumulated",
  unit: "bytes",
  color: "orange",
  markerSchemaLocation: "timeline-memory",
  sortWeight: 10,
  label: "Memory",
  tooltipRows: [
    { type: "value", source: "accumulated", format: { unit: "bytes" }, label: "relative memory at this time" },
    { type: "value", source: "count-range", format: { unit: "bytes" }, label: "memory range in graph" },
  ],
};

export const firefox: Format = {
  name: "firefox",
  extensions: [".firefox.json"],
  description: "Firefox Profiler's JSON, for profiler.firefox.com",
  isText: true,
  write,
};

async function* write(
  samples: SampleStream,
  { name, onLoss }: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const timeline = await Timeline.of(samples);
  yield* encodeText(new Profile(timeline, samples.metadata, name).json());
  if (onLoss === undefined) return;
  if (locationPartsOf(timeline.stacks.table.frames).hasEnds)
    onLoss("Firefox Profiler has no ends of lines and columns.");
  if (!timeline.survey.hasTime) {
    onLoss("The profile has no times: in Firefox Profiler its samples stand one interval apart.");
  }
}

/** What the sample table has a row for. */
interface Moment {
  readonly node: number;
  readonly idle: boolean;
  readonly gc: boolean;
  /** From the moment before, or from the profile's start. */
  readonly delta: number;
  readonly time: number;
  readonly samples: number;
  /** Time in which the thread ran, from the moment before. */
  readonly cpu: number;
}

class Profile {
  readonly #timeline: Timeline;
  readonly #metadata: ReadonlyMap<string, string>;
  readonly #name: string | undefined;
  readonly #tables: FirefoxTables;

  constructor(timeline: Timeline, metadata: ReadonlyMap<string, string>, name: string | undefined) {
    this.#timeline = timeline;
    this.#metadata = metadata;
    this.#name = name;
    this.#tables = new FirefoxTables(timeline.stacks);
  }

  json(): Generator<string> {
    const { tracks, memory } = this.#timeline;
    return jsonObject({
      meta: [JSON.stringify(this.#meta())],
      libs: ["[]"],
      pages: ["[]"],
      threads: jsonList(tracks, (track) => this.#thread(track)),
      counters: jsonList(memory, ([pid, rows]) => this.#counter(pid, rows)),
      shared: this.#tables.json(),
    });
  }

  #meta(): object {
    return {
      interval: milliseconds(intervalOf(this.#metadata) ?? 1000),
      startTime: 0,
      processType: 0,
      product: this.#name ?? "Austin",
      stackwalk: 0,
      version: GECKO_VERSION,
      preprocessedProfileVersion: PROCESSED_VERSION,
      symbolicated: true,
      symbolicationNotSupported: true,
      importedFrom: "Austin",
      usesOnlyOneStackType: true,
      sourceCodeIsNotOnSearchfox: true,
      keepProfileThreadOrder: true,
      categories: CATEGORIES,
      sampleUnits: { time: "ms", eventDelay: "ms", threadCPUDelta: "µs" },
      markerSchema: [
        {
          name: MARKER,
          tooltipLabel: MARKER,
          tableLabel: MARKER,
          chartLabel: MARKER,
          display: ["marker-chart", "marker-table", "timeline-overview"],
          fields: [],
        },
      ],
      extra: [
        {
          label: "Austin",
          entries: [...this.#metadata].map(([label, value]) => ({ label, format: "string", value })),
        },
      ],
    };
  }

  #thread({ lane, rows }: Track): Generator<string> {
    const text = (value: unknown) => [JSON.stringify(value)];
    return jsonObject({
      processType: text("default"),
      processStartupTime: text(0),
      processShutdownTime: text(null),
      registerTime: text(0),
      unregisterTime: text(null),
      pausedRanges: text([]),
      showMarkersInTimeline: text(true),
      name: text(lane.title),
      processName: text(`Process ${lane.pid}`),
      isMainThread: text(isMainThread(lane)),
      pid: text(String(lane.pid)),
      tid: text(this.#tidOf(lane)),
      samples: this.#samples(rows),
      markers: this.#markers(rows),
      ...(this.#timeline.survey.hasMemory ? { nativeAllocations: this.#allocations(rows) } : {}),
    });
  }

  /** A number where no other thread of the profile has the same. */
  #tidOf({ index, pid, id, threadId }: Lane): number | string {
    const isOwn = this.#timeline.tracks.every(({ lane }) => lane.threadId !== threadId || lane.index === index);
    return threadId !== undefined && isOwn ? threadId : `${pid}:${id}`;
  }

  #samples(rows: Rows): Generator<string> {
    const { survey } = this.#timeline;
    const all = { [Symbol.iterator]: () => moments(rows) };
    const isTimed = survey.hasTime;
    const knowsCpu = isTimed && (tellsIdle(survey, this.#metadata) || this.#metadata.get("mode") === "cpu");
    let length = 0;
    for (const _ of all) length++;
    return jsonObject({
      stack: jsonArray(all, ({ node, idle, gc }) => this.#tables.stackOf(node, idle, gc)),
      timeDeltas: jsonArray(all, ({ delta }) => milliseconds(delta)),
      weight: jsonArray(all, ({ time, samples }) => (isTimed ? milliseconds(time) : samples)),
      weightType: [isTimed ? `"tracing-ms"` : `"samples"`],
      ...(knowsCpu ? { threadCPUDelta: jsonArray(all, ({ cpu }) => cpu) } : {}),
      length: [String(length)],
    });
  }

  #markers(rows: Rows): Generator<string> {
    const stretches = [...collections(rows)];
    const name = this.#tables.string(MARKER);
    return jsonObject({
      data: jsonArray(stretches, () => JSON.stringify({ type: MARKER })),
      name: jsonArray(stretches, () => name),
      startTime: jsonArray(stretches, ({ start }) => milliseconds(start)),
      endTime: jsonArray(stretches, ({ end }) => milliseconds(end)),
      phase: jsonArray(stretches, () => INTERVAL),
      category: jsonArray(stretches, () => GC_CATEGORY),
      length: [String(stretches.length)],
    });
  }

  #allocations(rows: Rows): Generator<string> {
    const all = { [Symbol.iterator]: () => changes(rows) };
    let length = 0;
    for (const _ of all) length++;
    return jsonObject({
      time: jsonArray(all, ({ at }) => milliseconds(at)),
      weight: jsonArray(all, ({ row }) => row.memory),
      weightType: [`"bytes"`],
      stack: jsonArray(all, ({ row: { node, gc, idle } }) => this.#tables.stackOf(node, idle, gc)),
      length: [String(length)],
    });
  }

  #counter(pid: number, rows: Rows): Generator<string> {
    const all = { [Symbol.iterator]: () => stepsOf(rows) };
    return jsonObject({
      name: [`"resident memory"`],
      category: [`"Memory"`],
      description: [`"Resident memory, from what it was at first"`],
      pid: [JSON.stringify(String(pid))],
      mainThreadIndex: [String(this.#timeline.tracks.findIndex(({ lane }) => lane.pid === pid))],
      samples: jsonObject({
        time: jsonArray(all, ({ at }) => milliseconds(at)),
        count: jsonArray(all, ({ bytes }) => bytes),
        length: [String(rows.length + 1)],
      }),
      display: [JSON.stringify(COUNTER_DISPLAY)],
    });
  }
}

/** A moment for each row, and one without stack where the thread was not seen any more. */
function* moments(rows: Rows): Generator<Moment> {
  const nobody = { node: ROOT, idle: false, gc: false, time: 0, samples: 0 };
  let since = 0;
  let cpu = 0;
  let isFirst = true;
  for (const { node, idle, gc, gap, time, samples } of rows) {
    if (gap > 0 && !isFirst && time > 0) {
      yield { ...nobody, delta: since, cpu };
      since = 0;
      cpu = 0;
    }
    yield { node, idle, gc, delta: since + gap, time, samples, cpu };
    since = time;
    cpu = idle ? 0 : time;
    isFirst = false;
  }
  yield { ...nobody, delta: since, cpu };
}

/** The stretches in which the collector ran, in microseconds. */
function* collections(rows: Rows): Generator<{ readonly start: number; readonly end: number }> {
  let now = 0;
  let start: number | undefined;
  for (const { gc, gap, time } of rows) {
    if (start !== undefined && (!gc || gap > 0)) {
      yield { start, end: now };
      start = undefined;
    }
    now += gap;
    if (gc) start ??= now;
    now += time;
  }
  if (start !== undefined) yield { start, end: now };
}

/** The rows in which memory changed, and when they end, in microseconds. */
function* changes(rows: Rows): Generator<{ readonly at: number; readonly row: Row }> {
  let at = 0;
  for (const row of rows) {
    at += row.gap + row.time;
    if (row.memory !== 0) yield { at, row };
  }
}

/** The changes, behind a first step of nothing: the viewer takes no account of a counter's first step. */
function* stepsOf(rows: Rows): Generator<{ readonly at: number; readonly bytes: number }> {
  yield { at: 0, bytes: 0 };
  for (const { at, row } of changes(rows)) yield { at, bytes: row.memory };
}

function isMainThread({ pid, threadId, interpreterId = 0 }: Lane): boolean {
  return threadId === pid && interpreterId === 0;
}

/** Exact: three digits behind the point at most. */
function milliseconds(microseconds: number): number {
  return microseconds / 1000;
}
