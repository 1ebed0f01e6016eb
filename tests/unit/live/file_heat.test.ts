// What each line of a file took in a live profile is what the heat page of the same samples says.
import { describe, expect, it } from "vitest";
import { lineHeat, METRICS, StackTree } from "../../../src/analysis/index.js";
import { fileHeat, LiveProfile } from "../../../src/live/index.js";
import type { Sample } from "../../../src/model/sample.js";
import { madeSamples } from "../../formats/made_profile.js";
import { sampleOf } from "../samples.js";

const TIME = METRICS.findIndex(({ name }) => name === "time");

function both(samples: readonly Sample[], filename: string): [unknown, unknown] {
  const live = new LiveProfile(new Map([["mode", "wall"]]));
  const tree = new StackTree();
  for (const sample of samples) {
    live.add(sample);
    tree.add(sample);
  }
  const file = lineHeat(tree.threads, TIME).find((one) => one.filename === filename);
  const expected = [...(file?.lines ?? [])].filter(([, { own, total }]) => own !== 0 || total !== 0);
  const found = [...fileHeat(live, live.tally("all", live.metrics[0]), filename)];
  const plain = (lines: readonly (readonly [number, { own: number; total: number }])[]) =>
    lines.map(([line, { own, total }]) => [line, own, total]).sort(([a = 0], [b = 0]) => a - b);
  return [plain(found), plain(expected)];
}

describe("lines of a file", () => {
  it.each([1, 2, 3, 4])("have what the heat page says (%i)", (seed) => {
    for (const filename of ["/srv/a b.py", "<frozen x>", 'C:\\q"uote.py']) {
      const [found, expected] = both(madeSamples("wall", seed), filename);
      expect(found).toEqual(expected);
      expect((found as unknown[]).length).toBeGreaterThan(1);
    }
  });

  it("count a stack once, whatever functions of one line it goes through, and however often", () => {
    const stacks = ["f@a.py:1|g@a.py:1|f@a.py:1", "f@a.py:1|h@b.py:1|g@a.py:1", "g@a.py:1|i@a.py:2", "h@b.py:1"];
    const [found, expected] = both(
      stacks.map((stack) => sampleOf(stack)),
      "a.py",
    );
    expect(found).toEqual(expected);
    expect(found).toEqual([
      [1, 20, 30],
      [2, 10, 10],
    ]);
  });

  it("are none of a file that nothing is known of", () => {
    expect(both([sampleOf("f@a.py:1")], "b.py")[0]).toEqual([]);
  });
});
