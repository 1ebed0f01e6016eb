// The two ends of the live protocol: who reads messages has what the live profile has, however these were cut, whoever came late, whatever names there are.
import { describe, expect, it } from "vitest";
import {
  hotRows,
  LiveMirror,
  type LiveProfile,
  OutOfStep,
  relatives,
  Tally,
  type Window,
  type WireDelta,
  type WireFull,
} from "../../../src/live/index.js";
import { NOWHERE } from "../../../src/model/location.js";
import type { Sample } from "../../../src/model/sample.js";
import { random } from "../../capture/random.js";
import { madeSamples } from "../../formats/made_profile.js";
import { sampleOf } from "../samples.js";
import { statusOf, Watched, wired } from "./watched.js";

const MODES = ["wall", "cpu", "memory", "full"] as const;

interface Model {
  readonly stacks: LiveProfile["stacks"];
  readonly places: LiveProfile["places"];
  readonly threads: LiveProfile["threads"];
}

/** All that is to be seen of a window. */
function seen(model: Model, window: Window, column: number): unknown {
  const tally = new Tally();
  tally.compute(model.stacks, model.places, model.threads, window, column);
  const functions = hotRows(model, tally, "function", "name");
  return {
    all: tally.all,
    functions,
    lines: hotRows(model, tally, "line", "name"),
    relatives: functions.map(({ number }) => relatives(model, tally, number)),
    threads: model.threads.map((one) => [one.pid, one.interpreterId, one.thread, one.name, one.root]),
    totals: model.threads.map(({ root }) => tally.total[root]),
    idle: model.threads.map(({ isIdle, isCollecting }) => [isIdle, isCollecting]),
  };
}

function expectSame({ live, mirror }: Watched): void {
  expect(mirror?.metrics).toEqual(live.metrics);
  const of = live.window("all").of;
  for (let column = 0; column < of.columns.length; column++) {
    expect(seen(mirror as LiveMirror, { of: (mirror as LiveMirror).sums }, column)).toEqual(seen(live, { of }, column));
  }
  expect([...(mirror as LiveMirror).sums.all]).toEqual([...of.all]);
  expect([...(mirror as LiveMirror).sums.squares]).toEqual([...of.squares]);
}

describe.each(MODES)("one who reads along with a profile of mode %s", (mode) => {
  it("has the same, however its messages were cut", () => {
    for (let seed = 1; seed <= 5; seed++) {
      const next = random(seed);
      const watched = new Watched(mode);
      for (const sample of madeSamples(mode, seed)) {
        watched.live.add(sample);
        if (next() < 0.05) watched.push();
      }
      watched.push();
      expectSame(watched);
      // Before the first sample it is not known what is measured, and then all is told once.
      expect(watched.fulls).toBeLessThanOrEqual(2);
      watched.late();
      expectSame(watched);
    }
  });

  it("has the same behind stacks that were let go", () => {
    const watched = new Watched(mode, { mostStacks: 24, mostThreads: 3, recentSeconds: 1 });
    for (const [i, sample] of madeSamples(mode, 3).entries()) {
      watched.live.add(sample);
      if (i % 7 === 0) watched.push();
    }
    watched.push();
    expect(watched.live.letGo.stacks).toBeGreaterThan(0);
    expect(watched.fulls).toBeGreaterThan(1);
    expectSame(watched);
  });
});

it("one who reads along knows whose code a function is", () => {
  const watched = new Watched("wall");
  const code = { kind: "code", filename: "/lib/libc.so.6", location: NOWHERE } as const;
  const frames = [
    { ...code, scope: "main", filename: "/srv/app.py" },
    { ...code, scope: "poll", code: "native", address: 0x7f10, offset: 3 },
    { kind: "kernel", scope: "do_sys_poll" },
  ] as const;
  watched.live.add({ ...sampleOf(""), frames });
  watched.push();
  const kinds = watched.mirror?.places.functions.slice(1).map(({ kind, isNative }) => [kind, isNative]);
  expect(kinds).toEqual([
    ["code", undefined],
    ["code", true],
    ["kernel", undefined],
  ]);
  expectSame(watched);
});

