// A profile's time is the time that passed, whichever threads were there at a tick.
import { expect, it } from "vitest";
import { ProfileClock } from "../../../src/filters/index.js";
import type { Sample } from "../../../src/model/sample.js";

/** Where the profile stands after each sample, given as thread and microseconds. */
function ends(samples: readonly (readonly [thread: string, microseconds: number | undefined])[]) {
  const clock = new ProfileClock();
  return samples.map(([thread, timeMicroseconds]) => {
    const metrics = { timeMicroseconds, memoryBytes: undefined };
    const sample: Sample = { pid: 1, interpreterId: 0, thread, frames: [], metrics, idle: false, gc: false };
    return clock.advance(sample);
  });
}

it("is the same for all threads of a tick", () => {
  expect(
    ends([
      ["a", 10],
      ["b", 10],
      ["a", 30],
      ["b", 30],
    ]),
  ).toEqual([10, 10, 40, 40]);
});

it("goes on by what passed where threads are away at some ticks", () => {
  expect(
    ends([
      ["b", 10],
      ["a", 30],
      ["b", 30],
      ["b", 5],
      ["a", 40],
      ["b", 40],
    ]),
  ).toEqual([10, 40, 40, 45, 85, 85]);
});

it("says nothing of samples without a time", () => {
  expect(ends([["a", undefined]])).toEqual([undefined]);
});
