// The live model against the analysis of whole profiles, which knows nothing of it: the same functions, lines and stacks with the same sums, in every
// window, with filters, and when stacks are let go.
import { describe, expect, it } from "vitest";
import { functionLabel, hotSpots, METRICS, metricsOf, StackTree } from "../../../src/analysis/index.js";
import { filterSamples } from "../../../src/filters/index.js";
import { hotRows, LiveProfile, relatives, type WindowName } from "../../../src/live/index.js";
import { Recent } from "../../../src/live/recent.js";
import type { Sample } from "../../../src/model/sample.js";
import { madeSamples, streamOf } from "../../formats/made_profile.js";

const MODES = ["wall", "cpu", "memory", "full"] as const;
const metadata = (mode: string) =>
  new Map([
    ["mode", mode],
    ["interval", "100"],
  ]);

function liveOf(mode: string, samples: readonly Sample[], options = {}): LiveProfile {
  const live = new LiveProfile(metadata(mode), { recentSeconds: 1e6, ...options });
  for (const sample of samples) live.add(sample);
  return live;
}

type Heat = readonly [name: string, own: number, total: number];

function whole(samples: Iterable<Sample>, metric: string): Heat[] {
  const tree = new StackTree();
  for (const sample of samples) tree.add(sample);
  const { functions } = hotSpots(
    tree.threads,
    METRICS.findIndex(({ name }) => name === metric),
  );
  return functions
    .filter(({ total }) => total !== 0)
    .map(({ function: name, own, total }): Heat => [`${name.filename} ${functionLabel(name)}`, own, total])
    .sort(byName);
}

function seen(live: LiveProfile, window: WindowName, metric: string, scope = {}): Heat[] {
  const tally = live.tally(
    window,
    live.metrics.find(({ name }) => name === metric),
    scope,
  );
  return hotRows(live, tally, "function", "own")
    .map((row): Heat => [`${row.function.filename} ${functionLabel(row.function)}`, row.own, row.total])
    .sort(byName);
}

const byName = (a: Heat, b: Heat): number => (a[0] < b[0] ? -1 : 1);

describe.each(MODES)("a live profile of mode %s", (mode) => {
  const samples = madeSamples(mode);
  const metrics = metricsOf(metadata(mode)).map(({ name }) => name);

  it.each(metrics)("has of each function what the analysis of the whole has: %s", (metric) => {
    const expected = whole(samples, metric);
    expect(expected.length).toBeGreaterThan(1);
    expect(seen(liveOf(mode, samples), "all", metric)).toEqual(expected);
    expect(seen(liveOf(mode, samples), "recent", metric)).toEqual(expected);
  });

  it.each(metrics)("has behind a reset and between marks what came then: %s", (metric) => {
    const [first, second] = [Math.floor(samples.length / 3), Math.floor((2 * samples.length) / 3)];
    const live = liveOf(mode, samples.slice(0, first));
    live.reset();
    live.mark("a");
    for (const sample of samples.slice(first, second)) live.add(sample);
    live.mark("b");
    for (const sample of samples.slice(second)) live.add(sample);
    expect(seen(live, "before", metric)).toEqual(whole(samples.slice(0, first), metric));
    expect(seen(live, "marked", metric)).toEqual(whole(samples.slice(first, second), metric));
    expect(seen(live, "behind", metric)).toEqual(whole(samples.slice(second), metric));
    expect(seen(live, "reset", metric)).toEqual(whole(samples.slice(first), metric));
  });

  it("gives back the recent samples, and the same sums of all", () => {
    const live = liveOf(mode, samples);
    expect(live.holdsAll).toBe(true);
    for (const metric of metrics) {
      expect(whole(live.recentSamples(), metric)).toEqual(whole(samples, metric));
      expect(whole(live.summedSamples("all"), metric)).toEqual(whole(samples, metric));
    }
    expect(live.recentFrom).toBe(0);
    expect([...live.samplesBetween(0, Number.POSITIVE_INFINITY)]).toHaveLength(samples.length);
  });

  it("loses no sum where stacks are let go", () => {
    const few = liveOf(mode, samples, { mostStacks: 24, mostThreads: 3, recentSeconds: 1 });
    const all = liveOf(mode, samples);
    expect(few.letGo.stacks).toBeGreaterThan(0);
    expect(few.letGo.threads).toBeGreaterThan(0);
    expect(few.stacks.count).toBeLessThan(all.stacks.count);
    for (const metric of all.metrics) expect(few.tally("all", metric).all).toBe(all.tally("all", metric).all);
  });
});

it("lets stacks go within their thread", () => {
  const samples = madeSamples("wall");
  const few = liveOf("wall", samples, { mostStacks: 24, recentSeconds: 1 });
  const all = liveOf("wall", samples);
  expect(few.letGo.stacks).toBeGreaterThan(0);
  const totals = (live: LiveProfile): Record<string, number | undefined> => {
    const tally = live.tally("all", live.metrics[0]);
    return Object.fromEntries(live.threads.map((one) => [`${one.pid} ${one.key}`, tally.total[one.root]]));
  };
  expect(totals(few)).toEqual(totals(all));
});

it("keeps recent samples in their order when their room grows", () => {
  const recent = new Recent(1 << 14);
  const expected: number[] = [];
  let number = 0;
  const push = (count: number): void => {
    for (let i = 0; i < count; i++, number++) {
      recent.push(number, 1, number, 0, 0);
      expected.push(number);
    }
  };
  push(4000);
  for (let i = 0; i < 3000; i++) {
    recent.shift();
    expected.shift();
  }
  push(12_000);
  expect(Array.from({ length: recent.count }, (_, i) => recent.stack[recent.at(i)])).toEqual(expected);
});

