// speedscope's own JSON (https://www.speedscope.app/file-format-schema.json). A profile for each thread and each thing that was
// measured, for a profile there has one weight: wall time (mode cpu: CPU time); in mode full also CPU time, that is time in which the
// thread was not idle; time in which the collector ran; memory taken, and memory given back, as there are no negative weights.
// Profiles are "evented": what a stack has in common with the one before goes on, so that files stay small and nothing is rounded.
// The axis is what was measured, with nothing between: gaps in time are not shown. An empty stack has no place in such a profile
// and is one frame, "(no frames)".
// Memory: see timeline.ts.
import type { Frame } from "../model/frame.js";
import type { Format, SampleStream, WriteOptions } from "./format.js";
import { NO_FRAMES, nameOf } from "./frame_table.js";
import type { Row } from "./rows.js";
import type { StackTable } from "./stack_table.js";
import { locationPartsOf, tellsIdle } from "./survey.js";
import { encodeText } from "./text_buffer.js";
import { Timeline, type Track } from "./timeline.js";

export const speedscope: Format = {
  name: "speedscope",
  extensions: [".speedscope.json", ".speedscope"],
  description: "speedscope's JSON, a profile for each thread and metric",
  isText: true,
  write,
};

async function* write(
  samples: SampleStream,
  { name, onLoss }: WriteOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const timeline = await Timeline.of(samples);
  yield* encodeText(file(timeline, measuresOf(timeline, samples.metadata), name));
  if (onLoss === undefined) return;
  if (locationPartsOf(timeline.stacks.table.frames).hasEnds) onLoss("speedscope has no ends of lines and columns.");
  if (samples.metadata.size > 0) onLoss("speedscope has no place for metadata.");
}

interface Measure {
  readonly name: string;
  readonly unit: "microseconds" | "bytes";
  /** Never negative. */
  of(row: Row): number;
}

function measuresOf({ survey }: Timeline, metadata: ReadonlyMap<string, string>): readonly Measure[] {
  const measures: Measure[] = [];
  const add = (name: string, unit: Measure["unit"], of: Measure["of"]) => measures.push({ name, unit, of });
  if (survey.hasTime) {
    if (metadata.get("mode") === "cpu") add("CPU time", "microseconds", ({ time }) => time);
    else add("wall time", "microseconds", ({ time }) => time);
    if (tellsIdle(survey, metadata)) add("CPU time", "microseconds", ({ time, idle }) => (idle ? 0 : time));
    if (survey.hasGc) add("garbage collection", "microseconds", ({ time, gc }) => (gc ? time : 0));
  }
  if (survey.hasMemory) {
    add("memory taken", "bytes", ({ memory }) => Math.max(0, memory));
    if (survey.hasReleases) add("memory given back", "bytes", ({ memory }) => Math.max(0, -memory));
  }
  return measures;
}

function* file(timeline: Timeline, measures: readonly Measure[], name: string | undefined): Generator<string> {
  const { stacks, tracks } = timeline;
  const { frames } = stacks.table;
  yield `{"$schema":"https://www.speedscope.app/file-format-schema.json","exporter":"austin-ts"`;
  if (name !== undefined) yield `,"name":${JSON.stringify(name)}`;
  yield `,"activeProfileIndex":0,"shared":{"frames":[`;
  for (let i = 0; i < frames.length; i++) yield `${JSON.stringify(frameOf(frames[i] as Frame))},`;
  yield `${JSON.stringify({ name: nameOf(NO_FRAMES) })}]},"profiles":[`;
  let separator = "";
  for (const measure of measures) {
    for (const track of tracks) {
      const total = totalOf(track, measure);
      if (total === 0) continue;
      const title = `Process ${track.lane.pid} Thread ${track.lane.label}, ${measure.name}`;
      yield `${separator}{"type":"evented","name":${JSON.stringify(title)},"unit":"${measure.unit}"`;
      yield `,"startValue":0,"endValue":${total},"events":[`;
      yield* events(track, measure, stacks.tree, frames.length);
      yield "]}";
      separator = ",";
    }
  }
  yield "]}\n";
}

function frameOf(frame: Frame): object {
  if (frame.kind !== "code") return { name: nameOf(frame), ...(frame.kind === "kernel" ? { file: "kernel" } : {}) };
  const { line, column } = frame.location;
  return {
    name: frame.scope,
    file: frame.filename,
    ...(line > 0 ? { line } : {}),
    ...(column > 0 ? { col: column } : {}),
  };
}

function totalOf({ rows }: Track, measure: Measure): number {
  let total = 0;
  for (const row of rows) total += measure.of(row);
  return total;
}

function* events({ rows }: Track, measure: Measure, tree: StackTable, empty: number): Generator<string> {
  let at = 0;
  let open: readonly number[] = [];
  let node = -1;
  let separator = "";
  const event = (type: string, frame: number | undefined) => {
    const text = `${separator}{"type":"${type}","frame":${frame},"at":${at}}`;
    separator = ",";
    return text;
  };
  for (const row of rows) {
    const weight = measure.of(row);
    if (weight === 0) continue;
    if (row.node !== node) {
      const path = row.node === 0 ? [empty] : tree.pathOf(row.node);
      let same = 0;
      while (same < path.length && path[same] === open[same]) same++;
      for (let i = open.length - 1; i >= same; i--) yield event("C", open[i]);
      for (let i = same; i < path.length; i++) yield event("O", path[i]);
      open = path;
      node = row.node;
    }
    at += weight;
  }
  for (let i = open.length - 1; i >= 0; i--) yield event("C", open[i]);
}
