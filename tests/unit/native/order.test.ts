// Native and Python frames in one order, from stacks and runs that are built by hand.
import { describe, expect, it } from "vitest";
import { markByRecords, type Order, orderByCount, orderByMarks } from "../../../src/native/interleave.js";
import type { NativeCall, NativeStack } from "../../../src/native/unwinder.js";

/** Calls leaf first, each of 16 bytes of stack. */
function stackOf(count: number, isWhole = true, behindGap: readonly number[] = []): NativeStack {
  const calls = Array.from(
    { length: count },
    (_, i): NativeCall => ({
      pc: BigInt(i + 1),
      pointer: BigInt(i * 16),
      end: BigInt(i * 16 + 16),
      functionStart: 0n,
      functionEnd: 0n,
      isExact: i === 0,
      isGuessed: false,
      isBehindGap: behindGap.includes(i),
    }),
  );
  return { calls, isWhole, isShort: false };
}

/** Root first: "n3" is the call of pc 3, "p0-1" are Python's frames 0 and 1. */
function words({ pieces }: Order): string {
  return pieces
    .map((piece) => {
      if (piece.kind === "native") return `n${piece.call.pc}`;
      return piece.kind === "gap" ? "gap" : `p${piece.first}-${piece.first + piece.count - 1}`;
    })
    .join(" ");
}

describe("by marks", () => {
  it("puts each run in the place of the call that has its mark", () => {
    const runs = [
      { first: 0, count: 2, mark: 56n },
      { first: 2, count: 1, mark: 20n },
    ];
    expect(words(orderByMarks(stackOf(5), runs))).toBe("n5 p0-1 n3 p2-2 n1");
    expect(orderByMarks(stackOf(5), runs).isOrdered).toBe(true);
  });

  it("shows a call that runs nothing yet as what it is", () => {
    const runs = [
      { first: 0, count: 1, mark: 40n },
      { first: 1, count: 0, mark: 4n },
    ];
    expect(words(orderByMarks(stackOf(3), runs))).toBe("p0-0 n2 n1");
  });

  it("says where something is missing", () => {
    expect(words(orderByMarks(stackOf(2, false), [{ first: 0, count: 1, mark: 20n }]))).toBe("gap p0-0 n1");
    const behind = stackOf(3, true, [1]);
    expect(words(orderByMarks(behind, [{ first: 0, count: 1, mark: 20n }]))).toBe("n3 p0-0 gap n1");
  });

  it("keeps Python's own order where a run has no place", () => {
    const runs = [
      { first: 0, count: 1, mark: undefined },
      { first: 1, count: 1, mark: 4n },
    ];
    const order = orderByMarks(stackOf(3), runs);
    expect(order.isOrdered).toBe(false);
    expect(words(order)).toBe("gap p0-0 p1-1");
  });

  it("takes marks from records that name the frame they run", () => {
    const runs = [
      { first: 0, count: 1, mark: 0n, newest: 7n },
      { first: 1, count: 2, mark: 0n, newest: 9n },
    ];
    const records = [
      { address: 20n, frame: 9n },
      { address: 50n, frame: 8n },
    ];
    expect(markByRecords(runs, records).map(({ mark }) => mark)).toEqual([undefined, 20n]);
  });
});

describe("by count", () => {
  const isEval = ({ pc }: NativeCall) => pc % 2n === 0n;

  it("puts a frame in the place of each call of the eval loop, from the root", () => {
    expect(words(orderByCount(stackOf(5), 2, isEval))).toBe("n5 p0-0 n3 p1-1 n1");
  });

  it("leaves the newest call alone that has no frame", () => {
    expect(words(orderByCount(stackOf(5), 1, isEval))).toBe("n5 p0-0 n3 n2 n1");
  });

  it("is none where the figures differ, or the root is missing", () => {
    for (const order of [orderByCount(stackOf(5), 3, isEval), orderByCount(stackOf(5, false), 2, isEval)]) {
      expect(order.isOrdered).toBe(false);
      expect(words(order)).toMatch(/^gap p0-\d$/);
    }
  });
});
