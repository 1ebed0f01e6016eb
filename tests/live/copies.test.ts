// When a copy is made: never before it is due, and what it says of that.
import { describe, expect, it } from "vitest";
import { AT_ONCE, LiveMemory } from "../../src/memory/live.js";

/** The add-on's clock, in microseconds. */
const now = (): number => Number(process.hrtime.bigint()) / 1000;
/** What is lost of it in a number. */
const ROUNDING = 0.01;
/** More than a copy may take that isn't late. */
const PAUSE = 500;

const nothing = new Uint8Array(0);

function pause(): void {
  for (const end = now() + PAUSE; now() < end; );
}

describe("a copy", () => {
  it("begins when it is due, or now", () => {
    const memory = new LiveMemory(process.pid);
    // Waits of some microseconds are not slept.
    for (const wait of [Number.NEGATIVE_INFINITY, -PAUSE, PAUSE, 5, 20, 40, 60, PAUSE, 5, 40]) {
      const before = now();
      const due = Math.max(0, before + wait);
      memory.due = due;
      memory.fill(nothing, 0, 0);
      expect(memory.began).toBeGreaterThanOrEqual(Math.max(due, before) - ROUNDING);
      expect(memory.began).toBeLessThanOrEqual(now() + ROUNDING);
      expect(memory.due).toBe(0);
    }
  });

  it("begins, if at once, where the one before ended; it counts as late if that is long ago", () => {
    const memory = new LiveMemory(process.pid);
    const before = now();
    memory.fill(nothing, 0, 0);
    const after = now();
    pause();
    memory.due = AT_ONCE;
    memory.fill(nothing, 0, 0);
    expect(memory.began).toBeGreaterThanOrEqual(before - ROUNDING);
    expect(memory.began).toBeLessThanOrEqual(after + ROUNDING);
    expect(memory.interrupted).toBe(true);
  });

  it("begins now, though it is to begin at once, where none was before or a still one was", () => {
    const memory = new LiveMemory(process.pid);
    for (const still of [false, true]) {
      if (still) {
        memory.readOffCpu(nothing, 0, 0, {
          processor: -1,
          patienceMicroseconds: 0,
          witness: -1,
          note: -1,
          holdMicroseconds: 0,
        });
        pause();
      }
      const before = now();
      memory.due = AT_ONCE;
      memory.fill(nothing, 0, 0);
      expect(memory.began).toBeGreaterThanOrEqual(before - ROUNDING);
    }
  });
});
