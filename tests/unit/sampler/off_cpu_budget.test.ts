// How many off-CPU copies are allowed: a reserve at once, then so many a second.
import { describe, expect, it } from "vitest";
import { OffCpuBudget } from "../../../src/sampler/off_cpu_budget.js";

const RESERVE = 2000;
const COPIES_A_SECOND = 1000;
const SECOND = 1e6;

/** Make copies one by one at `now` while they are allowed. Returns how many. */
function drain(budget: OffCpuBudget, now: number): number {
  let copies = 0;
  for (; budget.allows(now); copies++) budget.spend(1);
  return copies;
}

describe("the budget", () => {
  it("allows a reserve at once", () => {
    expect(drain(new OffCpuBudget(7 * SECOND), 7 * SECOND)).toBe(RESERVE);
  });

  it("fills up evenly", () => {
    const budget = new OffCpuBudget(0);
    drain(budget, 0);
    expect(budget.allows(SECOND / COPIES_A_SECOND - 1)).toBe(false);
    expect(budget.allows(SECOND / COPIES_A_SECOND)).toBe(true);
    budget.spend(1);
    let copies = 0;
    const start = SECOND / COPIES_A_SECOND;
    for (let now = start; now <= start + SECOND; now += 100) copies += drain(budget, now);
    expect(Math.abs(copies - COPIES_A_SECOND)).toBeLessThanOrEqual(1);
  });

  it("never holds more than its reserve", () => {
    const budget = new OffCpuBudget(0);
    expect(drain(budget, 100 * SECOND)).toBe(RESERVE);
    expect(drain(budget, 1000 * SECOND)).toBe(RESERVE);
  });

  it("pays back what was spent beyond it", () => {
    const budget = new OffCpuBudget(0);
    budget.spend(RESERVE + COPIES_A_SECOND);
    expect(budget.allows(SECOND)).toBe(false);
    expect(drain(budget, 1.5 * SECOND)).toBe(COPIES_A_SECOND / 2);
  });

  it("allows so many in one tick", () => {
    const budget = new OffCpuBudget(0);
    budget.begin(2);
    expect(drain(budget, 0)).toBe(2);
    budget.begin(3);
    expect(drain(budget, 0)).toBe(3);
  });
});
