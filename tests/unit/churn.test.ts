// The judge of churned functions: every stack that the program can have passes, and each way of mixing two of its
// functions that share an address, one after the other, is found.
import { describe, expect, it } from "vitest";
import { type ChurnFrame, churnFault, isChurned, runningNumber } from "../churn.js";

const root: ChurnFrame = { scope: "<module>", filename: "/t/churn.py", line: 90 };
const once: ChurnFrame = { scope: "Churn.once", filename: "/t/churn.py", line: 80 };

function legal(k: number): [ChurnFrame, ChurnFrame, ChurnFrame, ChurnFrame, ChurnFrame] {
  const filename = `churn_${String(k).padStart(2, "0")}.py`;
  const call = 100 * (k + 1) + 1 + (k % 7);
  return [
    root,
    once,
    { scope: "drive", filename: "driver.py", line: 3 + 2 * k },
    { scope: `outer_${filename.slice(6, 8)}`, filename, line: call },
    { scope: `inner_${filename.slice(6, 8)}`, filename, line: call + 4 + (k % 5) },
  ];
}

describe("churnFault", () => {
  it("lets every stack of the program pass", () => {
    for (let k = 0; k < 50; k++) {
      const stack = legal(k);
      for (let depth = 0; depth <= stack.length; depth++) expect(churnFault(stack.slice(0, depth))).toBeUndefined();
      const [, , , outer] = stack;
      const starting = { ...outer, line: 100 * (k + 1) };
      expect(churnFault([...stack.slice(0, 3), starting])).toBeUndefined();
      expect(churnFault([root, once, { ...outer, scope: "<module>" as const, line: 1 }])).toBeUndefined();
    }
    expect(churnFault([root, once, { scope: "shuffle", filename: "/lib/random.py", line: 7 }])).toBeUndefined();
  });

  it("finds whatever is left of any predecessor, in any frame", () => {
    for (let now = 0; now < 50; now++) {
      for (let before = 0; before < 50; before++) {
        if (before === now) continue;
        const stack = legal(now);
        const old = legal(before);
        for (const depth of [3, 4] as const) {
          const mixtures: ChurnFrame[] = [
            { ...stack[depth], scope: old[depth].scope },
            { ...stack[depth], filename: old[depth].filename },
            { ...stack[depth], line: old[depth].line },
          ];
          for (const frame of mixtures)
            expect(churnFault(stack.with(depth, frame))?.kind, JSON.stringify(frame)).toBe("stale");
        }
        expect(churnFault(stack.with(3, old[3]))?.kind).toBe("stale");
        expect(churnFault(stack.with(4, old[4]))?.kind).toBe("stale");
        expect(churnFault([...stack.slice(0, 3), old[3], old[4]])?.kind).toBe("torn");
      }
    }
  });

  it("finds names of the wrong function, of other code, and calls that don't exist", () => {
    const [, , drive, outer, inner] = legal(3);
    const other: ChurnFrame = { scope: "shuffle", filename: "/lib/random.py", line: 7 };
    const faulty: ["stale" | "torn", ChurnFrame[]][] = [
      ["stale", [root, once, outer, inner]],
      ["stale", [root, once, drive, inner]],
      ["stale", [root, once, drive, { ...outer, scope: "<module>", line: 1 }]],
      ["stale", [root, once, drive, outer, { ...inner, scope: outer.scope }]],
      ["stale", [root, once, drive, outer, inner, inner]],
      ["stale", [root, once, { ...outer, scope: "shuffle" }]],
      ["stale", [root, once, { ...drive, filename: "/lib/random.py" }]],
      ["stale", [root, once, drive, { ...outer, line: 0 }]],
      ["torn", [root, drive]],
      ["torn", [root, once, drive, outer, other]],
      ["torn", [root, once, drive, other]],
    ];
    for (const [kind, stack] of faulty) expect(churnFault(stack)?.kind, JSON.stringify(stack)).toBe(kind);
  });
});

describe("isChurned", () => {
  it("tells whether a churned function runs", () => {
    expect(isChurned([root, once])).toBe(false);
    expect(isChurned(legal(1))).toBe(true);
  });
});

describe("runningNumber", () => {
  it("is the number of the inner function at the leaf", () => {
    expect(runningNumber(legal(7))).toBe(7);
    expect(runningNumber(legal(7).slice(0, 4))).toBeUndefined();
    expect(runningNumber([])).toBeUndefined();
  });
});
