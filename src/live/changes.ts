// What has changed from one window to another, function by function. In: tallies of both, and what they amount to. Out: shares with their difference and its
// sampling error, by the rule of austin-diff. Knows no text.
import {
  criticalErrors,
  type Difference,
  differenceOfShares,
  effectiveSamples,
  isBeyondChance,
  type Side,
} from "../analysis/sampling_error.js";
import type { LiveModel } from "./model.js";
import type { Weight } from "./spans.js";
import type { Tally } from "./tally.js";

/** Shares of the whole that a function has in both windows. */
export interface ShareChange extends Difference {
  /** What it has, in both. */
  readonly values: readonly [number, number];
  /** The difference is more than sampling explains. */
  readonly isReal: boolean;
}

export interface WindowChange {
  /** Of the function. */
  readonly number: number;
  readonly own: ShareChange;
  readonly total: ShareChange;
}

export interface WindowChanges {
  /** Whether it is known how unevenly samples weigh: else nothing is more than chance. */
  readonly isKnown: boolean;
  /** How many standard errors a difference must be away from 0 to be more than chance. */
  readonly critical: number;
  /** Of all functions of both; real ones first, by the difference of their own shares. */
  readonly functions: readonly WindowChange[];
}

/** A window as one of two sides. @param weight what it has of a metric, of which `tally` is the window's */
export function sideOf({ total, squares }: Pick<Weight, "total" | "squares">, tally: Pick<Tally, "whole">): Side {
  // Of a part of the window there are as many samples as it has of the whole.
  const samples = effectiveSamples(total, squares) * (total === 0 ? 0 : tally.whole / total);
  return { total: tally.whole, samples };
}

export function changesOf(
  { places }: Pick<LiveModel, "places">,
  tallies: readonly [Tally, Tally],
  sides: readonly [Side, Side],
): WindowChanges {
  const numbers = [...places.functions.keys()].filter((number) =>
    tallies.some(({ functionOwn, functionTotal }) => (functionOwn[number] || functionTotal[number] || 0) !== 0),
  );
  // Of each function, its own and its total are looked at.
  const critical = criticalErrors(2 * numbers.length);
  const isKnown = sides.every(({ total, samples }) => total === 0 || samples > 0);
  const change = (of: "functionOwn" | "functionTotal", number: number): ShareChange => {
    const values = [tallies[0][of][number] ?? 0, tallies[1][of][number] ?? 0] as const;
    const found = differenceOfShares(values, sides);
    return { ...found, values, isReal: isKnown && isBeyondChance(found, critical) };
  };
  const functions = numbers.map((number) => ({
    number,
    own: change("functionOwn", number),
    total: change("functionTotal", number),
  }));
  functions.sort((a, b) => rank(b) - rank(a) || size(b) - size(a));
  return { isKnown, critical, functions };
}

function rank({ own, total }: WindowChange): number {
  return own.isReal ? 2 : total.isReal ? 1 : 0;
}

function size({ own, total }: WindowChange): number {
  return Math.abs(own.difference) || Math.abs(total.difference) / 1e6;
}
