// Samples of one's own: what must be said of them is little, and every format, filter and sum copes with what is not.
import { describe, expect, it } from "vitest";
import { hotSpots, lineHeat, metricNamed, StackTree } from "../../../src/analysis/index.js";
import { Filter, filterSamples } from "../../../src/filters/api.js";
import * as entry from "../../../src/formats/all.js";
import { allFormats } from "../../../src/formats/registry.js";
import { hottestFunctions, readMojo, type SampleInput, sampleStream } from "../../../src/mojo/index.js";
import { bytesOf, METADATA, madeSamples, streamOf, textOf } from "../../formats/made_profile.js";

const MAIN = { kind: "code", scope: "main", filename: "app.py" } as const;
const WORK = { kind: "code", scope: "work", filename: "app.py", location: { line: 12 } } as const;
/** Nothing but what must be said. */
const LEAST: readonly SampleInput[] = [
  { pid: 1, thread: "1", frames: [MAIN] },
  { pid: 1, thread: "1", frames: [MAIN, WORK] },
  { pid: 1, thread: "worker", frames: [] },
];
/** The same with a time. */
const TIMED: readonly SampleInput[] = LEAST.map((sample, i) => ({
  ...sample,
  metrics: { timeMicroseconds: 100 * (i + 1) },
}));

const formats = await allFormats();

async function samplesOf(stream: entry.SampleStream): Promise<entry.Sample[]> {
  const samples: entry.Sample[] = [];
  for await (const sample of stream) samples.push(sample);
  return samples;
}

describe("samples of which little is said", () => {
  it("become whole", async () => {
    const nowhere = { line: 0, lineEnd: 0, column: 0, columnEnd: 0 };
    const rest = {
      pid: 1,
      interpreterId: undefined,
      metrics: { timeMicroseconds: undefined, memoryBytes: undefined },
      idle: false,
      gc: false,
    };
    expect(await samplesOf(sampleStream(LEAST))).toStrictEqual([
      { ...rest, thread: "1", frames: [{ ...MAIN, location: nowhere }] },
      {
        ...rest,
        thread: "1",
        frames: [
          { ...MAIN, location: nowhere },
          { ...WORK, location: { ...nowhere, line: 12 } },
        ],
      },
      { ...rest, thread: "worker", frames: [] },
    ]);
  });

  it("keep a thread's name and whose code a frame is", async () => {
    const frames = [{ ...MAIN, code: "python" } as const];
    const [sample] = await samplesOf(sampleStream([{ pid: 1, thread: "1", threadName: "MainThread", frames }]));
    expect(sample).toMatchObject({ threadName: "MainThread", frames });
  });

  it.each([
    { pid: 1.5 },
    { metrics: { timeMicroseconds: Number.NaN } },
    { metrics: { timeMicroseconds: Number.POSITIVE_INFINITY } },
    { metrics: { timeMicroseconds: "10" as unknown as number } },
    { metrics: { timeMicroseconds: -1 } },
    { metrics: { memoryBytes: Number.NaN } },
  ])("are refused with %j, which is no figure", async (wrong) => {
    const stream = sampleStream([{ pid: 1, thread: "1", frames: [MAIN], ...wrong }]);
    await expect(samplesOf(stream)).rejects.toThrow(entry.MisuseError);
  });

  it.each(formats.map((format) => [format.name, format] as const))("can be written as %s", async (name, format) => {
    const written = await bytesOf(format.write(sampleStream(TIMED, { mode: "wall" })));
    expect(written.length).toBeGreaterThan(50);
    const untimed = bytesOf(format.write(sampleStream(LEAST)));
    if (name === "cpuprofile") await expect(untimed).rejects.toThrow(entry.UnsuitableFormat);
    else expect((await untimed).length).toBeGreaterThan(0);
  });

  it("have their sums in text formats", async () => {
    expect(await textOf(entry.collapsed.write(sampleStream(TIMED)))).toBe(
      "P1;T1;app.py:main:0 100\nP1;T1;app.py:main:0;app.py:work:12 200\nP1;Tworker 300\n",
    );
    expect(await textOf(entry.austin.write(sampleStream(TIMED, { mode: "wall" })))).toBe(
      "# mode: wall\nP1;T1;app.py:main:0 100\nP1;T1;app.py:main:0;app.py:work:12 200\nP1;Tworker 300\n",
    );
  });

  it.each(["wall", "cpu", "memory", "full"])(
    "come back from MOJO of mode %s, each of them, and what was made up is told",
    async (mode) => {
      const losses: string[] = [];
      const written = await bytesOf(
        entry.mojo.write(sampleStream(LEAST, { mode }), { onLoss: (loss) => losses.push(loss) }),
      );
      const profile = readMojo(written);
      const samples = await samplesOf(profile);
      expect(profile.truncated).toBe(false);
      expect(samples.map(({ frames }) => frames.length)).toEqual([1, 2, 0]);
      const zero = {
        timeMicroseconds: mode === "memory" ? undefined : 0,
        memoryBytes: /^[mf]/.test(mode) ? 0 : undefined,
      };
      for (const { metrics } of samples) expect(metrics).toEqual(zero);
      expect(losses.join()).toContain("Some samples have no metric");
      losses.length = 0;
      const timed = TIMED.map((sample) => ({ ...sample, metrics: { timeMicroseconds: 1, memoryBytes: 1 } }));
      await bytesOf(entry.mojo.write(sampleStream(timed, { mode }), { onLoss: (loss) => losses.push(loss) }));
      expect(losses.join()).not.toContain("metric");
    },
  );

  it("are summed up and filtered", async () => {
    const { threads } = await StackTree.of(sampleStream(TIMED));
    const { functions, total, samples } = hotSpots(threads, metricNamed("time"));
    expect([total, samples]).toEqual([600, 3]);
    expect(functions.map((one) => [one.function.scope, one.own, one.total])).toEqual([
      ["work", 200, 200],
      ["main", 100, 300],
    ]);
    expect([...(lineHeat(threads, metricNamed("time"))[0]?.lines ?? [])]).toEqual([[12, { own: 200, total: 200 }]]);
    expect(
      (await hottestFunctions(sampleStream(LEAST))).map(({ scope, totalSamples }) => [scope, totalSamples]),
    ).toEqual([
      ["main", 2],
      ["work", 1],
    ]);
    const filter = new Filter({ functions: ["work"] });
    expect(await samplesOf(filterSamples(sampleStream(TIMED), filter))).toHaveLength(1);
    expect(filter.leftOut).toMatchObject({ samples: 2, microseconds: 400 });
    expect(await samplesOf(filterSamples(sampleStream(TIMED), { threads: ["worker"] }))).toHaveLength(1);
  });
});

