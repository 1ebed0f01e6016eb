// How the clock waits while the event loop rests, with a time of our own: on a busy machine a wait ends whenever it likes.
import { expect, it, vi } from "vitest";
import { Clock } from "../../../src/sampler/clock.js";

const time = vi.hoisted(() => ({ now: 1_000_000 }));
vi.mock("../../../src/memory/monotonic_clock.js", () => ({ now: () => time.now }));

/** Longest time between two looks whether the run is over. */
const LOOK = 10_000;
const never = (): boolean => false;

/** A clock whose next deadline is so far away. */
function clockBefore(microseconds: number): Clock {
  const clock = new Clock(1_000_000);
  clock.begin(clock.deadline);
  clock.deadline = time.now + microseconds;
  return clock;
}

it("waits for a deadline that is far, and asks whether the run is over now and then", () => {
  const clock = clockBefore(25_000);
  const start = time.now;
  const waits: number[] = [];
  const wait = (until: number): boolean => {
    waits.push(until - start);
    time.now = until + 7;
    return true;
  };
  let asked = 0;
  expect(clock.rest(wait, () => ++asked > 2, LOOK)).toBe(true);
  expect(waits).toEqual([LOOK, 2 * LOOK + 7, 25_000]);
  expect(asked).toBe(2);
  expect(clock.time).toBe(clock.deadline + 7);
  expect(clock.isNear).toBe(true);
});

it("leaves a deadline that is near to the copy, and only looks whether the event loop wants a turn", () => {
  const clock = clockBefore(3000);
  const waits: number[] = [];
  expect(clock.rest((until) => waits.push(until) > 0, never, LOOK)).toBe(true);
  expect(waits).toEqual([time.now]);
  expect(clock.isNear).toBe(true);
});

it("ends where the event loop wants a turn, or the run is over", () => {
  const clock = clockBefore(500_000);
  expect(clock.rest(never, never, LOOK)).toBe(false);
  const wait = (until: number): boolean => {
    time.now = until;
    return true;
  };
  expect(clock.rest(wait, () => true, LOOK)).toBe(false);
  expect(clock.isNear).toBe(false);
});

it("doesn't ask where a wait has lasted beyond the deadline: the sample is due", () => {
  const clock = clockBefore(25_000);
  const wait = (): boolean => {
    time.now = clock.deadline + 1;
    return true;
  };
  expect(clock.rest(wait, () => true, LOOK)).toBe(true);
});
