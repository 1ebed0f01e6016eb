// What a differential flame graph shows. In: the stacks of two profiles. Out: one tree with the values of both.
import { functionKey, type Renaming } from "../analysis/comparison.js";
import { METRICS, type Metric } from "../analysis/metric.js";
import type { Side } from "../analysis/sampling_error.js";
import type { ThreadStacks } from "../analysis/stack_tree.js";
import { addStacks, type FlameData, FlameNode, flatten } from "./flame_data.js";

export interface ComparisonFacts {
  readonly sides: readonly [Side, Side];
  /** How many standard errors a difference must be away from 0 to be more than chance. */
  readonly critical: number;
}

/** Its two series are the profiles. */
export interface ComparedData extends FlameData {
  readonly comparison: ComparisonFacts;
}

/** What is compared; undefined where there is one profile. */
export function comparisonOf(data: FlameData | ComparedData): ComparisonFacts | undefined {
  return "comparison" in data ? data.comparison : undefined;
}

/** Threads are not told apart: their ids differ from run to run. */
export function comparedData(
  profiles: readonly [readonly ThreadStacks[], readonly ThreadStacks[]],
  labels: readonly [string, string],
  metric: Metric,
  rename: Renaming,
  comparison: ComparisonFacts,
): ComparedData {
  const index = METRICS.indexOf(metric);
  const all = new FlameNode("all", undefined, 2);
  for (const [side, threads] of profiles.entries()) {
    const values = (sums: Float64Array): readonly number[] => {
      const value = sums[index] as number;
      return side === 0 ? [value, 0] : [0, value];
    };
    for (const { root } of threads) addStacks(all, root, (fn) => functionKey(fn, rename), values);
  }
  const series = labels.map((label) => ({ label, unit: metric.unit }));
  return { ...flatten(all, series), comparison };
}
