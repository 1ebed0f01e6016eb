// What has changed between two profiles as people read it. In: the comparison. Out: tables that fit a width, with the sampling error.
import type { Change, Comparison, FunctionChange, Renaming, Verdict } from "../../analysis/comparison.js";
import { functionLabel } from "../../analysis/function_line.js";
import type { Metric } from "../../analysis/metric.js";
import { FALSE_ALARMS_PERCENT, type Side } from "../../analysis/sampling_error.js";
import { formatAmount } from "../../views/quantities.js";
import { caveats, type ProfilePair } from "../reading/profile_summary.js";
import type { Style } from "../terminal/terminal.js";
import { type Column, printable, renderTable } from "../terminal/text_table.js";

export interface DiffLayout {
  /** Rows of a table at most. */
  readonly limit: number;
  /** Characters that a line may take. */
  readonly width: number;
  /** The names by which files are known in both. */
  readonly rename: Renaming;
}

/** What stands for no difference beyond the sampling error. */
const SAME = "=";

/** The text ends with a newline. */
export function renderDiff(
  pair: ProfilePair,
  metric: Metric,
  comparison: Comparison,
  layout: DiffLayout,
  style: Style,
): string {
  const [before, after] = pair;
  const head = `${printable(before.name)} → ${printable(after.name)}`;
  const lines = [
    style.bold(head),
    ...pair.flatMap(caveats).map(style.warning),
    ...comparisonNotes(pair, metric, comparison),
  ];
  for (const which of ["own", "total"] as const) {
    lines.push("");
    // Without a limit there may be more lines than a call takes arguments.
    for (const line of table(which, metric, comparison, layout, style)) lines.push(line);
  }
  return `${lines.join("\n")}\n`;
}

/** What was compared, and by which rule it differs, in lines. */
export function comparisonNotes([before, after]: ProfilePair, metric: Metric, comparison: Comparison): string[] {
  const { functions, shared, sides, critical } = comparison;
  const side = ({ total, samples }: Side) =>
    `${formatAmount(total, metric.unit)} in ${Math.round(samples)} samples of equal weight`;
  const changed = functions.filter(isChanged).length;
  return [
    `before: ${printable(before.name)}, ${side(sides[0])}; after: ${printable(after.name)}, ${side(sides[1])}`,
    `${changed} of ${functions.length} functions differ by more than the sampling error; ${shared} are in both profiles.` +
      (shared === 0 ? " Paths may differ: see --strip-prefix." : ""),
    `Sampling error of a share p of n samples: sqrt(p (1 - p) / n). A difference counts beyond ${critical.toFixed(2)} standard ` +
      `errors (±), so that ${100 - FALSE_ALARMS_PERCENT} of 100 comparisons of equal programs show none at all. Runs differ by themselves, too.`,
  ];
}

/** Whether anything of it is more than chance. */
export function isChanged({ own, total }: FunctionChange): boolean {
  return [own.shares, own.absolute, total.shares, total.absolute].some(({ isReal }) => isReal);
}

function table(
  which: "own" | "total",
  { unit }: Metric,
  { functions, critical }: Comparison,
  { limit, width, rename }: DiffLayout,
  style: Style,
): string[] {
  const size = (one: FunctionChange): number => Math.abs(one[which].shares.difference);
  const isReal = (one: FunctionChange): boolean => one[which].shares.isReal || one[which].absolute.isReal;
  const sorted = [...functions].sort((a, b) => Number(isReal(b)) - Number(isReal(a)) || size(b) - size(a));
  const shown = sorted.slice(0, limit);
  const columns: Column[] = [
    { title: `${which} before`, align: "right", keep: "whole" },
    { title: "after", align: "right", keep: "whole" },
    { title: "normalised", align: "right", keep: "whole", paint: paintChange(style) },
    { title: "absolute", align: "right", keep: "whole", paint: paintChange(style) },
    { title: "function", align: "left", keep: "start", weight: 3 },
    { title: "file", align: "left", keep: "end", paint: style.value, weight: 2 },
  ];
  const rows = shown.map((one) => {
    const change: Change = one[which];
    return [
      ...change.values.map((value) => formatAmount(value, unit)),
      verdictText(change.shares, critical, (value) => `${(100 * value).toFixed(2)}%`),
      verdictText(change.absolute, critical, (value) => formatAmount(value, unit)),
      functionLabel(one.function),
      rename(one.function.filename),
    ];
  });
  const rest = functions.length - shown.length;
  const lines = renderTable(columns, rows, width);
  return rest > 0 ? [...lines, style.faint(`and ${rest} more functions`)] : lines;
}

function verdictText(
  { difference, error, isReal }: Verdict,
  critical: number,
  format: (value: number) => string,
): string {
  if (!isReal) return SAME;
  return `${difference > 0 ? "+" : "-"}${format(Math.abs(difference))} ±${format(critical * error)}`;
}

function paintChange(style: Style): (text: string) => string {
  return (text) =>
    text.startsWith("+") ? style.error(text) : text.startsWith("-") ? style.line(text) : style.faint(text);
}
