// One picture for scripts. In: a live profile at its end. Out: a table as text, or JSON. It draws on no terminal.
import { functionLabel } from "../../analysis/function_line.js";
import { hotRows, type LiveView, type RateFigures } from "../../live/index.js";
import { Cells } from "../terminal/cells.js";
import { SourceFiles } from "../view/source_lines.js";
import { draw } from "./screen.js";
import { labelOf, type State } from "./state.js";

const WIDTH = 120;
const ROWS = 40;

/** The view Top, as lines. */
export function textOf(state: State, isAscii: boolean): string {
  state.view = "top";
  const cells = new Cells({ hasColours: false, isAscii });
  cells.resize(process.stdout.columns || WIDTH, ROWS);
  draw(cells, state, new SourceFiles([]), Date.now());
  state.cursor = -1;
  return `${cells.lines().slice(0, -1).join("\n").trimEnd()}\n`;
}

/** Everything, for programs: values in the unit of the metric, `version` counts changes that break readers. */
export function jsonOf(state: State): string {
  const { live } = state;
  const metric = state.currentMetric;
  const sums = (["all", "recent"] as const).map((name) => {
    const tally = live.tally(name, metric, state.scope);
    const rows = (unit: "function" | "line"): object[] =>
      hotRows(live, tally, unit, "own").map((row) => ({
        function: functionLabel(row.function),
        file: row.function.filename,
        ...(unit === "line" && { line: row.line }),
        own: row.own,
        total: row.total,
      }));
    const threads = state.threads.map((thread) => ({
      pid: thread.pid,
      thread: labelOf(thread),
      name: thread.name ?? null,
      samples: thread.samples,
      total: tally.total[thread.root] ?? 0,
      idle: thread.isIdle,
    }));
    return [name, { total: tally.all, functions: rows("function"), lines: rows("line"), threads }] as const;
  });
  const json = {
    format: "austin-tui",
    version: 1,
    command: state.run.command,
    ended: state.run.ended ?? null,
    metadata: Object.fromEntries(live.metadata),
    metric: { name: metric.name, unit: metric.unit },
    rates: { all: ratesOf(live.rates.all), recent: ratesOf(live.rates.last(live.recentSeconds)) },
    recentSeconds: live.recentSeconds,
    letGo: lost(live),
    sums: Object.fromEntries(sums),
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

function ratesOf({ seconds, samples, due, unproven, idle, collecting, gapMicroseconds }: RateFigures): object {
  return { seconds, samples, missed: Math.max(0, due - samples), unproven, idle, collecting, gapMicroseconds };
}

function lost({ letGo }: LiveView): object {
  return { ...letGo };
}
