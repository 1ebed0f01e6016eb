import { describe, expect, it } from "vitest";
import { Clock } from "../../../src/sampler/clock.js";

describe("a clock", () => {
  it("tells the time of the system's monotonic clock", () => {
    const before = Number(process.hrtime.bigint()) / 1000;
    const now = Clock.now();
    expect(now).toBeGreaterThan(before - 50);
    expect(now).toBeLessThan(Number(process.hrtime.bigint()) / 1000 + 50);
  });

  it("has one deadline in each interval, at any moment of it", () => {
    const clock = new Clock(100);
    const start = clock.deadline;
    const quarters = [0, 0, 0, 0];
    for (let i = 1; i <= 10_000; i++) {
      clock.begin(clock.deadline);
      const moment = clock.deadline - start - i * 100;
      expect(moment).toBeGreaterThanOrEqual(0);
      expect(moment).toBeLessThan(100);
      quarters[Math.floor(moment / 25)] = (quarters[Math.floor(moment / 25)] as number) + 1;
    }
    expect([clock.due, clock.missed]).toEqual([10_000, 0]);
    for (const count of quarters) expect(Math.abs(count - 2500)).toBeLessThan(200); // over four standard deviations
  });

  it("takes late samples, however late in their interval or the next they begin", () => {
    const clock = new Clock(100);
    const start = clock.deadline;
    clock.begin(start + 99);
    clock.begin(start + 299);
    expect(Math.floor((clock.deadline - start) / 100)).toBe(2);
    expect([clock.due, clock.missed]).toEqual([2, 0]);
  });

  it("skips the intervals that passed, and counts them", () => {
    const clock = new Clock(100);
    const start = clock.deadline;
    clock.begin(start + 350);
    expect(Math.floor((clock.deadline - start) / 100)).toBe(3);
    expect([clock.due, clock.missed]).toEqual([3, 2]);
  });

  it("ends the last interval at its limit", () => {
    const clock = new Clock(100);
    const start = clock.deadline;
    clock.limit = start + 1001;
    for (let i = 0; i < 10; i++) clock.begin(clock.deadline);
    expect(clock.deadline - start).toBeGreaterThanOrEqual(1000);
    expect(clock.deadline - start).toBeLessThanOrEqual(1001);
    clock.begin(clock.limit);
    expect(clock.deadline).toBeGreaterThan(clock.limit);
  });

  it("has a last deadline at its limit, however long the interval is", () => {
    const clock = new Clock(10_000_000);
    clock.limit = clock.deadline + 1_500_000;
    clock.begin(clock.deadline);
    expect(clock.deadline).toBe(clock.limit);
    clock.begin(clock.deadline);
    expect(clock.deadline).toBeGreaterThan(clock.limit);
  });

  it("has no deadlines where there is no interval", () => {
    const clock = new Clock(0);
    const first = clock.deadline;
    clock.begin(first + 350);
    expect([clock.deadline - first, clock.due, clock.missed]).toEqual([350, 1, 0]);
  });

  it("wants the event loop to have a turn before a long wait", () => {
    const clock = new Clock(1_000_000);
    expect(clock.isNear).toBe(true);
    clock.begin(clock.deadline);
    expect(clock.isNear).toBe(false);
  });

  it("gives the event loop a turn now and then, however often samples are taken", async () => {
    const clock = new Clock(1);
    const first = clock.time;
    for (let time = first; clock.isNear; time += 10) clock.begin(time);
    expect(clock.time - first).toBe(20_000);
    await clock.turn(() => false);
    expect(clock.isNear).toBe(true);
  });
});
