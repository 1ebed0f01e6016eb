// Each format read back, by its own rules. In: a file's bytes. Out: what it adds up to. Whether a viewer sees it so is for the judges.
import { gunzipSync } from "node:zlib";
import { Profile } from "pprof-format";
import type { FlameData } from "../../src/views/flame_data.js";
import { type Tallies, Tally } from "./tallies.js";

// biome-ignore lint/suspicious/noExplicitAny: the formats of others
type Json = any;

const parse = (bytes: Buffer): Json => JSON.parse(bytes.toString("utf8"));
const microseconds = (milliseconds: number): number => Math.round(milliseconds * 1000);

export function readCollapsed(bytes: Buffer): Tallies {
  const tally = new Tally();
  let metric = "time";
  for (const line of bytes.toString("utf8").trimEnd().split("\n")) {
    if (line === "# mode: memory") metric = "memory";
    if (line.startsWith("# ")) continue;
    const [, pid, thread, stack = "", value] = /^P(\d+);T([^;]+?)(?:;(.*))? (-?\d+)$/.exec(line) as unknown as string[];
    const frames = stack === "" ? [] : stack.split(";");
    const gc = frames.at(-1) === ":GC:";
    const names = (gc ? frames.slice(0, -1) : frames).map((one) =>
      one === ":INVALID:" ? "(invalid)" : (/^.*:([^:]*):\d+$/.exec(one) as unknown as string[])[1],
    ) as string[];
    tally.add(metric, `${pid} ${idOf(thread as string)}`, names, Number(value));
    if (gc && metric === "time") tally.add("gc", `${pid} ${idOf(thread as string)}`, names, Number(value));
  }
  return tally.tallies;
}

/** Interpreter and native id of a thread that is called "0:1234 name" or "name (0:1234)". */
function idOf(label: string): string {
  const [, first, last] = /^(?:(?:thread )?(\d+:\d+)(?: .*)?|.* \((\d+:\d+)\))$/s.exec(label) ?? [];
  return first ?? last ?? label.replace(/^[Tt]hread /, "");
}

const SPEEDSCOPE_METRICS: Readonly<Record<string, string>> = {
  "wall time": "time",
  "CPU time": "cpu",
  "garbage collection": "gc",
  "memory taken": "taken",
  "memory given back": "given back",
};

export function readSpeedscope(bytes: Buffer): Tallies {
  const tally = new Tally();
  const { profiles, shared } = parse(bytes);
  for (const { name, unit, startValue, endValue, events } of profiles) {
    const [, pid, thread, metric] = /^Process (\d+) Thread (.+), (.+)$/.exec(name) as unknown as string[];
    if ((unit === "bytes") !== metric?.startsWith("memory")) throw new Error(`${name} in ${unit}`);
    const open: number[] = [];
    let at = startValue;
    for (const event of events) {
      const names = open.map((frame) => shared.frames[frame].name).filter((one) => one !== "(no frames)");
      tally.add(
        SPEEDSCOPE_METRICS[metric as string] as string,
        `${pid} ${idOf(thread as string)}`,
        names,
        event.at - at,
      );
      at = event.at;
      if (event.type === "O") open.push(event.frame);
      else if (open.pop() !== event.frame) throw new Error(`${name}: a frame closes that is not the innermost`);
    }
    if (at !== endValue || open.length > 0) throw new Error(`${name} ends in the middle`);
  }
  return tally.tallies;
}

const PPROF_METRICS: Readonly<Record<string, string>> = {
  wall: "time",
  cpu: "cpu",
  gc: "gc",
  allocated: "taken",
  released: "given back",
};

export function readPprof(bytes: Buffer): Tallies {
  const tally = new Tally();
  const { sample, sampleType, location, function: functions, stringTable } = Profile.decode(gunzipSync(bytes));
  const text = (index: number | bigint) => stringTable.strings[Number(index)] as string;
  for (const { locationId, value, label } of sample) {
    const labels = Object.fromEntries(label.map(({ key, str }) => [text(key), text(str)]));
    const names = locationId
      .map((id) => location[Number(id) - 1]?.line[0]?.functionId)
      .map((id) => text(functions[Number(id) - 1]?.name ?? 0))
      .filter((name) => name !== "(no frames)")
      .reverse();
    if (locationId.length === 0) throw new Error("a sample without a location, which some readers leave out");
    value.forEach((one, i) => {
      const metric = PPROF_METRICS[text(sampleType[i]?.type ?? 0)];
      if (metric !== undefined) tally.add(metric, `${labels.process} ${labels.thread}`, names, Number(one));
    });
  }
  return tally.tallies;
}

export function readFirefox(bytes: Buffer): Tallies {
  const tally = new Tally();
  const { threads, shared } = parse(bytes);
  const { stackTable, frameTable, funcTable, stringArray } = shared;
  const names = (stack: number | null): string[] => {
    if (stack === null) return [];
    const offset = stackTable.prefixOffset[stack];
    const name = stringArray[funcTable.name[frameTable.func[stackTable.frame[stack]]]];
    return [...(offset === 0 ? [] : names(stack - offset)), name];
  };
  for (const { name, pid, samples, markers, nativeAllocations } of threads) {
    const lane = `${pid} ${idOf(name)}`;
    for (let i = 0; i < samples.length; i++) {
      const stack = names(samples.stack[i]);
      if (samples.weightType === "tracing-ms") tally.add("time", lane, stack, microseconds(samples.weight[i]));
      if (i > 0) tally.add("cpu", lane, names(samples.stack[i - 1]), samples.threadCPUDelta?.[i] ?? 0);
    }
    for (let i = 0; i < markers.length; i++) {
      tally.add("gc", lane, [], microseconds(markers.endTime[i]) - microseconds(markers.startTime[i]));
    }
    for (let i = 0; i < (nativeAllocations?.length ?? 0); i++) {
      tally.add("memory", lane, names(nativeAllocations.stack[i]), nativeAllocations.weight[i]);
    }
  }
  return tally.tallies;
}