describe("a live profile", () => {
  const samples = madeSamples("wall");

  it("shows of a filter what the filters leave of the whole", async () => {
    const files = [
      ...new Set(samples.flatMap(({ frames }) => frames.flatMap((one) => (one.kind === "code" ? one.scope : [])))),
    ];
    const words = { functions: [files[1] as string] };
    const left: Sample[] = [];
    for await (const sample of filterSamples(streamOf(samples, { mode: "wall" }), words)) left.push(sample);
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(samples.length);
    expect(seen(liveOf("wall", samples), "all", "time", { words })).toEqual(whole(left, "time"));
    const folded: Sample[] = [];
    for await (const sample of filterSamples(streamOf(samples, { mode: "wall" }), { collapse: ["stdlib"] }))
      folded.push(sample);
    expect(seen(liveOf("wall", samples), "all", "time", { words: { collapse: ["stdlib"] } })).toEqual(
      whole(folded, "time"),
    );
  });

  it("forgets in the recent window what is too old, and nothing of all", () => {
    const live = liveOf("wall", samples, { recentSeconds: 1 });
    const later = { ...(samples[0] as Sample), metrics: { timeMicroseconds: 5_000_000, memoryBytes: undefined } };
    live.add(later);
    expect([...live.recentSamples()].map(({ frames }) => frames.length)).toEqual([later.frames.length]);
    expect([...live.samplesBetween(live.recentFrom, live.recentFrom)]).toHaveLength(1);
    expect([...live.samplesBetween(0, live.recentFrom - 1e-3)]).toEqual([]);
    expect(seen(live, "recent", "time")).toEqual(whole([later], "time"));
    expect(seen(live, "all", "time")).toEqual(whole([...samples, later], "time"));
  });

  describe.each(MODES)("the recent window of mode %s", (mode) => {
    const samples = madeSamples(mode, 3, 6000);
    const metrics = metricsOf(metadata(mode)).map(({ name }) => name);

    it("may become shorter and longer again, as far as samples are kept", () => {
      const options = { recentSeconds: 4, keptSeconds: 300 };
      const [live, fresh] = [liveOf(mode, samples, options), liveOf(mode, samples, { recentSeconds: 4 })];
      for (const seconds of [1, 2, 1, 4]) {
        live.recentSeconds = seconds;
        const same = liveOf(mode, samples, { recentSeconds: seconds });
        expect(live.recentHeld).toBe(same.recentHeld);
        for (const metric of metrics) expect(seen(live, "recent", metric)).toEqual(seen(same, "recent", metric));
      }
      expect(live.holdsAll).toBe(true);
      // Those that come later make the window go on.
      for (const one of [live, fresh]) for (const sample of samples) one.add(sample);
      for (const metric of metrics) expect(seen(live, "recent", metric)).toEqual(seen(fresh, "recent", metric));
    });
  });

  it("says that the window is short only where there is no room for it", () => {
    const live = liveOf("wall", madeSamples("wall", 3, 6000), {
      recentSeconds: 1,
      keptSeconds: 300,
      mostSamples: 1 << 13,
    });
    expect(live.recent.isFull).toBe(true);
    expect(live.isRecentShort).toBe(false);
    live.recentSeconds = 300;
    expect(live.isRecentShort).toBe(true);
    expect(live.recentHeld).toBeLessThan(300);
    live.recentSeconds = 1;
    expect(seen(live, "recent", "time")).toEqual(
      seen(liveOf("wall", madeSamples("wall", 3, 6000), { recentSeconds: 1 }), "recent", "time"),
    );
  });

  it("holds as many samples as there is room for, and says how long that is", () => {
    const live = liveOf("wall", samples, { mostSamples: 16 });
    expect(live.recent.count).toBe(16);
    expect(live.holdsAll).toBe(false);
    expect(whole(live.recentSamples(), "time")).toEqual(whole(samples.slice(-16), "time"));
    expect(seen(live, "recent", "time")).toEqual(whole(samples.slice(-16), "time"));
  });

  it("stays as it was while it is frozen", () => {
    const live = liveOf("wall", samples.slice(0, 20));
    const before = seen(live, "all", "time");
    live.freeze();
    for (const sample of samples.slice(20)) live.add(sample);
    expect(seen(live, "all", "time")).toEqual(before);
    live.thaw();
    expect(seen(live, "all", "time")).toEqual(whole(samples, "time"));
  });

  it("knows callers and callees: what a function has of others adds up to its total", () => {
    const live = liveOf("wall", samples);
    const tally = live.tally("all", live.metrics[0]);
    for (const row of hotRows(live, tally, "function", "total")) {
      const { callers } = relatives(live, tally, row.number);
      expect(callers.reduce((sum, { value }) => sum + value, 0)).toBe(row.total);
    }
  });

  it("counts what was due, and what nothing proves", () => {
    const live = liveOf("wall", [
      {
        ...(samples[0] as Sample),
        frames: [{ kind: "invalid" }],
        metrics: { timeMicroseconds: 100, memoryBytes: undefined },
      },
      { ...(samples[0] as Sample), metrics: { timeMicroseconds: 400, memoryBytes: undefined } },
    ]);
    expect(live.rates.all).toMatchObject({ samples: 2, due: 5, unproven: 1, gapMicroseconds: 400 });
  });
});
