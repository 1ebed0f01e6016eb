// Which functions took the time. In: samples. Out: functions with their own and total time. Knows no format.
import { hotSpots } from "../analysis/hot_spots.js";
import { METRICS, metricNamed } from "../analysis/metric.js";
import { StackTree } from "../analysis/stack_tree.js";
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";

const TIME = METRICS.indexOf(metricNamed("time"));

/** A function and its share of the samples. */
export interface FunctionTime {
  readonly scope: string;
  readonly filename: string;
  /** Time of the samples in which it was the innermost Python function, in microseconds. */
  readonly ownMicroseconds: number;
  /** Time of the samples in which it was anywhere on the stack, once a sample however often it recurs, in microseconds. */
  readonly totalMicroseconds: number;
  readonly ownSamples: number;
  readonly totalSamples: number;
}

/**
 * Sum up the time of each function.
 *
 * @param samples such as `readMojo(source)`; a sample without a time counts as a sample of 0 microseconds
 * @param limit how many functions to return at most
 * @returns the functions with most time of their own first, then by total time
 */
export async function hottestFunctions(
  samples: AsyncIterable<Sample> | Iterable<Sample>,
  limit = Number.POSITIVE_INFINITY,
): Promise<readonly FunctionTime[]> {
  const tree = new StackTree();
  for await (const sample of samples)
    tree.add(sample.frames.every(isCode) ? sample : { ...sample, frames: sample.frames.filter(isCode) });
  return hotSpots(tree.threads, TIME)
    .functions.slice(0, limit)
    .map(({ function: { scope, filename }, own, total, ownSamples, totalSamples }) => ({
      scope,
      filename,
      ownMicroseconds: own,
      totalMicroseconds: total,
      ownSamples,
      totalSamples,
    }));
}

/** What else runs is time of the function that called it. */
function isCode({ kind }: Frame): boolean {
  return kind === "code";
}