interface Slices {
  readonly names: string[];
  /** When the innermost one began or came to the top, in microseconds. */
  since: number;
}

export function readChromeTrace(bytes: Buffer): Tallies {
  const tally = new Tally();
  const lanes = new Map<string, string>();
  const open = new Map<string, Slices>();
  const states = new Map<string, number>();
  for (const { ph, pid, tid, ts, name, id2, args } of parse(bytes).traceEvents) {
    const key = `${pid} ${tid}`;
    if (ph === "M" && name === "thread_name") lanes.set(key, `${pid} ${idOf(args.name)}`);
    const lane = lanes.get(key) as string;
    if (ph === "B" || ph === "E") {
      const stack: Slices = open.get(key) ?? { names: [], since: ts };
      open.set(key, stack);
      const shown = stack.names.filter((one) => one !== "(no frames)");
      if (stack.names.length > 0) tally.add("time", lane, shown, ts - stack.since);
      if (ts < stack.since) throw new Error(`${lane}: ${ts} after ${stack.since}`);
      stack.since = ts;
      if (ph === "B") stack.names.push(name);
      else if (stack.names.pop() === undefined) throw new Error(`${lane}: an end without a beginning`);
    } else if (ph === "b") states.set(id2.local, ts);
    else if (ph === "e") tally.add(name === "idle" ? "idle" : "gc", lane, [], ts - (states.get(id2.local) as number));
    else if (ph === "C") {
      tally.add("memory", lane, [], args.bytes - (states.get(name + pid) ?? 0));
      states.set(name + pid, args.bytes);
    }
  }
  if ([...open.values()].some(({ names }) => names.length > 0)) throw new Error("a slice has no end");
  return tally.tallies;
}

export function readCpuProfile(bytes: Buffer): Tallies {
  const tally = new Tally();
  const { nodes, samples, timeDeltas, startTime, endTime } = parse(bytes);
  const parents = new Map<number, number>();
  const byId = new Map<number, Json>(nodes.map((node: Json) => [node.id, node]));
  for (const { id, children = [] } of nodes) for (const child of children) parents.set(child, id);
  const times = samples.map((_: number, i: number) => timeDeltas[i + 1] ?? 0);
  times[times.length - 1] = endTime - startTime - timeDeltas.reduce((sum: number, one: number) => sum + one, 0);
  const hits = new Map<number, number>();
  for (const [i, id] of (samples as number[]).entries()) {
    const path: string[] = [];
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      path.unshift(byId.get(at).callFrame.functionName);
    }
    const [, pid, thread] = /^Process (\d+), thread (.+)$/.exec(path[1] as string) as unknown as string[];
    const stack = path.slice(2).filter((one) => !["(idle)", "(garbage collector)", "(program)"].includes(one));
    const lane = `${pid} ${idOf(thread as string)}`;
    tally.add("time", lane, stack, times[i]);
    if (path.at(-1) === "(idle)") tally.add("idle", lane, stack, times[i]);
    else tally.add("cpu", lane, stack, times[i]);
    hits.set(id, (hits.get(id) ?? 0) + times[i]);
  }
  for (const { id, hitCount, positionTicks = [], callFrame } of nodes) {
    if (hitCount !== (hits.get(id) ?? 0)) throw new Error(`node ${id} counts ${hitCount}, its samples ${hits.get(id)}`);
    const ticks = positionTicks.reduce((sum: number, one: Json) => sum + one.ticks, 0);
    if (callFrame.lineNumber >= 0 && ticks !== hitCount) throw new Error(`node ${id} has ${ticks} ticks`);
  }
  return tally.tallies;
}

const FLAME_METRICS: Readonly<Record<string, string>> = {
  Time: "time",
  "Time running": "cpu",
  "Time while the collector ran": "gc",
  "Memory gained": "taken",
  "Memory given back": "given back",
};

/** The data that a page with a flame graph draws. */
export function readHtml(bytes: Buffer): Tallies {
  const tally = new Tally();
  const [, json = ""] =
    /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(bytes.toString("utf8")) ?? [];
  const { series, names, name, children, own, cut } = JSON.parse(json) as FlameData;
  if (cut !== 0) throw new Error(`${cut} nodes were cut off`);
  /** Of the node and those that it is below: its label, and how many of its children are still to come. */
  const open: { readonly label: string; left: number }[] = [];
  for (const [node, index] of name.entries()) {
    while (open.at(-1)?.left === 0) open.pop();
    const parent = open.at(-1);
    if (parent !== undefined) parent.left--;
    open.push({ label: names[index]?.[0] as string, left: children[node] as number });
    const [, process = "", thread = "", ...stack] = open.map(({ label }) => label);
    const lane = `${process.replace("process ", "")} ${idOf(thread)}`;
    const functions = stack.map((label) =>
      label === "(not proven, or not read)" ? "(invalid)" : label.replace(/ \[kernel\]$/, ""),
    );
    for (const [i, { label }] of series.entries()) {
      const value = own[i]?.[node] as number;
      if (value !== 0 && open.length < 3) throw new Error(`${lane} has ${value} outside of its threads`);
      tally.add(FLAME_METRICS[label] as string, lane, functions, value);
    }
  }
  while (open.at(-1)?.left === 0) open.pop();
  if (open.length > 0) throw new Error("a node lacks children");
  return tally.tallies;
}