describe("sampleStream", () => {
  it("takes samples as they come", async () => {
    async function* live() {
      for (const sample of TIMED) yield await Promise.resolve(sample);
    }
    expect(await samplesOf(sampleStream(live()))).toEqual(await samplesOf(sampleStream(TIMED)));
  });

  it("has metadata as texts, and those of a map that grows", async () => {
    expect([...sampleStream([], { mode: "wall", interval: 100 }).metadata]).toEqual([
      ["mode", "wall"],
      ["interval", "100"],
    ]);
    const known = new Map([["mode", "wall"]]);
    function* growing() {
      yield* TIMED;
      known.set("duration", "600");
    }
    const written = await bytesOf(entry.mojo.write(sampleStream(growing(), known)));
    const profile = readMojo(written);
    await samplesOf(profile);
    expect([...profile.metadata]).toEqual([...known]);
  });

  it("takes a stack for what it is when it comes, though the array was another one before", async () => {
    const stack: SampleInput["frames"][number][] = [];
    function* walking() {
      for (const frame of [MAIN, WORK]) {
        stack.push(frame);
        yield { pid: 1, thread: "1", frames: stack };
      }
      stack.pop();
      yield { pid: 1, thread: "1", frames: stack };
      yield { pid: 1, thread: "1", frames: stack };
    }
    const samples = await samplesOf(sampleStream(walking()));
    expect(samples.map(({ frames }) => frames.map((frame) => frame.kind === "code" && frame.scope))).toEqual([
      ["main"],
      ["main", "work"],
      ["main"],
      ["main"],
    ]);
    expect(samples[3]?.frames).toBe(samples[2]?.frames);
    expect(samples[1]?.frames[0]).toBe(samples[0]?.frames[0]);
  });

  it("leaves whole samples as they are", async () => {
    const metadata = { ...METADATA, mode: "full" };
    const made = madeSamples("full");
    for (const format of formats) {
      const written = await bytesOf(format.write(sampleStream(made, metadata)));
      expect(written.equals(await bytesOf(format.write(streamOf(made, metadata)))), format.name).toBe(true);
    }
  });

  it("leaves to the format which numbers there can be", async () => {
    const endless = [{ ...LEAST[0], metrics: { timeMicroseconds: 2 ** 60 } } as SampleInput];
    const error = await bytesOf(entry.mojo.write(sampleStream(endless))).catch((one: unknown) => one);
    expect(error).toMatchObject({ kind: "number-out-of-range" });
    expect(error).toBeInstanceOf(entry.AustinError);
  });
});
