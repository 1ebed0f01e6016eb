// A profile that is taken elsewhere is to views what it is where it is taken: windows, marks, pause, rates, threads. And what is no message of one is refused,
// whatever it is.
import { describe, expect, it } from "vitest";
import {
  checkedDelta,
  checkedFull,
  hotRows,
  LiveFeed,
  LiveMirror,
  LiveProfile,
  type LiveView,
  MirroredProfile,
  OtherVersion,
  OutOfStep,
  Tally,
  type WindowName,
  type WireDelta,
  type WireFull,
} from "../../../src/live/index.js";
import { random } from "../../capture/random.js";
import { madeSamples } from "../../formats/made_profile.js";
import { sampleOf } from "../samples.js";
import { statusOf, wired } from "./watched.js";

const MODES = ["wall", "memory", "full"] as const;
const RECENT = 2;

/** A profile, and one elsewhere that follows it. */
class Followed {
  readonly live: LiveProfile;
  readonly feed: LiveFeed;
  mirrored: MirroredProfile | undefined;
  said: (string | undefined)[] = [];
  readonly #change: (message: WireFull | WireDelta) => object;

  /** @param change what becomes of a message on its way */
  constructor(mode: string, options = {}, change = (message: WireFull | WireDelta): object => message) {
    const metadata = new Map([
      ["mode", mode],
      ["interval", "1000"],
    ]);
    this.live = new LiveProfile(metadata, { recentSeconds: 1e6, ...options });
    this.feed = new LiveFeed(this.live, "a command", () => [null, null]);
    this.#change = change;
  }

