// In: sections. Out: Markdown. Medians over the rounds with their spread; ratios are taken within each round.
import { median } from "../runs.js";
import { OURS, RIVAL } from "./contestants.js";
import { type Case, isFailed, type Metric, type Section } from "./rounds.js";

const ARROWS = { more: " ↑", less: " ↓" };
const FAILURE_LENGTH = 100;

function formatted(value: number, digits: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function spread(values: readonly number[], digits: number): string {
  const middle = formatted(median(values), digits);
  const least = formatted(Math.min(...values), digits);
  const most = formatted(Math.max(...values), digits);
  return least === most ? middle : `${middle} (${least}..${most})`;
}

/** One figure per round; undefined where there is none. */
function figures({ outcomes }: Case, column: string, { key }: Metric): (number | undefined)[] {
  return (outcomes[column] ?? []).map((outcome) => {
    const value = isFailed(outcome) ? undefined : outcome[key];
    return Number.isFinite(value) ? value : undefined;
  });
}

/** A failure is told in the first line of its case only. */
function cell(row: Case, column: string, metric: Metric): string {
  const values = figures(row, column, metric).filter((value) => value !== undefined);
  const failures = (row.outcomes[column] ?? []).filter(isFailed);
  const [first] = failures;
  const failure = first?.failed.replace(/\s+/g, " ").replaceAll("|", "\\|").trim().slice(0, FAILURE_LENGTH);
  if (values.length === 0)
    return failure === undefined ? "–" : metric === row.metrics[0] ? `failed: ${failure}` : "failed";
  const figure = spread(values, metric.digits ?? 0);
  if (failures.length === 0 || metric !== row.metrics[0]) return figure;
  return `${figure}, failed ${failures.length} times: ${failure}`;
}

function ratio(row: Case, metric: Metric): string {
  const theirs = figures(row, RIVAL, metric);
  const ratios = figures(row, OURS, metric).flatMap((value, round) => {
    const other = theirs[round];
    return value === undefined || other === undefined || other === 0 ? [] : [value / other];
  });
  return metric.better === undefined || ratios.length === 0 ? "–" : spread(ratios, 2);
}

/** One section as a heading, its note, and a table with a line for each case and metric. */
export function renderSection({ title, note, columns, cases }: Section): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const behindRival = columns.indexOf(RIVAL) + 1;
  const withRatio = (cells: readonly string[], ratioCell: string): string[] =>
    behindRival === 0 ? [...cells] : [...cells.slice(0, behindRival), ratioCell, ...cells.slice(behindRival)];
  const lines = cases.flatMap((row) =>
    row.metrics.map((metric) => {
      const cells = columns.map((column) => cell(row, column, metric));
      const name = `${metric.title}${metric.better ? ARROWS[metric.better] : ""}`;
      return line([metric === row.metrics[0] ? row.title : "", name, ...withRatio(cells, ratio(row, metric))]);
    }),
  );
  return [
    `## ${title}`,
    "",
    note,
    "",
    line(["", "", ...withRatio(columns, `${OURS} / ${RIVAL}`)]),
    `|---|---|${withRatio(columns, "")
      .map(() => "---:|")
      .join("")}`,
    ...lines,
    "",
    "",
  ].join("\n");
}
