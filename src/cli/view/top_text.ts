// The hottest functions and lines as people read them. In: a profile, summed up. Out: tables that fit a width. It reads no profile.

import { functionLabel } from "../../analysis/function_line.js";
import { type Heat, type HotSpots, hotSpots, inOrder, type Order } from "../../analysis/hot_spots.js";
import { METRICS, type Metric } from "../../analysis/metric.js";
import { SAMPLES, type ThreadStacks } from "../../analysis/stack_tree.js";
import { threadLabel } from "../../analysis/thread_label.js";
import { tellsWaiting, type Waiting, waitingOf } from "../../analysis/waiting.js";
import { moduleNames } from "../../filters/module.js";
import { formatAmount, formatRatio, formatShare, scaleFor } from "../../views/quantities.js";
import { caveats, type ProfileSummary } from "../reading/profile_summary.js";
import type { Style } from "../terminal/terminal.js";
import { type Column, printable, renderTable, shorten } from "../terminal/text_table.js";
import { count } from "../words/count.js";
import type { SourceFiles } from "./source_lines.js";

export interface TopOptions {
  readonly metric: Metric;
  /** What comes first. */
  readonly order: Order;
  /** Rows of a table at most, and threads that have tables. */
  readonly limit: number;
  /** Characters that a line may take. */
  readonly width: number;
}

/** The tables of all threads together, where there are several, and of each; the text ends with a newline. */
export function renderTop(profile: ProfileSummary, options: TopOptions, sources: SourceFiles, style: Style): string {
  const { threads } = profile.tree;
  const { metric } = options;
  const index = METRICS.indexOf(metric);
  const sorted = [...threads].sort((a, b) => (b.sums[index] as number) - (a.sums[index] as number));
  const processes = new Set(threads.map(({ pid }) => pid)).size;
  const whole = hotSpots(threads, index);
  const head = `${printable(profile.name)}: ${formatAmount(whole.total, metric.unit)} in ${count(whole.samples, "sample")} of ${count(threads.length, "thread")} of ${count(processes, "process", "es")}`;
  const tells = tellsWaiting(profile.metrics, metric);
  const waits = (of: readonly ThreadStacks[], spots: HotSpots) => (tells ? waitingOf(of, spots) : undefined);
  const waiting = waits(threads, whole);
  const lines = [
    style.bold(head),
    ...[...caveats(profile), ...invalidLines(whole, metric)].map(style.warning),
    ...waitingLines(waiting, whole, metric),
  ];
  if (metric.name !== "time") lines.push(`Shown: ${metric.label.toLowerCase()}`);
  // Without a limit there may be more lines than a call takes arguments.
  const add = (more: readonly string[]): void => {
    for (const line of more) lines.push(line);
  };
  if (threads.length > 1) {
    lines.push("", style.bold("All threads"));
    add(tables(whole, waiting, options, sources, style));
  }
  const shown = sorted.slice(0, Math.max(1, options.limit));
  for (const thread of shown) {
    const value = thread.sums[index] as number;
    const spots = threads.length === 1 ? whole : hotSpots([thread], index);
    const waited = threads.length === 1 ? waiting : waits([thread], spots);
    const part = waited === undefined ? "" : `, waiting ${formatShare(waited.total, value)} of it`;
    const label = `Process ${style.process(String(thread.pid))} Thread ${style.thread(shorten(printable(threadLabel(thread)), options.width, "start"))}`;
    lines.push(
      "",
      `${label}: ${formatAmount(value, metric.unit)} (${formatShare(value, whole.total)}), ${thread.sums[SAMPLES]} samples${part}`,
    );
    add(tables(spots, waited, options, sources, style));
  }
  const others = sorted.slice(shown.length);
  if (others.length > 0) {
    const value = others.reduce((sum, { sums }) => sum + (sums[index] as number), 0);
    const part = `${formatAmount(value, metric.unit)} (${formatShare(value, whole.total)})`;
    lines.push("", style.faint(`and ${count(others.length, "more thread")}: ${part}; -n shows more`));
  }
  return `${lines.join("\n")}\n`;
}

/** How much of the profile nothing proves, of samples and of what is shown: samples may stand for more than others. */
function invalidLines({ samples, invalidSamples, invalid, total }: HotSpots, { unit }: Metric): string[] {
  if (invalidSamples === 0) return [];
  const ofTotal = total === 0 ? "" : `, ${formatAmount(invalid, unit)} (${formatShare(invalid, total)})`;
  return [`With an invalid frame: ${formatRatio(invalidSamples, samples)} samples${ofTotal}.`];
}