  push(): void {
    const delta = this.feed.next(statusOf(this.live));
    if (delta === undefined || this.mirrored === undefined) this.late();
    else this.mirrored.apply(checkedDelta(wired(this.#change(delta))));
  }

  late(): void {
    const full = new LiveMirror(checkedFull(wired(this.#change(this.feed.full(statusOf(this.live))))));
    if (this.mirrored === undefined) this.mirrored = new MirroredProfile(full, RECENT);
    else this.said.push(this.mirrored.begin(full));
  }

  get view(): MirroredProfile {
    return this.mirrored as MirroredProfile;
  }
}

function seen(view: LiveView, window: WindowName): unknown {
  return view.metrics.map((metric) => {
    const tally = view.tally(window, metric, {}, new Tally());
    const { total, squares, samples } = view.weight(window, metric);
    return {
      metric: metric.name,
      weight: [total, squares, samples],
      all: tally.all,
      rows: hotRows(view, tally, "line", "name"),
      threads: view.threads.map((one) => [one.pid, one.thread, one.name, tally.total[one.root] ?? 0]),
    };
  });
}

describe.each(MODES)("a profile of mode %s that is taken elsewhere", (mode) => {
  it("has the same windows, marks and threads, however its messages were cut and whoever came late", () => {
    for (let seed = 1; seed <= 4; seed++) {
      const next = random(seed);
      const followed = new Followed(mode);
      const { live } = followed;
      for (const [i, sample] of madeSamples(mode, seed).entries()) {
        live.add(sample);
        if (i < 20 || next() > 0.08) continue;
        followed.push();
        const what = next();
        for (const one of [live, followed.view]) {
          if (what < 0.2) one.reset();
          else if (what < 0.4) one.mark("a");
          else if (what < 0.5) one.mark("b");
        }
        if (what > 0.8) followed.late();
      }
      followed.push();
      for (const window of ["all", "reset", "marked", "behind", "before"] as const)
        expect(seen(followed.view, window), window).toEqual(seen(live, window));
      expect(followed.view.marks).toEqual(live.marks);
      expect(followed.view.threads.map(({ last, samples }) => [last, samples])).toEqual(
        live.threads.map(({ last, samples }) => [last, samples]),
      );
      expect(followed.view.tellsLast).toBe(true);
      expect(followed.view.rates.all).toEqual(live.rates.all);
      for (const seconds of [1, 3, 600]) expect(followed.view.rates.last(seconds)).toEqual(live.rates.last(seconds));
      expect(followed.said).not.toContain("begins anew");
    }
  });
});

/** A sample each 0.1 s, of a stack that goes with the second that it ends in. */
function addSeconds(followed: Followed, from: number, to: number): void {
  for (let tick = 10 * from; tick < 10 * to; tick++) {
    const time = tick === 0 ? 50_000 : 100_000;
    followed.live.add(sampleOf(`main@a.py|at${Math.floor(tick / 10)}@a.py`, { time }));
    followed.push();
  }
}

function functionsIn(view: LiveView, window: WindowName): string[] {
  const tally = view.tally(window, view.metrics[0], {}, new Tally());
  return hotRows(view, tally, "function", "name").map((row) => row.function.scope);
}

describe("windows of a profile that is taken elsewhere", () => {
  it("have the last seconds, and as many as are kept, for one who came late, too", () => {
    const followed = new Followed("wall");
    addSeconds(followed, 0, 6);
    expect(functionsIn(followed.view, "recent")).toEqual(["at4", "at5", "main"]);
    followed.view.recentSeconds = 4;
    expect(functionsIn(followed.view, "recent")).toEqual(["at2", "at3", "at4", "at5", "main"]);
    expect(followed.view.isRecentShort).toBe(false);
    followed.mirrored = undefined;
    followed.late();
    followed.view.recentSeconds = 3;
    expect(functionsIn(followed.view, "recent")).toEqual(["at3", "at4", "at5", "main"]);
  });

  it("say that seconds are not kept", () => {
    const followed = new Followed("wall", { recentSeconds: 2 });
    addSeconds(followed, 0, 6);
    followed.mirrored = undefined;
    followed.late();
    followed.view.recentSeconds = 5;
    expect(followed.view.isRecentShort).toBe(true);
    expect(followed.view.recentHeld).toBeGreaterThan(1.5);
    expect(followed.view.recentHeld).toBeLessThan(3.5);
  });

  it("stay as they are while it is paused, whatever comes, a full state, too", () => {
    const followed = new Followed("wall");
    addSeconds(followed, 0, 3);
    followed.view.freeze();
    const before = [seen(followed.view, "all"), seen(followed.view, "recent")];
    const last = followed.view.threads.map((one) => followed.view.lastOf(one));
    addSeconds(followed, 3, 5);
    followed.late();
    addSeconds(followed, 5, 6);
    expect([seen(followed.view, "all"), seen(followed.view, "recent")]).toEqual(before);
    expect(followed.view.threads.map((one) => followed.view.lastOf(one))).toEqual(last);
    followed.view.thaw();
    expect(seen(followed.view, "all")).toEqual(seen(followed.live, "all"));
    expect(functionsIn(followed.view, "recent")).toEqual(["at4", "at5", "main"]);
  });

  it("go on counting behind a line that broke, and begin anew where stacks have other numbers", () => {
    const followed = new Followed("wall", { mostStacks: 64 });
    addSeconds(followed, 0, 2);
    followed.view.reset();
    followed.late();
    addSeconds(followed, 2, 4);
    expect(functionsIn(followed.view, "reset")).toEqual(["at2", "at3", "main"]);
    expect(followed.said).toEqual(["goes on"]);
    for (let i = 0; i < 80; i++) followed.live.add(sampleOf(`main@a.py|rare${i}@a.py`));
    followed.push();
    expect(followed.live.letGo.stacks).toBeGreaterThan(0);
    expect(followed.said).toEqual(["goes on", "begins anew"]);
    expect(followed.view.letGo).toEqual(followed.live.letGo);
    expect(seen(followed.view, "reset")).toEqual(seen(followed.live, "all"));
  });

  it("claim nothing that an austin-web of older days doesn't tell", () => {
    const plain = (message: WireFull | WireDelta): object => {
      const { last: _, ...rest } = message;
      const of = (slice: object): object => ({ ...slice, squares: undefined });
      return "slice" in rest
        ? { ...rest, slice: of(rest.slice) }
        : { ...rest, sums: of(rest.sums), slices: rest.slices.map(of) };
    };
    const followed = new Followed("wall", {}, plain);
    addSeconds(followed, 0, 3);
    followed.view.reset();
    addSeconds(followed, 3, 4);
    expect(followed.view.tellsLast).toBe(false);
    // The last message alone is looked at: it has one stack.
    expect(followed.view.threads.map((one) => followed.view.lastOf(one))).toEqual(
      followed.live.threads.map(({ last }) => last),
    );
    const [metric] = followed.view.metrics;
    for (const window of ["all", "recent", "reset"] as const)
      expect(followed.view.weight(window, metric as never).squares, window).toBe(Number.POSITIVE_INFINITY);
  });
});

/** Change one thing somewhere in it. */
function mutated(value: unknown, next: () => number): unknown {
  const strange = [null, undefined, -1, 1.5, 1e300, 2 ** 40, "x", {}, [], [[]], true, Number.NaN];
  if (next() < 0.15 || typeof value !== "object" || value === null) return strange[Math.floor(next() * strange.length)];
  if (Array.isArray(value)) {
    const copy = [...value];
    const at = Math.floor(next() * (copy.length + 1));
    if (next() < 0.2) copy.splice(at, next() < 0.5 ? 1 : 0, copy[0]);
    else copy[at] = mutated(copy[at], next);
    return copy;
  }
  const names = Object.keys(value);
  const name = names[Math.floor(next() * names.length)] as string;
  const copy: Record<string, unknown> = { ...value };
  if (next() < 0.1) delete copy[name];
  else copy[name] = mutated(copy[name], next);
  return copy;
}

describe("messages", () => {
  it("may have fields that nobody knows yet", () => {
    const followed = new Followed("full", {}, (message) => ({
      ...message,
      future: { a: 1 },
      states: message.states.map((state) => [...state, "more"]),
      seconds: message.seconds.map((second) => [...second, "more"]),
      status: { ...message.status, more: [] },
    }));
    for (const sample of madeSamples("full")) followed.live.add(sample);
    followed.push();
    followed.push();
    expect(seen(followed.view, "all")).toEqual(seen(followed.live, "all"));
  });

  it("of another version are refused by it", () => {
    for (const version of [2, "1", undefined, null])
      expect(() => checkedFull({ version }), `${version}`).toThrow(OtherVersion);
  });

  it("of a time that nobody can count to are refused: its seconds would never end", () => {
    const followed = new Followed("wall");
    followed.live.add(sampleOf("main@a.py"));
    followed.feed.next(statusOf(followed.live));
    const full = followed.feed.full(statusOf(followed.live));
    expect(() => checkedFull(wired(full))).not.toThrow();
    for (const now of [1e300, -1e300, 2 ** 60])
      expect(() => checkedFull(wired({ ...full, now })), `${now}`).toThrow(OutOfStep);
  });

  it("that nobody would send are refused, or do no harm", () => {
    const followed = new Followed("full");
    const messages: unknown[] = [];
    for (const [i, sample] of madeSamples("full", 3, 40).entries()) {
      followed.live.add(sample);
      if (i % 50 !== 0) continue;
      const delta = followed.feed.next(statusOf(followed.live));
      messages.push(wired(delta ?? followed.feed.full(statusOf(followed.live))));
    }
    const next = random(7);
    let refused = 0;
    for (let round = 0; round < 400; round++) {
      const at = Math.floor(next() * messages.length);
      let view: MirroredProfile | undefined;
      try {
        for (const [i, message] of messages.entries()) {
          const one = i === at ? mutated(message, next) : message;
          if (i === 0) view = new MirroredProfile(new LiveMirror(checkedFull(one)), RECENT);
          else view?.apply(checkedDelta(one));
        }
      } catch (error) {
        expect(error).toBeInstanceOf(OutOfStep);
        refused++;
      }
      if (view === undefined) continue;
      // What was taken can be looked at.
      for (const window of ["all", "recent"] as const) seen(view, window);
      view.freeze();
      view.rates.last(5);
      for (const thread of view.threads) expect(view.lastOf(thread)).toBeLessThan(view.stacks.count);
    }
    expect(refused).toBeGreaterThan(200);
  });
});
