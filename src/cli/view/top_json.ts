// The hottest functions and lines for programs. In: a profile, summed up. Out: JSON of the shape that doc/viewing.md describes. A field
// that is added leaves the version as it is; one that changes its meaning, or goes, raises it.

import { type FunctionName, functionLabel } from "../../analysis/function_line.js";
import { type HotSpots, hotSpots, inOrder, type LineHeat, type Order } from "../../analysis/hot_spots.js";
import { METRICS, type Metric } from "../../analysis/metric.js";
import type { ThreadStacks } from "../../analysis/stack_tree.js";
import { nativeIdOf } from "../../analysis/thread_label.js";
import { tellsWaiting, type Waiting, waitingOf } from "../../analysis/waiting.js";
import type { ProfileSummary } from "../reading/profile_summary.js";
import type { SourceFiles } from "./source_lines.js";

const VERSION = 1;

export interface TopJsonOptions {
  readonly metric: Metric;
  readonly order: Order;
  /** Rows of a list at most. */
  readonly limit: number;
}

/** The JSON text; it ends with a newline. */
export function renderTopJson(profile: ProfileSummary, options: TopJsonOptions, sources: SourceFiles): string {
  const { metric } = options;
  const { name, metadata, truncated, share, tree } = profile;
  const index = METRICS.indexOf(metric);
  const tells = tellsWaiting(profile.metrics, metric);
  const figuresOf = (threads: readonly ThreadStacks[]) => {
    const heat = hotSpots(threads, index);
    return spots(heat, tells ? waitingOf(threads, heat) : undefined, options, sources);
  };
  const document = {
    format: "austin-top",
    version: VERSION,
    profile: name,
    mode: metadata.get("mode") ?? null,
    truncated,
    metric: metric.name,
    unit: metric.unit,
    leftOut: share === undefined ? null : share.leftOut,
    ...figuresOf(tree.threads),
    threads: tree.threads.map((thread) => ({
      pid: thread.pid,
      interpreter: thread.interpreterId ?? null,
      thread: nativeIdOf(thread.thread) ?? thread.thread,
      name: thread.threadName ?? null,
      ...figuresOf([thread]),
    })),
  };
  return `${JSON.stringify(document)}\n`;
}

function spots(
  { total, samples, empty, invalid, invalidSamples, functions, lines }: HotSpots,
  waiting: Waiting | undefined,
  { limit, order }: TopJsonOptions,
  sources: SourceFiles,
) {
  return {
    total,
    samples,
    withoutFrame: empty,
    waiting: waiting?.total ?? null,
    invalid: { total: invalid, totalSamples: invalidSamples },
    functions: inOrder(functions, order)
      .slice(0, limit)
      .map((one) => {
        const { function: name, ...heat } = one;
        return { ...nameRecord(name), ...heat, waiting: waiting?.ofFunction(one) ?? null };
      }),
    lines: inOrder(lines, order)
      .filter(({ functionLine }) => functionLine.line > 0)
      .slice(0, limit)
      .map((line) => lineRecord(line, waiting, sources)),
  };
}

function lineRecord(line: LineHeat, waiting: Waiting | undefined, sources: SourceFiles) {
  const { functionLine, ...heat } = line;
  const source = sources.line(functionLine.function.filename, functionLine.line) ?? null;
  return {
    ...nameRecord(functionLine.function),
    line: functionLine.line,
    ...heat,
    waiting: waiting?.ofLine(line) ?? null,
    source,
  };
}

function nameRecord(name: FunctionName) {
  return { function: functionLabel(name), file: name.filename === "" ? null : name.filename };
}
