import { describe, expect, it } from "vitest";
import { Clock } from "../../../src/sampler/clock.js";

describe("a clock", () => {
  it("tells the time of the system's monotonic clock", () => {
    const before = Number(process.hrtime.bigint()) / 1000;
    const now = Clock.now();
    expect(now).toBeGreaterThan(before - 50);
    expect(now).toBeLessThan(Number(process.hrtime.bigint()) / 1000 + 50);
  });

  it("keeps its deadlines, however late a sample begins", () => {
    const clock = new Clock(100);
    const first = clock.deadline;
    clock.begin(first + 3);
    clock.begin(first + 199);
    expect([clock.deadline - first, clock.due, clock.missed]).toEqual([200, 2, 0]);
  });

  it("skips the deadlines that passed, and counts them", () => {
    const clock = new Clock(100);
    const first = clock.deadline;
    clock.begin(first + 350);
    expect([clock.deadline - first, clock.due, clock.missed]).toEqual([400, 4, 3]);
    // One that comes at the next deadline's very time has missed that one, too.
    clock.begin(first + 500);
    expect([clock.deadline - first, clock.due, clock.missed]).toEqual([600, 6, 4]);
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
