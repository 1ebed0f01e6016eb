// austin-diff: from the arguments to what has changed between two profiles.
import { type Comparison, compare, type Renaming, stripPrefixes } from "../../analysis/comparison.js";
import { METRICS, type Metric } from "../../analysis/metric.js";
import { writeWhole } from "../../output/whole_file.js";
import { caveats, failForDamage, type ProfilePair, summarise } from "../reading/profile_summary.js";
import {
  countOf,
  endOnSignals,
  filesOf,
  filtersOf,
  metricOf,
  prepareOutputs,
  runReaderCommand,
  STANDARD_OUTPUT,
  UsageError,
  widthOf,
} from "../reading/reader_command.js";
import { createStyle, takesColour } from "../terminal/terminal.js";
import type { ParsedWords } from "../words/parsed_words.js";
import { renderDiffJson } from "./json.js";
import { DIFF_PURPOSE, defineDiffCommand } from "./options.js";
import { comparisonNotes, renderDiff } from "./text.js";

const ROWS = 20;

/** Run the command; the process's exit code is set when it resolves. */
export function diffMain(argv: readonly string[]): Promise<void> {
  return runReaderCommand({ cli: defineDiffCommand(), purpose: DIFF_PURPOSE, run: diff }, argv);
}

async function diff(given: ParsedWords): Promise<void> {
  const [before, after, ...others] = given.operands;
  if (before === undefined || after === undefined || others.length > 0)
    throw new UsageError("it compares two profiles.");
  if (before === "-" && after === "-") throw new UsageError("only one of the profiles can come from standard input.");
  const html = given.text("html");
  if (html !== undefined && given.has("json")) throw new UsageError("--json and --html are two answers: choose one.");
  const words = filtersOf(given);
  const limit = countOf(given, "limit");
  const rename = stripPrefixes(given.texts("strip-prefix"));
  prepareOutputs([before, after], html === undefined ? [STANDARD_OUTPUT] : filesOf(given, ["html"]));
  endOnSignals();
  const pair: ProfilePair = [await summarise(before, words), await summarise(after, words)];
  const metric = comparableMetric(pair, given.text("metric"));
  const comparison = compare([pair[0].tree.threads, pair[1].tree.threads], METRICS.indexOf(metric), rename);
  const rows = limit === 0 ? Number.POSITIVE_INFINITY : limit;
  if (html !== undefined) {
    await writeWhole(html, [Buffer.from(await diffHtml(pair, metric, comparison, rename))], { isText: true });
    for (const line of comparisonNotes(pair, metric, comparison)) process.stderr.write(`${line}\n`);
  } else if (given.has("json")) {
    process.stdout.write(renderDiffJson(pair, metric, comparison, rename, rows ?? Number.POSITIVE_INFINITY));
  } else {
    const style = createStyle(takesColour(process.stdout, process.env));
    const layout = { limit: rows ?? ROWS, width: widthOf(process.stdout), rename };
    process.stdout.write(renderDiff(pair, metric, comparison, layout, style));
  }
  failForDamage(...pair);
}

function comparableMetric([before, after]: ProfilePair, given: string | undefined): Metric {
  const metric = metricOf(before, given);
  if (after.metrics.includes(metric)) return metric;
  throw new UsageError(
    `${after.name} does not record ${metric.name}, as ${before.name} does: choose another --metric.`,
  );
}

async function diffHtml(pair: ProfilePair, metric: Metric, comparison: Comparison, rename: Renaming): Promise<string> {
  const { comparedData } = await import("../../views/diff_data.js");
  const { renderFlamePage } = await import("../../views/flame_page.js");
  const { readAssets } = await import("../../views/assets.js");
  const [before, after] = pair;
  const { sides, critical } = comparison;
  const labels = [`before (${before.name})`, `after (${after.name})`] as const;
  const flame = comparedData([before.tree.threads, after.tree.threads], labels, metric, rename, { sides, critical });
  const notes = [...pair.flatMap(caveats), ...comparisonNotes(pair, metric, comparison)];
  return renderFlamePage({ title: `${before.name} → ${after.name}`, notes, flame }, readAssets("flame"));
}
