// What has changed of a function, in colour and words. In: its values in two profiles. Out: a shade, a sentence.

import {
  type Difference,
  differenceOfShares,
  differenceOfValues,
  isBeyondChance,
} from "../../src/analysis/sampling_error.js";
import type { ComparisonFacts } from "../../src/views/diff_data.js";
import type { Series } from "../../src/views/flame_data.js";
import { formatAmount, formatShare } from "../../src/views/quantities.js";

/** Shares of the whole, or the values themselves. */
export type Measure = "shares" | "values";

export interface Judgement {
  /** From -1, gone, to 1, new; 0 where nothing has changed that sampling could not explain. */
  readonly shade: number;
  readonly text: string;
}

export function judge(
  values: readonly [number, number],
  { sides, critical }: ComparisonFacts,
  unit: Series["unit"],
  measure: Measure,
): Judgement {
  const isShare = measure === "shares";
  const found: Difference = isShare ? differenceOfShares(values, sides) : differenceOfValues(values, sides);
  const [first, second] = isShare ? values.map((value, i) => value / (sides[i]?.total || 1)) : values;
  const amounts = values.map(
    (value, i) => `${formatAmount(value, unit)} (${formatShare(value, sides[i]?.total ?? 0)})`,
  );
  const text = `${amounts[0]} → ${amounts[1]}`;
  if (!isBeyondChance(found, critical)) return { shade: 0, text: `${text}, no difference beyond the sampling error` };
  const { difference, error } = found;
  const shown = (value: number): string => (isShare ? `${(100 * value).toFixed(2)} points` : formatAmount(value, unit));
  const sign = difference > 0 ? "+" : "−";
  return {
    shade: difference / Math.max(first ?? 0, second ?? 0, Number.MIN_VALUE),
    text: `${text}, ${sign}${shown(Math.abs(difference))} ± ${shown(critical * error)}`,
  };
}

/** Red for more, blue for less, grey for nothing. */
export function differenceColour(shade: number): string {
  if (shade === 0) return "#dddddd";
  const strength = 0.25 + 0.75 * Math.min(1, Math.abs(shade));
  const weak = Math.round(225 - 150 * strength);
  return shade > 0 ? `rgb(240, ${weak}, ${weak})` : `rgb(${weak}, ${weak + 20}, 240)`;
}
