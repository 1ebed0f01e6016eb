// The tree of a flame graph as lists: what it has adds up, however wide and deep the stacks are.
import { describe, expect, it } from "vitest";
import { addStacks, type FlameData, FlameNode, flatten } from "../../../src/views/flame_data.js";

const SERIES = [{ label: "wall", unit: "microseconds" }] as const;
const MOST_NODES = 200_000;

const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
const labels = ({ name, names }: FlameData) => name.map((index) => names[index]?.[0]);

function wide(callees: number, value: (index: number) => number): FlameData {
  const all = new FlameNode("all", undefined, 1);
  const caller = all.child("caller", "caller");
  for (let i = 0; i < callees; i++) caller.child(i, `f${i}`).own[0] = value(i);
  return flatten(all, SERIES);
}

describe("a flame graph's data", () => {
  it("has all that there is room for, the largest first", () => {
    const data = wide(1000, (i) => i + 1);
    expect(data.cut).toBe(0);
    expect(labels(data).slice(0, 4)).toEqual(["all", "caller", "f999", "f998"]);
    expect(sum(data.own[0] ?? [])).toBe(500_500);
  });

  it("keeps as many as there is room for where all are alike, and has the others in one", () => {
    const data = wide(MOST_NODES + 50_000, () => 7);
    expect(data.cut).toBe(50_002);
    expect(data.name.length).toBe(MOST_NODES + 1);
    const at = labels(data).indexOf("(smaller frames)");
    expect(data.own[0]?.[at]).toBe(7 * 50_002);
    expect(data.children.slice(0, 2)).toEqual([1, MOST_NODES - 1]);
    expect(sum(data.own[0] ?? [])).toBe(7 * (MOST_NODES + 50_000));
  });

  it("keeps the largest with their callers, and gives nobody what callees had", () => {
    const all = new FlameNode("all", undefined, 1);
    for (let i = 0; i < MOST_NODES; i++) {
      const caller = all.child(i, `caller${i}`);
      caller.own[0] = 1;
      caller.child("callee", `callee${i}`).own[0] = i % 2 === 0 ? 100 : 1;
    }
    const data = flatten(all, SERIES);
    const shown = labels(data);
    const owns = data.own[0] ?? [];
    // Half of the callers with what they call: each pair has 101 of itself.
    const ownsOf = (word: string) => new Set(owns.filter((_, node) => shown[node]?.startsWith(word)));
    expect([ownsOf("caller"), ownsOf("callee")]).toEqual([new Set([1]), new Set([100])]);
    expect(shown.filter((label) => label?.startsWith("callee")).length).toBeGreaterThan(MOST_NODES / 2 - 2);
    // All callers 1 each; callees 100 and 1 in turn.
    expect(sum(owns)).toBe(MOST_NODES + (MOST_NODES / 2) * 101);
  });

  it("may be 100,000 deep", () => {
    const all = new FlameNode("all", undefined, 1);
    let node = all;
    for (let i = 0; i < 100_000; i++) node = node.child("recurse", "recurse");
    node.own[0] = 3;
    const data = flatten(all, SERIES);
    expect(data.name.length).toBe(100_001);
    expect(data.names.length).toBe(2);
    expect(sum(data.own[0] ?? [])).toBe(3);
  });
});

it("stacks are added under a node, function by function", () => {
  const top = new FlameNode("all", undefined, 1);
  const fn = { kind: "code", filename: "a.py", scope: "f" } as const;
  const functionLine = { function: fn } as never;
  const root = {
    own: Float64Array.of(1),
    children: new Map([[functionLine, { own: Float64Array.of(2), children: undefined }]]),
  };
  addStacks(
    top,
    root as never,
    (name) => name,
    (sums) => [sums[0] as number],
  );
  expect([...top.children.values()].map(({ label, own }) => [label, own])).toEqual([["f", [2]]]);
  expect(top.own).toEqual([1]);
});
