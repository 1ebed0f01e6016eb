// How much of a time its threads waited. In: stacks of a profile that records whether threads ran, as full mode does, and what took time in
// them. Out: the part that was waited, of all and of each function and line.

import type { FunctionLine, FunctionName } from "./function_line.js";
import { type Heat, type HotSpots, hotSpots } from "./hot_spots.js";
import { METRICS, type Metric, metricNamed } from "./metric.js";
import type { ThreadStacks } from "./stack_tree.js";

export interface Waiting {
  /** In microseconds. */
  readonly total: number;
  readonly ofFunction: (heat: Heat & { readonly function: FunctionName }) => Pick<Heat, "own" | "total">;
  readonly ofLine: (heat: Heat & { readonly functionLine: FunctionLine }) => Pick<Heat, "own" | "total">;
}

/** Whether a profile of these metrics tells running from waiting, and the metric is the sum of both. */
export function tellsWaiting(metrics: readonly Metric[], metric: Metric): boolean {
  return metric.name === "time" && metrics.some(({ name }) => name === "cpu");
}

/** @param time what took time in the threads */
export function waitingOf(threads: readonly ThreadStacks[], time: HotSpots): Waiting {
  const running = hotSpots(threads, METRICS.indexOf(metricNamed("cpu")));
  const functions = new Map(running.functions.map((one) => [one.function, one]));
  const lines = new Map(running.lines.map((one) => [one.functionLine, one]));
  const rest = (all: Heat, ran: Heat | undefined) => ({
    own: all.own - (ran?.own ?? 0),
    total: all.total - (ran?.total ?? 0),
  });
  return {
    total: time.total - running.total,
    ofFunction: (heat) => rest(heat, functions.get(heat.function)),
    ofLine: (heat) => rest(heat, lines.get(heat.functionLine)),
  };
}