describe("windows of one who reads along", () => {
  // A second of each: f, g, h.
  const second = (name: string, at: number): Sample[] =>
    Array.from({ length: 10 }, () => sampleOf(`main@app.py|${name}@app.py:${at + 1}`, { time: 100_000 }));
  const watched = (): Watched => {
    const made = new Watched("wall");
    for (const [at, name] of ["f", "g", "h"].entries()) {
      for (const sample of second(name, at)) made.live.add(sample);
    }
    made.push();
    return made;
  };
  const own = (mirror: LiveMirror, from: number, to: number): Record<string, number> => {
    const tally = new Tally();
    tally.compute(mirror.stacks, mirror.places, mirror.threads, mirror.between(1e6 * from, 1e6 * to), 0);
    const rows = hotRows(mirror, tally, "function", "own").filter((row) => row.own !== 0);
    return Object.fromEntries(rows.map((row) => [row.function.scope, row.own]));
  };

  it("are the seconds that are asked for, also of what was before one came", () => {
    const { mirror } = watched();
    // The last sample of a second ends with it, and is the next one's.
    expect(own(mirror as LiveMirror, 0, 1)).toEqual({ f: 900_000 });
    expect(own(mirror as LiveMirror, 1, 2)).toEqual({ f: 100_000, g: 900_000 });
    expect(own(mirror as LiveMirror, 0, 4)).toEqual({ f: 1e6, g: 1e6, h: 1e6 });
  });

  it("know how unevenly their samples weigh, where they are told", () => {
    const made = new Watched("wall");
    for (const time of [100, 300, 500]) made.live.add(sampleOf("f@app.py", { time }));
    made.push();
    const all = (mirror: LiveMirror): number => mirror.between(-1, 1e6).of.squares[0] as number;
    expect(all(made.mirror as LiveMirror)).toBe(100 ** 2 + 300 ** 2 + 500 ** 2);
    const { sums, slices, ...full } = wired<WireFull>(made.feed.full(statusOf(made.live)));
    const without = <T extends object>(one: T): T => ({ ...one, squares: undefined });
    const old = new LiveMirror(wired({ ...full, sums: without(sums), slices: slices.map(without) }));
    expect([all(old), old.sums.squares[0]]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it("go on with what comes then", () => {
    const made = watched();
    for (const sample of second("late", 3)) made.live.add(sample);
    made.push();
    expect(own(made.mirror as LiveMirror, 3, 4.1)).toMatchObject({ late: 1e6 });
    expect([...(made.mirror as LiveMirror).seconds.keys()]).toEqual([0, 1, 2, 3, 4]);
  });
});

describe("messages", () => {
  const NAMES = [
    "</script><img src=x onerror=alert(1)>",
    "\u001b]0;title\u0007",
    "a\nb\r\ndata: {}",
    "\ud800",
    "\u2028",
    "__proto__",
  ];

  it("bring any name as it is, on one line of their own", () => {
    const watched = new Watched("wall");
    watched.live.add(sampleOf("main@app.py", { threadName: NAMES.join("") }));
    watched.push();
    for (const scope of NAMES) {
      const frames = [
        { kind: "code", scope, filename: scope, location: { line: 1, lineEnd: 0, column: 0, columnEnd: 0 } },
      ];
      watched.live.add({ ...sampleOf("x@y"), frames } as Sample);
    }
    expect(JSON.stringify(watched.feed.full(statusOf(watched.live)))).not.toMatch(/[\n\r]/);
    watched.push();
    expectSame(watched);
    expect(watched.mirror?.places.functions.map(({ scope }) => scope)).toEqual(expect.arrayContaining(NAMES));
  });

  it("tell of a thread only what has changed", () => {
    const watched = new Watched("full");
    for (const thread of ["1", "2", "3"]) watched.live.add(sampleOf("main@app.py", { thread, bytes: 0 }));
    watched.push();
    watched.live.add(sampleOf("main@app.py", { thread: "2", bytes: 0, idle: true, threadName: "worker" }));
    const delta = watched.feed.next(statusOf(watched.live)) as WireDelta;
    expect(delta.states).toEqual([[1, "worker", 1]]);
    expect(delta.added).toEqual({ threads: [], functions: [], places: [], stacks: [] });
  });

  it.each<[string, (delta: { -readonly [K in keyof WireDelta]: WireDelta[K] }) => void]>([
    ["a stack of none", (delta) => (delta.added = { ...delta.added, stacks: [1e6, 1] })],
    ["a stack twice", (delta) => (delta.added = { ...delta.added, stacks: [0, 1] })],
    ["a place of no function", (delta) => (delta.added = { ...delta.added, places: [99, 1] })],
    ["a sum of no stack", (delta) => (delta.slice = { ...delta.slice, stacks: [1e6] })],
    ["a metric more", (delta) => (delta.slice = { ...delta.slice, values: [[], [], []] })],
    ["a thread that nobody knows", (delta) => (delta.states = [[99, null, 0]])],
  ])("that contradict are refused: %s", (_, change) => {
    const watched = new Watched("wall");
    watched.live.add(sampleOf("main@app.py"));
    watched.push();
    watched.live.add(sampleOf("main@app.py"));
    const delta = wired(watched.feed.next(statusOf(watched.live)) as WireDelta);
    change(delta);
    expect(() => watched.mirror?.apply(delta)).toThrow(OutOfStep);
  });

  it("of another version are refused", () => {
    const watched = new Watched("wall");
    const full = { ...watched.feed.full(statusOf(watched.live)), version: 2 } as unknown as WireFull;
    expect(() => new LiveMirror(full)).toThrow("version 2 of the protocol is not known here, 1 is");
  });
});
