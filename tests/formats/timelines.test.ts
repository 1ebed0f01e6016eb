// Firefox Profiler's and Chrome's rules, as their sources state them: firefox-devtools/profiler, src/types/profile.ts and
// docs-developer/CHANGELOG-formats.md at version 70; the trace event format's document. No package has their validators.
import { describe, expect, it } from "vitest";
import { readChromeTrace, readFirefox } from "./read_back.js";
import { RUN_NAMES, realProfile, written } from "./real_profiles.js";
import { only, threadsOf } from "./tallies.js";

// biome-ignore lint/suspicious/noExplicitAny: the formats of others
type Json = any;

const parse = (bytes: Buffer): Json => JSON.parse(bytes.toString("utf8"));

/** Every column of a table is as long as the table says. */
function expectTable(table: Json): void {
  for (const [name, column] of Object.entries(table)) {
    if (Array.isArray(column)) expect([name, column.length]).toEqual([name, table.length]);
  }
}

function expectIndexes(column: readonly (number | null)[], length: number): void {
  const wrong = column.filter((one) => one !== null && (!Number.isInteger(one) || one < 0 || one >= length));
  expect(wrong).toEqual([]);
}

describe.each(RUN_NAMES)("%s", (name) => {
  it("follows the rules of Firefox Profiler", async () => {
    const { meta, threads, counters, shared, libs } = parse((await written("firefox", await realProfile(name))).bytes);
    expect(meta).toMatchObject({ preprocessedProfileVersion: 70, version: 36, processType: 0, startTime: 0 });
    expect(meta.categories.filter((one: Json) => one.color === "grey")).toHaveLength(1);
    for (const { subcategories } of meta.categories) expect(subcategories[0]).toBe("Other");
    expect(libs).toEqual([]);

    const { stackTable, frameTable, funcTable, sources, stringArray } = shared;
    for (const table of Object.values(shared)) if (!Array.isArray(table)) expectTable(table);
    expectIndexes(stackTable.frame, frameTable.length);
    expectIndexes(frameTable.func, funcTable.length);
    expectIndexes(frameTable.category, meta.categories.length);
    expectIndexes(funcTable.name, stringArray.length);
    expectIndexes(funcTable.source, sources.length);
    expectIndexes(sources.filename, stringArray.length);
    // Parents stand before their children; 0 is a root.
    expect(stackTable.prefixOffset.every((offset: number, at: number) => offset >= 0 && offset <= at)).toBe(true);
    expect(new Set(stringArray).size).toBe(stringArray.length);

    const tids = threads.map(({ tid }: Json) => tid);
    expect(new Set(tids).size).toBe(tids.length);
    const schemas = meta.markerSchema.map((schema: Json) => schema.name);
    for (const { pid, samples, markers, nativeAllocations } of threads) {
      expect(pid).toMatch(/^\d+$/);
      for (const table of [samples, markers, nativeAllocations]) if (table !== undefined) expectTable(table);
      expectIndexes(samples.stack, stackTable.length);
      expect(samples.timeDeltas.every((delta: number) => delta >= 0)).toBe(true);
      expect(["tracing-ms", "samples"]).toContain(samples.weightType);
      expectIndexes(markers.name, stringArray.length);
      for (const { type } of markers.data) expect(schemas).toContain(type);
      expect(markers.endTime.every((end: number, at: number) => end >= markers.startTime[at])).toBe(true);
      if (nativeAllocations !== undefined) expectIndexes(nativeAllocations.stack, stackTable.length);
    }
    for (const { pid, mainThreadIndex, samples } of counters) {
      expectTable(samples);
      expect(threads[mainThreadIndex].pid).toBe(pid);
      expect(samples.time).toEqual([...samples.time].sort((a: number, b: number) => a - b));
      // The viewer takes no account of the first.
      expect(samples.count[0]).toBe(0);
    }
  });

  it("adds up in Firefox Profiler", async () => {
    const { tallies, metadata } = await realProfile(name);
    const { bytes } = await written("firefox", await realProfile(name));
    const { gc, ...read } = readFirefox(bytes);
    const knowsCpu = ["cpu", "full"].includes(metadata.get("mode") as string);
    expect(read).toEqual(only(tallies, "time", "memory", ...(knowsCpu ? ["cpu"] : [])));
    expect(gc).toEqual(threadsOf(tallies).gc);
    const counted = parse(bytes).counters.map(({ pid, samples }: Json) => [
      pid,
      samples.count.reduce((sum: number, one: number) => sum + one, 0),
    ]);
    const changed = new Map<string, number>();
    for (const [lane, bytes] of Object.entries(threadsOf(tallies).memory ?? {})) {
      const pid = lane.slice(0, lane.indexOf(" "));
      changed.set(pid, (changed.get(pid) ?? 0) + bytes);
    }
    expect(new Map(counted)).toEqual(changed);
  });

  it("follows the rules of Chrome's traces, and adds up there", async () => {
    const { tallies } = await realProfile(name);
    const { bytes } = await written("chrome", await realProfile(name));
    for (const { ph, pid, tid, ts } of parse(bytes).traceEvents) {
      expect("BEbeCM".includes(ph) && Number.isInteger(pid) && Number.isInteger(tid)).toBe(true);
      if (ph !== "M") expect(Number.isInteger(ts) && ts >= 0).toBe(true);
    }
    // Which sees that every end has its beginning, and that a thread's events are in order.
    const { time, ...read } = readChromeTrace(bytes);
    expect(time).toEqual(tallies.time);
    expect(read).toEqual(only(threadsOf(tallies), "idle", "gc", "memory"));
  });
});
