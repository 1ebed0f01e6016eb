// What keeps off-CPU copies from being made: told by cause, and no reason to give up while others can be made.
import { describe, expect, it } from "vitest";
import { Backoff } from "../../../src/sampler/backoff.js";
import { CopyFailures } from "../../../src/sampler/copy_failures.js";

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
    const copy_failures = new CopyFailures();
    expect([copy_failures.areInForce(0), copy_failures.unavailable]).toEqual([false, undefined]);
    copy_failures.prevented("one", 0);
    copy_failures.prevented("other", 0);
    copy_failures.prevented("one", 0);
    expect(copy_failures.areInForce(0)).toBe(true);
    expect(copy_failures.unavailable).toBe("one; other");
    expect(copy_failures.copies).toEqual({ one: 2, other: 1 });
    copy_failures.made(10_000);
    expect([copy_failures.areInForce(10_000), copy_failures.unavailable]).toEqual([false, undefined]);
    expect(copy_failures.copies).toEqual({ one: 2, other: 1 });
  });

  it("is of no account where another could be made within a second", () => {
    const copy_failures = new CopyFailures();
    copy_failures.made(0);
    copy_failures.prevented("one", 999_999);
    expect(copy_failures.areInForce(999_999)).toBe(false);
    copy_failures.prevented("one", 1_000_000);
    expect(copy_failures.areInForce(1_000_000)).toBe(true);
    expect(copy_failures.unavailable).toBeUndefined();
  });

  it("is told apart by cause, up to a point", () => {
    const copy_failures = new CopyFailures();
    for (let i = 0; i < 100; i++) copy_failures.prevented(`cause ${i}`, 0);
    const { copies } = copy_failures;
    expect(Object.values(copies).reduce((sum, one) => sum + one, 0)).toBe(100);
    expect(copies["other causes"]).toBe(84);
  });
});
