// Which functions took the time. In: samples. Out: functions with their own and total time. Knows no format.
import type { CodeFrame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";

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

interface Tally {
  readonly scope: string;
  readonly filename: string;
  ownMicroseconds: number;
  totalMicroseconds: number;
  ownSamples: number;
  totalSamples: number;
  /** The number of the sample that counted it last. */
  seen: number;
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
  const tallies = new Map<string, Tally>();
  let number = 0;
  for await (const sample of samples) {
    number++;
    const time = sample.metrics.timeMicroseconds ?? 0;
    let leaf: Tally | undefined;
    for (const frame of sample.frames) {
      if (frame.kind !== "code") continue;
      leaf = tallyOf(tallies, frame);
      if (leaf.seen === number) continue;
      leaf.seen = number;
      leaf.totalMicroseconds += time;
      leaf.totalSamples++;
    }
    if (leaf === undefined) continue;
    leaf.ownMicroseconds += time;
    leaf.ownSamples++;
  }
  return [...tallies.values()]
    .sort(
      (a, b) =>
        b.ownMicroseconds - a.ownMicroseconds ||
        b.totalMicroseconds - a.totalMicroseconds ||
        b.totalSamples - a.totalSamples,
    )
    .slice(0, limit)
    .map(({ seen: _, ...time }) => time);
}

function tallyOf(tallies: Map<string, Tally>, { scope, filename }: CodeFrame): Tally {
  const name = `${filename}\0${scope}`;
  let tally = tallies.get(name);
  if (tally === undefined) {
    tally = { scope, filename, ownMicroseconds: 0, totalMicroseconds: 0, ownSamples: 0, totalSamples: 0, seen: 0 };
    tallies.set(name, tally);
  }
  return tally;
}
