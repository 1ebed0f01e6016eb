// What has changed between two profiles. In: their stacks, summed up. Out: functions with what they have in both, and whether the
// difference is more than sampling explains. Functions are the same where name and file are.

import type { FunctionName } from "./function_line.js";
import { type HotSpots, hotSpots } from "./hot_spots.js";
import { type Metric, metricIndex } from "./metric.js";
import {
  criticalErrors,
  type Difference,
  differenceOfShares,
  differenceOfValues,
  effectiveSamples,
  isBeyondChance,
  type Side,
} from "./sampling_error.js";
import type { ThreadStacks } from "./stack_tree.js";

/** The name by which a file is known in both profiles. */
export type Renaming = (filename: string) => string;

/** Takes the longest of the prefixes off that a path begins with, whole folders only. */
export function stripPrefixes(prefixes: readonly string[]): Renaming {
  const folders = prefixes.map((prefix) => prefix.replace(/[\\/]+$/, "")).sort((a, b) => b.length - a.length);
  return (filename) => {
    const folder = folders.find((one) => filename.startsWith(one) && /[\\/]/.test(filename.charAt(one.length)));
    return folder === undefined ? filename : filename.slice(folder.length + 1);
  };
}

/** What functions that are the same have in common. */
export function functionKey({ kind, scope, filename }: FunctionName, rename: Renaming): string {
  return `${kind}\0${rename(filename)}\0${scope}`;
}

/** A value of one function in both profiles. */
export interface Change {
  readonly values: readonly [number, number];
  readonly shares: Verdict;
  readonly absolute: Verdict;
}

export interface Verdict extends Difference {
  /** The difference is more than sampling explains. */
  readonly isReal: boolean;
}

export interface FunctionChange {
  /** As the second profile has it, or else the first. */
  readonly function: FunctionName;
  readonly own: Change;
  readonly total: Change;
}

export interface Comparison {
  readonly sides: readonly [Side, Side];
  /** How many standard errors a difference must be away from 0 to be more than chance. */
  readonly critical: number;
  /** All functions of both; by the size of the difference of their own shares, real ones first. */
  readonly functions: readonly FunctionChange[];
  /** How many functions both profiles have. */
  readonly shared: number;
}

type Profile = readonly ThreadStacks[];

/**
 * What has changed from the first profile to the second, function by function. Both are to be sampled in the same mode.
 *
 * @param ofMetric one of METRICS, or its index there
 * @param rename by which name a file is known in both; `stripPrefixes` makes such ones
 */
export function compare(
  profiles: readonly [Profile, Profile],
  ofMetric: Metric | number,
  rename: Renaming = (filename) => filename,
): Comparison {
  const metric = metricIndex(ofMetric);
  const spots = [hotSpots(profiles[0], metric), hotSpots(profiles[1], metric)] as const;
  const sides = [sideOf(spots[0], profiles[0], metric), sideOf(spots[1], profiles[1], metric)] as const;
  const pairs = pair(spots, rename);
  // Of each function, its own and its total are looked at.
  const critical = criticalErrors(2 * pairs.size);
  const change = (values: readonly [number, number]): Change => ({
    values,
    shares: verdict(differenceOfShares(values, sides), critical),
    absolute: verdict(differenceOfValues(values, sides), critical),
  });
  const functions = [...pairs.values()].map(({ name, own, total }) => ({
    function: name,
    own: change(own),
    total: change(total),
  }));
  functions.sort((a, b) => rank(b) - rank(a) || size(b) - size(a));
  const shared = [...pairs.values()].filter(({ isIn }) => isIn[0] && isIn[1]).length;
  return { sides, critical, functions, shared };
}

function sideOf({ total }: HotSpots, threads: Profile, metric: number): Side {
  const squares = threads.reduce((sum, one) => sum + (one.squares[metric] as number), 0);
  return { total, samples: effectiveSamples(total, squares) };
}

interface Pair {
  name: FunctionName;
  readonly own: [number, number];
  readonly total: [number, number];
  readonly isIn: [boolean, boolean];
}

function pair(spots: readonly [HotSpots, HotSpots], rename: Renaming): ReadonlyMap<string, Pair> {
  const pairs = new Map<string, Pair>();
  for (const [side, { functions }] of spots.entries()) {
    for (const { function: name, own, total } of functions) {
      const key = functionKey(name, rename);
      let found = pairs.get(key);
      if (found === undefined) {
        found = { name, own: [0, 0], total: [0, 0], isIn: [false, false] };
        pairs.set(key, found);
      }
      found.name = name;
      (found.own[side] as number) += own;
      (found.total[side] as number) += total;
      found.isIn[side] = true;
    }
  }
  return pairs;
}

function verdict(found: Difference, critical: number): Verdict {
  return { ...found, isReal: isBeyondChance(found, critical) };
}

function rank({ own, total }: FunctionChange): number {
  if (own.shares.isReal || own.absolute.isReal) return 2;
  return total.shares.isReal || total.absolute.isReal ? 1 : 0;
}

function size({ own, total }: FunctionChange): number {
  return Math.abs(own.shares.difference) || Math.abs(total.shares.difference) / 1e6;
}
