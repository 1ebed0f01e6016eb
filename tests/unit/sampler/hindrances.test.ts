// What keeps off-CPU copies from being made: told by cause, and no reason to give up while others can be made.
import { describe, expect, it } from "vitest";
import { Backoff } from "../../../src/sampler/backoff.js";
import { Hindrances } from "../../../src/sampler/hindrances.js";

describe("a backoff", () => {
  it("waits twice as long each time in a row, a second at most", () => {
    const backoff = new Backoff();
    const waits: number[] = [];
    let now = 0;
    for (let i = 0; i < 12; i++) {
      backoff.failed(now);
      const began = now;
      while (backoff.isEarly(now)) now += 500;
      waits.push(now - began);
    }
    expect(waits.slice(0, 4)).toEqual([1000, 2000, 4000, 8000]);
    expect(waits.slice(-2)).toEqual([1_000_000, 1_000_000]);
    backoff.worked();
    expect(backoff.isEarly(now)).toBe(false);
    backoff.failed(now);
    expect([backoff.isEarly(now + 999), backoff.isEarly(now + 1000)]).toEqual([true, false]);
  });
});

describe("what prevents off-CPU copies", () => {
  it("is in force where none can be made, until it is worth another try", () => {
    const hindrances = new Hindrances();
    expect([hindrances.areInForce(0), hindrances.unavailable]).toEqual([false, undefined]);
    hindrances.prevented("one", 0);
    hindrances.prevented("other", 0);
    hindrances.prevented("one", 0);
    expect(hindrances.areInForce(0)).toBe(true);
    expect(hindrances.unavailable).toBe("one; other");
    expect(hindrances.copies).toEqual({ one: 2, other: 1 });
    hindrances.made(10_000);
    expect([hindrances.areInForce(10_000), hindrances.unavailable]).toEqual([false, undefined]);
    expect(hindrances.copies).toEqual({ one: 2, other: 1 });
  });

  it("is of no account where another could be made within a second", () => {
    const hindrances = new Hindrances();
    hindrances.made(0);
    hindrances.prevented("one", 999_999);
    expect(hindrances.areInForce(999_999)).toBe(false);
    hindrances.prevented("one", 1_000_000);
    expect(hindrances.areInForce(1_000_000)).toBe(true);
    expect(hindrances.unavailable).toBeUndefined();
  });

  it("is told apart by cause, up to a point", () => {
    const hindrances = new Hindrances();
    for (let i = 0; i < 100; i++) hindrances.prevented(`cause ${i}`, 0);
    const { copies } = hindrances;
    expect(Object.values(copies).reduce((sum, one) => sum + one, 0)).toBe(100);
    expect(copies["other causes"]).toBe(84);
  });
});
