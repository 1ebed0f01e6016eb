// What a profile adds up to is what each format adds up to, by thread, stack and metric, exactly.
import { describe, expect, it } from "vitest";
import type { Format } from "../../../src/formats/format.js";
import { formatNamed } from "../../../src/formats/registry.js";
import type { Mode } from "../../../src/model/metrics.js";
import { readMojo } from "../../../src/mojo/index.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../../formats/made_profile.js";
import {
  readChromeTrace,
  readCollapsed,
  readCpuProfile,
  readFirefox,
  readHtml,
  readPprof,
  readSpeedscope,
} from "../../formats/read_back.js";
import { only, type Tallies, talliesOf, threadsOf } from "../../formats/tallies.js";

const MODES: readonly Mode[] = ["wall", "cpu", "memory", "full"];

async function write(format: string, mode: Mode): Promise<{ readonly bytes: Buffer; readonly tallies: Tallies }> {
  const samples = madeSamples(mode);
  const stream = streamOf(samples, { ...METADATA, mode, gc: "on" }, { gc: "1000", count: String(samples.length) });
  return { bytes: await bytesOf(((await formatNamed(format)) as Format).write(stream)), tallies: talliesOf(samples) };
}

describe.each(MODES)("a profile of mode %s", (mode) => {
  const isTimed = mode !== "memory";

  it("adds up in collapsed stacks", async () => {
    const { bytes, tallies } = await write("collapsed", mode);
    expect(readCollapsed(bytes)).toEqual(only(tallies, ...(isTimed ? ["time", "gc"] : ["memory"])));
  });

  it("adds up in speedscope", async () => {
    const { bytes, tallies } = await write("speedscope", mode);
    const time = mode === "cpu" ? "cpu" : "time";
    const cpu = mode === "full" ? "cpu" : time;
    expect(readSpeedscope(bytes)).toEqual(only(tallies, time, cpu, "gc", "taken", "given back"));
  });

  it("adds up in pprof", async () => {
    const { bytes, tallies } = await write("pprof", mode);
    const time = mode === "cpu" ? "cpu" : "time";
    const cpu = mode === "full" ? "cpu" : time;
    expect(readPprof(bytes)).toEqual(only(tallies, time, cpu, "gc", "taken", "given back"));
  });

  it("adds up in Firefox Profiler's format", async () => {
    const { bytes, tallies } = await write("firefox", mode);
    const { gc, ...read } = readFirefox(bytes);
    const cpu = mode === "wall" ? [] : ["cpu"];
    expect(read).toEqual(only(tallies, "time", ...cpu, "memory"));
    expect(gc).toEqual(threadsOf(tallies).gc);
  });

  it("adds up in a Chrome trace", async () => {
    const { bytes, tallies } = await write("chrome", mode);
    const { time, ...read } = readChromeTrace(bytes);
    expect(time).toEqual(tallies.time);
    expect(read).toEqual(only(threadsOf(tallies), "idle", "gc", "memory"));
  });

  it("adds up in a page with a flame graph", async () => {
    const { bytes, tallies } = await write("html", mode);
    const cpu = mode === "full" ? ["cpu"] : [];
    const metrics = isTimed ? ["time", ...cpu, "gc"] : [];
    const isMemory = mode === "memory" || mode === "full";
    expect(readHtml(bytes)).toEqual(only(tallies, ...metrics, ...(isMemory ? ["taken", "given back"] : [])));
  });

  it("is the same in MOJO, sample by sample", async () => {
    const { bytes } = await write("mojo", mode);
    const profile = readMojo(bytes);
    const samples = [];
    for await (const sample of profile) samples.push(sample);
    expect(samples).toEqual(madeSamples(mode));
    expect(profile.allMetadata.filter(({ key }) => key === "gc").map(({ value }) => value)).toEqual(["on", "1000"]);
  });

  it("is the same in JSON Lines, sample by sample", async () => {
    const { bytes } = await write("jsonl", mode);
    const [first, ...rest] = bytes.toString("utf8").trimEnd().split("\n");
    const lines = rest.slice(0, -1).map((line) => JSON.parse(line));
    expect(JSON.parse(first as string).metadata).toMatchObject({ mode, gc: "on" });
    expect(JSON.parse(rest.at(-1) as string)).toEqual({ metadata: { gc: "1000", count: String(lines.length) } });
    expect(lines).toEqual(
      madeSamples(mode).map(({ pid, interpreterId, thread, frames, metrics, idle, gc }) => ({
        pid,
        interpreter: interpreterId,
        thread,
        time: metrics.timeMicroseconds ?? null,
        memory: metrics.memoryBytes ?? null,
        idle,
        gc,
        frames: frames.map((frame) => {
          if (frame.kind === "invalid") return null;
          if (frame.kind === "kernel") return { function: frame.scope, kernel: true };
          const { line, lineEnd, column, columnEnd } = frame.location;
          const place = { line, lineEnd, column, columnEnd };
          const known = Object.entries(place).map(([name, value]) => [name, value === 0 ? null : value]);
          return { function: frame.scope, file: frame.filename, ...Object.fromEntries(known) };
        }),
      })),
    );
  });
});

it.each(["wall", "cpu", "full"] as const)("a profile of mode %s adds up in a .cpuprofile", async (mode) => {
  const { bytes, tallies } = await write("cpuprofile", mode);
  expect(readCpuProfile(bytes)).toEqual(only(tallies, "time", "cpu", "idle"));
});
