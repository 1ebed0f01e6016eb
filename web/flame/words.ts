// What a flame graph says in words. In: what is shown, and a node, a box or what is found. Out: sentences with figures, each with its
// share of the whole and, where one has zoomed in, of what is shown.
import type { ComparisonFacts } from "../../src/views/diff_data.js";
import type { FlameData, Series } from "../../src/views/flame_data.js";
import { formatAmount, formatShare } from "../../src/views/quantities.js";
import type { Box } from "./boxes.js";
import { type Judgement, judge, type Measure } from "./difference.js";
import { type Found, sumOf, textOf } from "./search.js";
import type { FlameTree } from "./tree.js";

/** What is shown of a profile, or of two. */
export interface Shown {
  readonly tree: FlameTree;
  readonly series: number;
  /** The node that is as wide as the graph. */
  readonly zoom: number;
  readonly measure: Measure;
  /** Undefined where there is one profile. */
  readonly comparison: ComparisonFacts | undefined;
}

export function nameOf({ data }: FlameTree, node: number): FlameData["names"][number] {
  return data.names[data.name[node] as number] as FlameData["names"][number];
}

/** What has changed of a node between two profiles. */
export function changeOf({ tree, series, measure }: Shown, comparison: ComparisonFacts, node: number): Judgement {
  const { totals } = tree;
  return judge([totals[0]?.[node] ?? 0, totals[1]?.[node] ?? 0], comparison, unitOf(tree, series), measure);
}

export function describeNode(shown: Shown, node: number): string {
  const { tree, series, zoom, comparison } = shown;
  const text = textOf(tree, node);
  if (comparison !== undefined) return `${text}: ${changeOf(shown, comparison, node).text}`;
  const unit = unitOf(tree, series);
  const total = totalOf(shown, node);
  const own = tree.data.own[series]?.[node] as number;
  const part = zoom === 0 ? "" : `, ${formatShare(total, totalOf(shown, zoom))} of what is shown`;
  const shares = `${formatShare(total, totalOf(shown, 0))}${part}`;
  return `${text}: ${formatAmount(total, unit)} (${shares}), of its own ${formatAmount(own, unit)}`;
}

/** Of a box under the pointer: of the node that it is, or of all that it stands for. */
export function describeBox(shown: Shown, { count, first, value }: Box): string {
  if (count === 1) return describeNode(shown, first);
  const amount = formatAmount(value, unitOf(shown.tree, shown.series));
  return `${count} frames side by side: ${amount} (${formatShare(value, totalOf(shown, 0))})`;
}

export function describeFound(shown: Shown, found: Found): string {
  const { tree, series, zoom } = shown;
  const { nodes, functions } = found;
  const all = sumOf(tree, found, series, 0);
  const places = nodes.length === 1 ? "1 place" : `${nodes.length} places`;
  const names = functions === 1 ? "1 function" : `${functions} functions`;
  const within = zoom === 0 ? 0 : sumOf(tree, found, series, zoom);
  const part = zoom === 0 ? "" : `, ${formatShare(within, totalOf(shown, zoom))} of what is shown`;
  const amount = formatAmount(all, unitOf(tree, series));
  return `Found: ${amount} (${formatShare(all, totalOf(shown, 0))})${part}, ${names} in ${places}`;
}

function totalOf({ tree, series }: Shown, node: number): number {
  return tree.totals[series]?.[node] as number;
}

function unitOf({ data }: FlameTree, series: number): Series["unit"] {
  return data.series[series]?.unit ?? "microseconds";
}
