// When still copies alone are made: where too much stays unproven, and for how long.
import { describe, expect, it } from "vitest";
import { Pace } from "../../../src/sampler/pace.js";

const SECOND = 1e6;
const WINDOW = 30_000;
/** So long nothing is judged at first. */
const GRACE = 500_000;

/** Count samples of one stack each, 100 us apart from `start` on, every `nth` of them unproven, until the pace changes. */
function run(pace: Pace, start: number, nth: number, end: number): number | undefined {
  for (let now = start, i = 1; now < end; now += 100, i++) {
    if (pace.count(now, 1, i % nth === 0 ? 1 : 0)) return now;
  }
  return undefined;
}

describe("the pace", () => {
  it("stays while few stacks are unproven", () => {
    const pace = new Pace(-GRACE);
    expect(run(pace, 0, 60, 5 * SECOND)).toBeUndefined();
    expect(run(pace, 5 * SECOND, Number.POSITIVE_INFINITY, 10 * SECOND)).toBeUndefined();
    expect(pace.onlyStill).toBe(false);
    expect(pace.stillMicroseconds).toBe(0);
  });

  it("changes once a window has too many that took several copies", () => {
    const few = new Pace(-GRACE);
    const many = new Pace(-GRACE);
    for (let now = 0, i = 1; now < WINDOW; now += 100, i++) {
      expect(few.count(now, 1, 0, i % 5 === 0)).toBe(false);
      expect(many.count(now, 1, 0, i % 3 === 0)).toBe(false);
    }
    expect(few.count(WINDOW, 1, 0)).toBe(false);
    expect(many.count(WINDOW, 1, 0)).toBe(true);
  });

  it("lets calls be learned at first", () => {
    const pace = new Pace(0);
    expect(run(pace, 0, 1, 2 * SECOND)).toBe(GRACE + WINDOW);
  });

  it("changes once a window has more of them", () => {
    const pace = new Pace(-GRACE);
    expect(run(pace, 0, 40, SECOND)).toBe(WINDOW);
    expect(pace.onlyStill).toBe(true);
  });

  it("does not judge by a few stacks, nor by a short time", () => {
    const pace = new Pace(-GRACE);
    for (let i = 0; i < 299; i++) expect(pace.count(i * 1000, 1, 1)).toBe(false);
    expect(pace.count(299_000, 1, 1)).toBe(true);

    const brief = new Pace(-GRACE);
    for (let now = 0; now < WINDOW; now += 100) expect(brief.count(now, 50, 50)).toBe(false);
    expect(brief.count(WINDOW, 50, 50)).toBe(true);
  });

  it("forgets what was before the window", () => {
    const pace = new Pace(-GRACE);
    for (let now = 0; now < WINDOW; now += 100) pace.count(now, 1, 0);
    expect(pace.count(WINDOW, 700, 0)).toBe(false);
    expect(run(pace, WINDOW + 100, 1, SECOND)).toBe(2 * WINDOW);
  });

  it("goes back after a stretch, each time in a row twice as long, up to a longest one", () => {
    const pace = new Pace(-GRACE);
    let now = 0;
    let sum = 0;
    for (const seconds of [1, 2, 4, 8, 16, 32, 32]) {
      const begin = run(pace, now, 1, Number.POSITIVE_INFINITY) as number;
      expect(pace.onlyStill).toBe(true);
      expect(pace.count(begin + seconds * SECOND - 1, 1, 1)).toBe(false);
      now = begin + seconds * SECOND;
      expect(pace.count(now, 1, 1)).toBe(true);
      expect(pace.onlyStill).toBe(false);
      sum += seconds * SECOND;
      expect(pace.stillMicroseconds).toBe(sum);
    }
  });

  it("is short again after a window that went well", () => {
    const pace = new Pace(-GRACE);
    let now = run(pace, 0, 1, SECOND) as number;
    now += SECOND;
    pace.count(now, 1, 1);
    run(pace, now, Number.POSITIVE_INFINITY, now + 2 * WINDOW);
    now = run(pace, now + 2 * WINDOW, 1, now + SECOND) as number;
    expect(pace.onlyStill).toBe(true);
    expect(pace.count(now + SECOND, 1, 1)).toBe(true);
  });

  it("counts a stretch that the run's end cuts off, once", () => {
    const pace = new Pace(-GRACE);
    const begin = run(pace, 0, 1, SECOND) as number;
    pace.end(begin + 500);
    pace.end(begin + 900);
    expect(pace.stillMicroseconds).toBe(500);
  });
});
