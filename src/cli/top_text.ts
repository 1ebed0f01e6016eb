// The hottest functions and lines as people read them. In: a profile, summed up. Out: tables that fit a width. It reads no profile.
import { type HotSpots, hotSpots } from "../analysis/hot_spots.js";
import { METRICS, type Metric } from "../analysis/metric.js";
import { functionLabel } from "../analysis/place.js";
import { SAMPLES, type ThreadStacks } from "../analysis/stack_tree.js";
import { threadLabel } from "../analysis/thread_label.js";
import { formatAmount, formatRatio, formatShare } from "../views/quantities.js";
import { caveats, type ProfileSummary } from "./profile_summary.js";
import type { SourceFiles } from "./source_lines.js";
import type { Style } from "./terminal.js";
import { type Column, printable, renderTable, shorten } from "./text_table.js";

export interface TopOptions {
  readonly metric: Metric;
  /** Rows of a table at most. */
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
  const head = `${printable(profile.name)}: ${formatAmount(whole.total, metric.unit)} in ${whole.samples} samples of ${count(threads.length, "thread")} of ${count(processes, "process", "es")}`;
  const lines = [style.bold(head), ...[...caveats(profile), ...invalidLines(whole, metric)].map(style.warning)];
  if (metric.name !== "time") lines.push(`Shown: ${metric.label.toLowerCase()}`);
  // Without a limit there may be more lines than a call takes arguments.
  const add = (more: readonly string[]): void => {
    for (const line of more) lines.push(line);
  };
  if (threads.length > 1) {
    lines.push("", style.bold("All threads"));
    add(tables(whole, options, sources, style));
  }
  for (const thread of sorted) {
    const value = thread.sums[index] as number;
    const label = `Process ${style.process(String(thread.pid))} Thread ${style.thread(shorten(printable(threadLabel(thread)), options.width, "start"))}`;
    lines.push(
      "",
      `${label}: ${formatAmount(value, metric.unit)} (${formatShare(value, whole.total)}), ${thread.sums[SAMPLES]} samples`,
    );
    add(tables(spotsOf(thread, index, threads.length === 1 ? whole : undefined), options, sources, style));
  }
  return `${lines.join("\n")}\n`;
}

/** How much of the profile nothing proves, of samples and of what is shown: samples may stand for more than others. */
function invalidLines({ samples, invalidSamples, invalid, total }: HotSpots, { unit }: Metric): string[] {
  if (invalidSamples === 0) return [];
  const ofTotal = total === 0 ? "" : `, ${formatAmount(invalid, unit)} (${formatShare(invalid, total)})`;
  return [`With an invalid frame: ${formatRatio(invalidSamples, samples)} samples${ofTotal}.`];
}

function spotsOf(thread: ThreadStacks, index: number, known: HotSpots | undefined): HotSpots {
  return known ?? hotSpots([thread], index);
}

function tables(spots: HotSpots, { metric, limit, width }: TopOptions, sources: SourceFiles, style: Style): string[] {
  const { total, functions, lines, empty } = spots;
  if (total === 0) return [style.faint(`  nothing of ${metric.label.toLowerCase()}`)];
  const figures = ({ own, total: all }: { own: number; total: number }): string[] => [
    formatAmount(own, metric.unit),
    formatShare(own, total),
    formatAmount(all, metric.unit),
    formatShare(all, total),
  ];
  const numbers: Column[] = ["own", "", "total", ""].map((title) => ({ title, align: "right", keep: "whole" }));
  const hot = functions.slice(0, limit);
  const hotLines = lines.filter(({ place }) => place.line > 0).slice(0, limit);
  const result = [
    "",
    ...renderTable(
      [
        ...numbers,
        { title: "function", align: "left", keep: "start", paint: style.warning, weight: 3 },
        { title: "file", align: "left", keep: "end", paint: style.value, weight: 2 },
      ],
      hot.map((one) => [...figures(one), functionLabel(one.function), one.function.filename]),
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
  return [
    ...result,
    "",
    ...renderTable(
      [
        ...numbers,
        { title: "line", align: "left", keep: "end", paint: style.value, weight: 2 },
        { title: "source", align: "left", keep: "start", weight: 3 },
      ],
      hotLines.map((one) => {
        const { filename, scope } = one.place.function;
        const source = sources.line(filename, one.place.line) ?? `(${scope}; no source here)`;
        return [...figures(one), `${filename}:${one.place.line}`, source];
      }),
      width,
    ),
  ];
}

function count(number: number, what: string, plural = "s"): string {
  return `${number} ${what}${number === 1 ? "" : plural}`;
}