/** How much of all time threads ran, and how much they waited, where the profile says so. */
function waitingLines(waiting: Waiting | undefined, { total }: HotSpots, { unit }: Metric): string[] {
  if (waiting === undefined || total === 0) return [];
  const amount = (value: number) => `${formatAmount(value, unit)} (${formatShare(value, total)})`;
  return [`Running ${amount(total - waiting.total)}, waiting ${amount(waiting.total)}.`];
}

/** Where a line has so many columns, figures are amounts, too, and shares have bars. */
const WIDE = 80;
const BAR = 8;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

function bar(part: number, most: number): string {
  const eighths = most <= 0 ? 0 : Math.round((BAR * 8 * part) / most);
  return "█".repeat(eighths >> 3) + EIGHTHS[eighths & 7];
}

/**
 * Columns of figures, and a row of them.
 * @param waited what of each row was waited; undefined where the profile doesn't say
 */
function figuresOf<Row extends Heat>(
  spots: readonly Row[],
  { metric, width, order }: TopOptions,
  total: number,
  waited: ((one: Row) => Pick<Heat, Order>) | undefined,
) {
  const figure = (title: string): Column => ({ title, align: "right", keep: "whole" });
  const waitingColumn = waited === undefined ? [] : [figure("waiting")];
  // Of what the row stands at its functionLine for, if there is any of that.
  const waitingShare = (one: Row, part: number) => (one[order] > 0 ? formatShare(part, one[order]) : "");
  const waitingCell = (one: Row) => (waited === undefined ? [] : [waitingShare(one, waited(one)[order])]);
  if (width < WIDE) {
    return {
      columns: [figure("own"), figure("total"), ...waitingColumn],
      cells: (one: Row) => [formatShare(one.own, total), formatShare(one.total, total), ...waitingCell(one)],
    };
  }
  // There may be more rows than a call takes arguments.
  const largest = (key: Order): number => spots.reduce((most, one) => Math.max(most, one[key]), 0);
  const scale = scaleFor(largest("total"), metric.unit);
  const most = largest(order);
  return {
    columns: [
      figure(`own, ${scale.unit}`),
      figure(""),
      figure(`total, ${scale.unit}`),
      figure(""),
      ...waitingColumn,
      { title: "", align: "left", keep: "whole" } satisfies Column,
    ],
    cells: (one: Row) => [
      scale.format(one.own),
      formatShare(one.own, total),
      scale.format(one.total),
      formatShare(one.total, total),
      ...waitingCell(one),
      bar(one[order], most).padEnd(BAR),
    ],
  };
}

function tables(
  spots: HotSpots,
  waiting: Waiting | undefined,
  options: TopOptions,
  sources: SourceFiles,
  style: Style,
): string[] {
  const { total, functions, lines, empty } = spots;
  const { metric, limit, width, order } = options;
  if (total === 0) return [style.faint(`  nothing of ${metric.label.toLowerCase()}`)];
  const hot = inOrder(functions, order).slice(0, limit);
  const hotLines = inOrder(lines, order)
    .filter(({ functionLine }) => functionLine.line > 0)
    .slice(0, limit);
  const figures = figuresOf(hot, options, total, waiting?.ofFunction);
  const result = [
    "",
    ...renderTable(
      [
        ...figures.columns,
        { title: "function", align: "left", keep: "start", paint: style.warning, weight: 3 },
        { title: "module", align: "left", keep: "end", paint: style.value, weight: 2 },
      ],
      hot.map((one) => [...figures.cells(one), functionLabel(one.function), moduleOf(one.function.filename)]),
      width,
    ),
  ];
  const rest = functions.length - hot.length;
  const notes = [
    ...(rest > 0 ? [`${count(rest, "more function")}`] : []),
    ...(empty > 0 ? [`${formatAmount(empty, metric.unit)} (${formatShare(empty, total)}) without a Python frame`] : []),
  ];
  if (notes.length > 0) result.push(style.faint(`and ${notes.join(", ")}`));
  if (hotLines.length === 0) return result;
  const lineFigures = figuresOf(hotLines, options, total, waiting?.ofLine);
  return [
    ...result,
    "",
    ...renderTable(
      [
        ...lineFigures.columns,
        { title: "line", align: "left", keep: "end", paint: style.value, weight: 2 },
        { title: "source", align: "left", keep: "start", weight: 3 },
      ],
      hotLines.map((one) => {
        const { filename, scope } = one.functionLine.function;
        const source = sources.line(filename, one.functionLine.line) ?? `(${scope}; no source here)`;
        return [...lineFigures.cells(one), `${moduleOf(filename)}:${one.functionLine.line}`, source];
      }),
      width,
    ),
  ];
}

/** The most likely of the names that the file is imported under. */
function moduleOf(filename: string): string {
  return filename === "" ? "" : (moduleNames(filename)[0] as string);
}
