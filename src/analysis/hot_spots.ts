// Which functions and lines a metric was spent in. In: stacks, summed up. Out: functions and lines with what they have of their own
// and in total. Knows no files.

import type { FunctionLine, FunctionName } from "./function_line.js";
import { type Metric, metricIndex } from "./metric.js";
import { SAMPLES, type ThreadStacks, walk } from "./stack_tree.js";

/** What is hottest: by what is its own, or by what is its own and its callees'. */
export type Order = "own" | "total";

/** Of its own: of stacks that end in it. In total: of stacks that it is on, once a stack however often it recurs. */
export interface Heat {
  readonly own: number;
  readonly total: number;
  readonly ownSamples: number;
  readonly totalSamples: number;
}

export interface FunctionHeat extends Heat {
  readonly function: FunctionName;
}

export interface LineHeat extends Heat {
  readonly functionLine: FunctionLine;
}

export interface HotSpots {
  /** The hottest of their own first. */
  readonly functions: readonly FunctionHeat[];
  readonly lines: readonly LineHeat[];
  /** All that was summed up. */
  readonly total: number;
  readonly samples: number;
  /** What belongs to samples that had no frame. */
  readonly empty: number;
  /** What belongs to samples with a frame that nothing proves, or that could not be read, and how many these are. */
  readonly invalid: number;
  readonly invalidSamples: number;
}

/** The hottest first, by another measure than their own. */
export function inOrder<Hot extends Heat>(spots: readonly Hot[], order: Order): readonly Hot[] {
  return order === "own" ? spots : [...spots].sort((a, b) => b.total - a.total || b.own - a.own);
}

/**
 * Which functions and lines a metric was spent in, over all these threads.
 *
 * @param ofMetric one of METRICS, or its index there
 * @param lineOf what functionLines of one line have in common; without it, a line is told apart by its function, too
 */
export function hotSpots(
  threads: readonly ThreadStacks[],
  ofMetric: Metric | number,
  lineOf: (functionLine: FunctionLine) => unknown = (functionLine) => functionLine,
): HotSpots {
  const metric = metricIndex(ofMetric);
  const functions = new Tallies<FunctionName>((name) => name);
  const lines = new Tallies<FunctionLine>(lineOf);
  let total = 0;
  let samples = 0;
  let empty = 0;
  for (const { root, sums } of threads) {
    total += sums[metric] as number;
    samples += sums[SAMPLES] as number;
    empty += root.own[metric] as number;
    // What has been seen in the subtree of each open node.
    const values = [0];
    const counts = [0];
    walk(
      root,
      ({ functionLine }) => {
        values.push(0);
        counts.push(0);
        if (functionLine === undefined) return;
        functions.enter(functionLine.function);
        lines.enter(functionLine);
      },
      ({ functionLine, own }) => {
        const value = (values.pop() as number) + (own[metric] as number);
        const count = (counts.pop() as number) + (own[SAMPLES] as number);
        (values[values.length - 1] as number) += value;
        (counts[counts.length - 1] as number) += count;
        if (functionLine === undefined) return;
        functions.leave(functionLine.function, own[metric] as number, own[SAMPLES] as number, value, count);
        lines.leave(functionLine, own[metric] as number, own[SAMPLES] as number, value, count);
      },
    );
  }
  const sorted = functions.sorted().map(([name, heat]) => ({ function: name, ...heat }));
  const invalid = sorted.find((one) => one.function.kind === "invalid");
  return {
    functions: sorted,
    lines: lines.sorted().map(([functionLine, heat]) => ({ functionLine, ...heat })),
    total,
    samples,
    empty,
    invalid: invalid?.total ?? 0,
    invalidSamples: invalid?.totalSamples ?? 0,
  };
}

interface Tally {
  own: number;
  total: number;
  ownSamples: number;
  totalSamples: number;
  /** How often it is on the present stack. */
  open: number;
}

class Tallies<Thing> {
  readonly #tallies = new Map<unknown, Tally & { readonly thing: Thing }>();

  /** @param keyOf what things have in common that are counted as one */
  constructor(readonly keyOf: (thing: Thing) => unknown) {}

  enter(thing: Thing): void {
    const key = this.keyOf(thing);
    let tally = this.#tallies.get(key);
    if (tally === undefined) {
      tally = { thing, own: 0, total: 0, ownSamples: 0, totalSamples: 0, open: 0 };
      this.#tallies.set(key, tally);
    }
    tally.open++;
  }

  leave(thing: Thing, own: number, ownSamples: number, total: number, totalSamples: number): void {
    const tally = this.#tallies.get(this.keyOf(thing)) as Tally;
    tally.own += own;
    tally.ownSamples += ownSamples;
    if (--tally.open > 0) return;
    tally.total += total;
    tally.totalSamples += totalSamples;
  }

  sorted(): [Thing, Heat][] {
    return [...this.#tallies.values()]
      .sort((a, b) => b.own - a.own || b.total - a.total || b.totalSamples - a.totalSamples)
      .map(({ open: _, thing, ...heat }) => [thing, heat]);
  }
}
