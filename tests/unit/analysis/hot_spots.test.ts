// What functions and lines have of their own and in total, on stacks made by hand, and that it all adds up.
import { describe, expect, it } from "vitest";
import { functionLabel } from "../../../src/analysis/function_line.js";
import { hotSpots } from "../../../src/analysis/hot_spots.js";
import { METRICS, metricNamed, metricsOf } from "../../../src/analysis/metric.js";
import { SAMPLES, StackTree } from "../../../src/analysis/stack_tree.js";
import { sampleOf } from "../samples.js";

const TIME = METRICS.indexOf(metricNamed("time"));

const SAMPLES_OF_TWO_THREADS = [
  sampleOf("main@a.py:1|f@a.py:5|g@a.py:9"),
  sampleOf("main@a.py:1|f@a.py:6"),
  sampleOf("main@a.py:1|f@a.py:6", { time: 5 }),
  sampleOf("main@a.py:2|f@a.py:5|f@a.py:5|f@a.py:6"),
  sampleOf("main@a.py:2|read@kernel"),
  sampleOf("main@a.py:2|!"),
  sampleOf(""),
  sampleOf("main@a.py:1|g@a.py:9", { thread: "65", time: 100 }),
];

function heats(list: ReturnType<typeof hotSpots>["functions"]) {
  return list.map(({ function: name, own, total, ownSamples, totalSamples }) => [
    functionLabel(name),
    own,
    total,
    ownSamples,
    totalSamples,
  ]);
}

describe("hot spots", () => {
  it("count a recursive function once a stack", async () => {
    const { threads } = await StackTree.of(SAMPLES_OF_TWO_THREADS);
    const spots = hotSpots(threads.slice(0, 1), TIME);
    expect(heats(spots.functions)).toEqual([
      ["f", 25, 35, 3, 4],
      ["g", 10, 10, 1, 1],
      ["read [kernel]", 10, 10, 1, 1],
      ["(not proven, or not read)", 10, 10, 1, 1],
      ["main", 0, 55, 0, 6],
    ]);
    expect(spots).toMatchObject({ total: 65, samples: 7, empty: 10 });
  });

  it("say how much has an invalid frame, of samples and of the metric", async () => {
    const samples = [
      sampleOf("main@a.py:1", { time: 100 }),
      sampleOf("!", { time: 700 }),
      sampleOf("!|main@a.py:1", { time: 200 }),
      sampleOf("main@a.py:1", { time: 1000 }),
    ];
    const { threads } = await StackTree.of(samples);
    expect(hotSpots(threads, TIME)).toMatchObject({ total: 2000, samples: 4, invalid: 900, invalidSamples: 2 });
    const none = await StackTree.of(samples.slice(0, 1));
    expect(hotSpots(none.threads, TIME)).toMatchObject({ invalid: 0, invalidSamples: 0 });
  });

  it("tell lines apart", async () => {
    const { threads } = await StackTree.of(SAMPLES_OF_TWO_THREADS);
    const lines = hotSpots(threads, TIME).lines.map(({ functionLine, own, total }) => [functionLine.line, own, total]);
    expect(lines).toEqual([
      [9, 110, 110],
      [6, 25, 25],
      [0, 10, 10],
      [0, 10, 10],
      [1, 0, 125],
      [2, 0, 30],
      [5, 0, 20],
    ]);
  });

  it("add up to the samples, for every metric", async () => {
    const samples = [
      sampleOf("a@a.py|b@a.py", { bytes: 7, idle: true }),
      sampleOf("a@a.py", { bytes: -3, gc: true }),
      sampleOf("a@a.py|b@a.py|a@a.py", { bytes: 1 }),
    ];
    const { threads } = await StackTree.of(samples);
    const own = METRICS.map((_, index) => hotSpots(threads, index).functions.reduce((sum, one) => sum + one.own, 0));
    expect(own).toEqual([30, 20, 10, 8, 3]);
    expect(own).toEqual(METRICS.map(({ of }) => samples.reduce((sum, one) => sum + of(one), 0)));
    expect(threads[0]?.sums[SAMPLES]).toBe(3);
    expect([...(threads[0]?.squares ?? [])]).toEqual([300, 200, 100, 50, 9]);
  });

  it("go as deep as a stack is", async () => {
    const deep = Array.from({ length: 100_000 }, (_, i) => `f${i % 7}@a.py`).join("|");
    const { functions } = hotSpots((await StackTree.of([sampleOf(deep)])).threads, TIME);
    expect(functions.map(({ total }) => total)).toEqual(Array(7).fill(10));
  });
});

describe("metrics of a profile", () => {
  it.each([
    [{}, ["time"]],
    [{ mode: "wall", gc: "on" }, ["time", "gc"]],
    [{ mode: "cpu" }, ["time"]],
    [{ mode: "memory", gc: "on" }, ["allocated", "released"]],
    [{ mode: "full" }, ["time", "cpu", "allocated", "released"]],
  ])("%o", (metadata, names) => {
    expect(metricsOf(new Map(Object.entries(metadata))).map(({ name }) => name)).toEqual(names);
  });
});
