// When off-CPU copies alone are made: where too much of the time stays unproven, or is of another moment, and for how long.
import { describe, expect, it } from "vitest";
import { Pace } from "../../../src/sampler/pace.js";

const SECOND = 1e6;
const WINDOW = 250_000;
const TICK = 100;
/** So long calls may stay unproven at first. */
const GRACE = 500_000;

/** What a sample is, by its number. */
type Kind = (index: number) => "good" | "unproven" | "restless";

const every = (nth: number, kind: "unproven" | "restless"): Kind => {
  return (index) => (index % nth === 0 ? kind : "good");
};
const good: Kind = () => "good";

/** Count samples of one stack each, `tick` apart, behind `start` and up to `end`. @returns when the pace changed */
function run(pace: Pace, start: number, end: number, kind: Kind, tick = TICK): number | undefined {
  for (let now = start + tick, i = 1; now <= end; now += tick, i++) {
    const what = kind(i);
    if (pace.count(now, 1, what === "unproven" ? 1 : 0, what === "restless")) return now;
  }
  return undefined;
}

/** A pace behind its grace, at time 0. */
const seasoned = (): Pace => new Pace(-GRACE);

/** Behind `start`: bad until off-CPU copies alone are made, and on until they are not. @returns [begin, end] of the stretch */
function stretch(pace: Pace, start: number, kind: Kind = every(1, "restless")): [number, number] {
  const begin = run(pace, start, Number.POSITIVE_INFINITY, kind) as number;
  expect(pace.onlyOffCpu).toBe(true);
  const end = run(pace, begin, Number.POSITIVE_INFINITY, kind, 1000) as number;
  expect(pace.onlyOffCpu).toBe(false);
  return [begin, end];
}

describe("the pace", () => {
  it("stays where little is unproven or restless", () => {
    const pace = seasoned();
    run(pace, -GRACE, 0, good);
    expect(run(pace, 0, 5 * SECOND, every(60, "unproven"))).toBeUndefined();
    expect(run(pace, 5 * SECOND, 10 * SECOND, every(6, "restless"))).toBeUndefined();
    expect(pace.onlyOffCpu).toBe(false);
    expect(pace.stillMicroseconds).toBe(0);
  });

  it("changes as soon as a window can't be good any more", () => {
    const unproven = seasoned();
    run(unproven, -GRACE, 0, good);
    // More than 2 % of 250 ms, and of the samples.
    expect(run(unproven, 0, SECOND, every(1, "unproven"))).toBe(0.02 * WINDOW + TICK);
    const restless = seasoned();
    run(restless, -GRACE, 0, good);
    expect(run(restless, 0, SECOND, every(2, "restless"))).toBe(2 * (0.2 * WINDOW + TICK));
  });

  it("does not change for a bad moment", () => {
    const pace = seasoned();
    run(pace, -GRACE, 0, good);
    for (let now = 0; now < 10 * SECOND; now += WINDOW) {
      expect(run(pace, now, now + 40_000, every(1, "restless"))).toBeUndefined();
      expect(run(pace, now + 40_000, now + WINDOW, good)).toBeUndefined();
    }
    expect(pace.stillMicroseconds).toBe(0);
  });

  it("goes by time: where ticks are missed, a sample stands for more of it", () => {
    const pace = seasoned();
    run(pace, -GRACE, 0, good);
    // The nth sample is restless, and stands for four times the time of the others.
    const isBad = (nth: number): boolean => {
      for (let now = 0, i = 1; i <= 10_000 && !pace.onlyOffCpu; i++) {
        now += i % nth === 0 ? 4 * TICK : TICK;
        pace.count(now, 1, 0, i % nth === 0);
      }
      return pace.onlyOffCpu;
    };
    expect(isBad(10)).toBe(false);
    expect(isBad(4)).toBe(true);
  });

  it("goes by samples, too: a single one that lasts long says little", () => {
    const pace = seasoned();
    run(pace, -GRACE, 0, good);
    expect(pace.count(0.2 * SECOND, 1, 1, true)).toBe(false);
    expect(run(pace, 0.2 * SECOND, 5 * SECOND, good)).toBeUndefined();
  });

  it("counts the part of a sample's stacks that is unproven", () => {
    const few = seasoned();
    const many = seasoned();
    for (const [pace, unproven] of [
      [few, 1],
      [many, 3],
    ] as const) {
      for (let now = 0; now < SECOND && !pace.onlyOffCpu; now += TICK) pace.count(now, 100, unproven);
    }
    expect(few.onlyOffCpu).toBe(false);
    expect(many.onlyOffCpu).toBe(true);
  });

  it("lets calls be learnt at first, but not show another moment", () => {
    const learning = new Pace(0);
    expect(run(learning, 0, 2 * SECOND, every(1, "unproven"))).toBe(GRACE + 0.02 * WINDOW + TICK);
    const moving = new Pace(0);
    expect(run(moving, 0, 2 * SECOND, every(1, "restless"))).toBe(0.2 * WINDOW + TICK);
  });

  it("does not change for what off-CPU copies can't prove either", () => {
    const pace = seasoned();
    for (let now = 0; now < 5 * SECOND; now += TICK) expect(pace.count(now, 1, 1, false, true)).toBe(false);
    expect(pace.stillMicroseconds).toBe(0);
    expect(run(pace, 5 * SECOND, 6 * SECOND, every(1, "unproven"))).toBeDefined();
  });

  it("waits for enough samples where they are rare", () => {
    const pace = new Pace(-GRACE);
    // More than 60 of 300.
    expect(run(pace, 0, 100 * SECOND, every(1, "restless"), 100_000)).toBe(61 * 100_000);
  });

  it("never changes for a process that only sleeps, however it is looked at", () => {
    const pace = new Pace(0);
    for (const tick of [50, 100, 1000, 100_000]) expect(run(pace, 0, 100 * SECOND, good, tick)).toBeUndefined();
  });

  it("goes back after a stretch, each time in a row twice as long, up to a longest one", () => {
    const pace = seasoned();
    let now = 0;
    let sum = 0;
    for (const seconds of [0.25, 0.5, 1, 2, 4, 8, 8]) {
      const [begin, end] = stretch(pace, now);
      expect(end - begin).toBe(seconds * SECOND);
      sum += seconds * SECOND;
      expect(pace.stillMicroseconds).toBe(sum);
      now = end;
    }
  });

  it("is short again after a single window that went well", () => {
    const pace = seasoned();
    let now = 0;
    for (let i = 0; i < 5; i++) now = stretch(pace, now)[1];
    expect(run(pace, now, now + WINDOW, good)).toBeUndefined();
    const [begin, end] = stretch(pace, now + WINDOW);
    expect(end - begin).toBe(WINDOW);
  });

  it("forgets what was before the window", () => {
    const pace = seasoned();
    run(pace, -GRACE, 0, good);
    run(pace, 0, 40_000, every(1, "restless"));
    expect(run(pace, 40_000, WINDOW, good)).toBeUndefined();
    expect(run(pace, WINDOW, WINDOW + 0.2 * WINDOW, every(1, "restless"))).toBeUndefined();
  });

  it("counts a stretch that the run's end cuts off, once", () => {
    const pace = seasoned();
    const begin = run(pace, 0, SECOND, every(1, "restless")) as number;
    pace.end(begin + 500);
    pace.end(begin + 900);
    expect(pace.stillMicroseconds).toBe(500);
  });
});
