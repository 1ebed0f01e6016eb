// The tables of `austin-view --top`, from samples made by hand.
import { describe, expect, it } from "vitest";
import { METRICS, metricNamed } from "../../../src/analysis/metric.js";
import { StackTree } from "../../../src/analysis/stack_tree.js";
import type { ProfileSummary } from "../../../src/cli/profile_summary.js";
import { SourceFiles } from "../../../src/cli/source_lines.js";
import { createStyle } from "../../../src/cli/terminal.js";
import { renderTopJson } from "../../../src/cli/top_json.js";
import { renderTop } from "../../../src/cli/top_text.js";
import { sampleOf } from "../samples.js";

const time = metricNamed("time");

async function summaryOf(...samples: ReturnType<typeof sampleOf>[]): Promise<ProfileSummary> {
  return {
    name: "made",
    path: "made.mojo",
    modifiedAt: undefined,
    metadata: new Map(),
    truncated: false,
    damage: undefined,
    tasksAreAssumed: false,
    samplesRead: samples.length,
    tree: await StackTree.of(samples),
    metrics: METRICS,
    share: undefined,
  };
}

const top = (summary: ProfileSummary): string =>
  renderTop(summary, { metric: time, limit: 10, width: 100 }, new SourceFiles([]), createStyle(false));

describe("the tables", () => {
  it("say how much is invalid, of samples and of time", async () => {
    const summary = await summaryOf(
      sampleOf("main@a.py:1", { time: 100 }),
      sampleOf("main@a.py:1", { time: 100 }),
      sampleOf("!", { time: 600 }),
      sampleOf("main@a.py:2", { time: 200 }),
    );
    expect(top(summary).split("\n")[1]).toBe("With an invalid frame: 1/4 (25.00%) samples, 600 us (60.00%).");
    const { invalid, threads } = JSON.parse(renderTopJson(summary, time, 10, new SourceFiles([])));
    expect(invalid).toEqual({ total: 600, totalSamples: 1 });
    expect(threads[0].invalid).toEqual(invalid);
  });

  it("say nothing where nothing is", async () => {
    const summary = await summaryOf(sampleOf("main@a.py:1"));
    expect(top(summary)).not.toContain("invalid");
    expect(JSON.parse(renderTopJson(summary, time, 10, new SourceFiles([]))).invalid).toEqual({
      total: 0,
      totalSamples: 0,
    });
  });
});
