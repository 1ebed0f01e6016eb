// The tables of `austin-view --top`, from samples made by hand.
import { describe, expect, it } from "vitest";
import { metricNamed, metricsOf } from "../../../src/analysis/metric.js";
import { StackTree } from "../../../src/analysis/stack_tree.js";
import type { ProfileSummary } from "../../../src/cli/reading/profile_summary.js";
import { createStyle } from "../../../src/cli/terminal/terminal.js";
import { SourceFiles } from "../../../src/cli/view/source_lines.js";
import { renderTopJson } from "../../../src/cli/view/top_json.js";
import { renderTop, type TopOptions } from "../../../src/cli/view/top_text.js";
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
    metrics: [time],
    share: undefined,
  };
}

const top = (summary: ProfileSummary, options: Partial<TopOptions> = {}): string =>
  renderTop(
    summary,
    { metric: time, order: "own", limit: 10, width: 100, ...options },
    new SourceFiles([]),
    createStyle(false),
  );

describe("the tables", () => {
  it("say how much is invalid, of samples and of time", async () => {
    const summary = await summaryOf(
      sampleOf("main@a.py:1", { time: 100 }),
      sampleOf("main@a.py:1", { time: 100 }),
      sampleOf("!", { time: 600 }),
      sampleOf("main@a.py:2", { time: 200 }),
    );
    expect(top(summary).split("\n")[1]).toBe("With an invalid frame: 1/4 (25.00%) samples, 600 us (60.00%).");
    const { invalid, threads } = JSON.parse(
      renderTopJson(summary, { metric: time, order: "own", limit: 10 }, new SourceFiles([])),
    );
    expect(invalid).toEqual({ total: 600, totalSamples: 1 });
    expect(threads[0].invalid).toEqual(invalid);
  });

  it("say nothing where nothing is", async () => {
    const summary = await summaryOf(sampleOf("main@a.py:1"));
    expect(top(summary)).not.toContain("invalid");
    expect(
      JSON.parse(renderTopJson(summary, { metric: time, order: "own", limit: 10 }, new SourceFiles([]))).invalid,
    ).toEqual({
      total: 0,
      totalSamples: 0,
    });
  });

  it("have one unit a column, a bar, and modules", async () => {
    const summary = await summaryOf(
      sampleOf("main@/srv/app.py:1|dumps@/usr/lib/python3.13/json/__init__.py:231", { time: 1_500_000 }),
      sampleOf("main@/srv/app.py:2", { time: 800 }),
      sampleOf("other@/srv/app.py:9", { time: 700_000 }),
    );
    const [, , , , titles, ...rows] = top(summary).split("\n");
    expect(titles?.trim().split(/ {2,}/)).toEqual(["own, s", "total, s", "function", "module"]);
    expect(rows.slice(0, 3).map((row) => row.trim().split(/ {2,}/))).toEqual([
      ["1.50", "68.16%", "1.50", "68.16%", "████████", "dumps", "json"],
      ["0.70", "31.81%", "0.70", "31.81%", "███▊", "other", "app"],
      ["0.00", "0.04%", "1.50", "68.19%", "main", "app"],
    ]);
    expect(top(summary)).toContain("json:231");
  });

  it("begin with what has most in total, if asked for", async () => {
    const summary = await summaryOf(
      sampleOf("main@a.py:1|work@a.py:5", { time: 100 }),
      sampleOf("main@a.py:1|work@a.py:5|leaf@a.py:9", { time: 300 }),
    );
    const functions = (order: "own" | "total") =>
      [...top(summary, { order }).matchAll(/ (main|work|leaf) +a$/gm)].map(([, name]) => name);
    expect(functions("own")).toEqual(["leaf", "work", "main"]);
    expect(functions("total")[2]).toBe("leaf");
    const json = JSON.parse(
      renderTopJson(summary, { metric: time, order: "total", limit: 2 }, new SourceFiles([])),
    ) as { functions: { function: string }[] };
    expect(new Set(json.functions.map((one) => one.function))).toEqual(new Set(["main", "work"]));
  });

  it("fit 60 columns, with shares alone", async () => {
    const name = "a_rather_long_name_of_a_function_that_somebody_wrote";
    const summary = await summaryOf(sampleOf(`main@a.py:1|${name}@/usr/lib/python3.13/json/__init__.py:231`));
    const lines = top(summary, { width: 60 }).split("\n");
    expect(Math.max(...lines.slice(3).map((line) => line.length))).toBeLessThanOrEqual(60);
    expect(lines.some((line) => /^ +own +total +function +module$/.test(line))).toBe(true);
  });

  it("are those of some threads where there are many", async () => {
    const samples = Array.from({ length: 30 }, (_, i) => sampleOf("main@a.py:1", { time: 100 + i, thread: String(i) }));
    const text = top(await summaryOf(...samples), { limit: 4 });
    expect([...text.matchAll(/^Process/gm)]).toHaveLength(4);
    expect(text).toMatch(/and 26 more threads: 2\.92 ms \(85\.\d\d%\); -n shows more\n$/);
  });

  it("show a thread with any limit, and name one more by itself", async () => {
    const samples = ["1", "2"].map((thread) => sampleOf("main@a.py:1", { time: 100, thread }));
    const text = top(await summaryOf(...samples), { limit: 0 });
    expect([...text.matchAll(/^Process/gm)]).toHaveLength(1);
    expect(text).toMatch(/and 1 more thread: 100 us \(50\.00%\); -n shows more\n$/);
  });

  it("take their unit from the largest total, and the bar from what comes first", async () => {
    const summary = await summaryOf(
      ...Array.from({ length: 4 }, (_, i) =>
        sampleOf(`main@a.py:1|work@a.py:5|leaf${i}@a.py:${10 + i}`, { time: 600_000 }),
      ),
    );
    const rowOf = (text: string, name: string) =>
      (new RegExp(`^.* ${name} +a$`, "m").exec(text)?.[0] ?? "").trim().split(/ {2,}/);
    expect(top(summary)).toContain("own, s");
    const text = top(summary, { order: "total" });
    expect(rowOf(text, "main")).toEqual(["0.00", "0.00%", "2.40", "100.00%", "████████", "main", "a"]);
    expect(rowOf(text, "leaf0")).toEqual(["0.60", "25.00%", "0.60", "25.00%", "██", "leaf0", "a"]);
  });

  it("have amounts from 80 columns on", async () => {
    const summary = await summaryOf(sampleOf("main@a.py:1", { time: 100 }));
    expect(top(summary, { width: 80 })).toContain("own, us");
    expect(top(summary, { width: 79 })).not.toContain("own, us");
  });

  it("have lines in the same order, of functions whose lines are known, with what is known of their source", async () => {
    const summary = await summaryOf(
      sampleOf("main@a.py:1|work@a.py:5", { time: 100 }),
      sampleOf("main@a.py:1|work@a.py:6", { time: 200 }),
      sampleOf("main@a.py:1|unknown@b.py:0", { time: 300 }),
    );
    const places = (order: "own" | "total") =>
      [...top(summary, { order }).matchAll(/ ([ab]:\d+) /g)].map(([, place]) => place);
    expect(places("own")).toEqual(["a:6", "a:5", "a:1"]);
    expect(places("total")).toEqual(["a:1", "a:6", "a:5"]);
    expect(top(summary)).toContain("(work; no source here)");
  });

  it("say what is behind them: more functions, and time without a frame", async () => {
    const summary = await summaryOf(
      sampleOf("main@a.py:1", { time: 600 }),
      sampleOf("other@a.py:2", { time: 300 }),
      sampleOf("", { time: 100 }),
    );
    expect(top(summary, { limit: 1 })).toContain("and 1 more function, 100 us (10.00%) without a Python frame\n");
  });

  it("are none where nothing of the metric is, nor where no line is known", async () => {
    const nothing = top(await summaryOf(sampleOf("main@a.py:1", { time: 0 })));
    expect(nothing).toContain("  nothing of ");
    expect(nothing).not.toContain("function");
    const lineless = top(await summaryOf(sampleOf("main@a.py:0", { time: 5 })));
    expect(lineless).toContain(" main");
    expect(lineless).not.toContain("source");
  });

  it("have waiting apart from running where the profile records it, and only there", async () => {
    const samples = [
      sampleOf("main@a.py:1|sleep@a.py:5", { time: 600, idle: true }),
      sampleOf("main@a.py:1|work@a.py:9", { time: 300 }),
      sampleOf("main@a.py:1|work@a.py:9", { time: 100, idle: true }),
    ];
    const full = { ...(await summaryOf(...samples)), metrics: metricsOf(new Map([["mode", "full"]])) };
    const text = top(full);
    expect(text.split("\n")[1]).toBe("Running 300 us (30.00%), waiting 700 us (70.00%).");
    expect(text).toContain("3 samples, waiting 70.00% of it\n");
    const waitingOf = (shown: string, of: string) =>
      new RegExp(` ([\\d.]+%) +(?:[█▏▎▍▌▋▊▉]+ +)?${of} +a$`, "m").exec(shown)?.[1];
    expect(waitingOf(text, "sleep")).toBe("100.00%");
    expect(waitingOf(text, "work")).toBe("25.00%");
    expect(text).toMatch(/^ +0\.00 {2,}0\.00% {2,}1\.00 {2,}100\.00% {2,}main +a$/m);
    // By what comes first: of main's own time there is none, and of its total 70 % were waited.
    expect(waitingOf(top(full, { order: "total" }), "main")).toBe("70.00%");
    expect(waitingOf(top(full, { width: 60 }), "work")).toBe("25.00%");
    const jsonOf = (summary: ProfileSummary, metric = time) =>
      JSON.parse(renderTopJson(summary, { metric, order: "own", limit: 10 }, new SourceFiles([])));
    const json = jsonOf(full);
    expect(json.waiting).toBe(700);
    expect(json.functions.find((one: { function: string }) => one.function === "work").waiting).toEqual({
      own: 100,
      total: 100,
    });
    expect(json.lines.find((one: { line: number }) => one.line === 1).waiting).toEqual({ own: 0, total: 700 });
    // Of time that is running alone, or of a profile that doesn't know, nothing is said.
    expect(top(full, { metric: metricNamed("cpu") })).not.toContain("waiting");
    expect(jsonOf(full, metricNamed("cpu")).waiting).toBeNull();
    const wall = { ...full, metrics: [time] };
    expect(top(wall)).not.toContain("waiting");
    expect(jsonOf(wall).waiting).toBeNull();
  });
});
