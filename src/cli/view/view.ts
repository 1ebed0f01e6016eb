// austin-view: from the arguments to what is to be seen. It loads a view only where it is asked for.

import type { Order } from "../../analysis/hot_spots.js";
import type { Metric } from "../../analysis/metric.js";
import type { FilterWords } from "../../filters/words.js";
import { writeWhole } from "../../output/whole_file.js";
import { untilSignal } from "../reading/following.js";
import { failForDamage, type ProfileSummary, soundCaveats, summarise } from "../reading/profile_summary.js";
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
import { LiveScreen } from "../terminal/live_screen.js";
import { createStyle, takesColour } from "../terminal/terminal.js";
import { printable } from "../terminal/text_table.js";
import { count } from "../words/count.js";
import type { ParsedWords } from "../words/parsed_words.js";
import { defineViewCommand, VIEW_PURPOSE } from "./options.js";
import { SourceFiles } from "./source_lines.js";
import { renderTopJson } from "./top_json.js";
import { renderTop } from "./top_text.js";

const ROWS = 10;

/** Run the command; the process's exit code is set when it resolves. */
export function viewMain(argv: readonly string[]): Promise<void> {
  return runReaderCommand({ cli: defineViewCommand(), purpose: VIEW_PURPOSE, run: view }, argv);
}

async function view(given: ParsedWords): Promise<void> {
  const [path, ...others] = given.operands;
  if (path === undefined) throw new UsageError("there is no profile to show.");
  if (others.length > 0) throw new UsageError("it shows one profile at a time; austin-diff compares two.");
  const words = filtersOf(given);
  const top = given.has("top");
  const html = given.text("html");
  const heat = given.text("heat");
  for (const name of ["json", "follow", "limit", "sort", "metric", "sources"]) {
    const isForHeat = name === "metric" || name === "sources";
    const goesWith = top || (isForHeat && heat !== undefined);
    if (!goesWith && given.has(name))
      throw new UsageError(`--${name} goes with --top${isForHeat ? " and --heat" : ""}.`);
  }
  const limit = countOf(given, "limit");
  const order = orderOf(given);
  if (!top && html === undefined && heat === undefined) {
    const { serveProfile } = await import("./serve.js");
    await serveProfile(path, words, given.has("open"));
    return;
  }
  if (given.has("open")) throw new UsageError("--open goes with speedscope alone, not with --top, --html or --heat.");
  prepareOutputs([path], [...filesOf(given, ["html", "heat"]), ...(top ? [STANDARD_OUTPUT] : [])]);
  const sources = new SourceFiles([".", ...given.texts("sources")]);
  const profile = given.has("follow")
    ? await followed(path, words, given, { limit, order }, sources)
    : await whole(path, words);
  const metric = metricOf(profile, given.text("metric"));
  if (html !== undefined || heat !== undefined) {
    const { flameHtml, heatHtml } = await import("./pages.js");
    if (html !== undefined) await writePage(html, flameHtml(profile));
    if (heat !== undefined) await writePage(heat, heatHtml(profile, metric, sources));
  }
  if (top) process.stdout.write(topOf(profile, metric, given, { limit, order }, sources));
  else for (const line of soundCaveats(profile)) process.stderr.write(`${line}\n`);
  tellElsewhere(sources);
  failForDamage(profile);
}

/** Which sources are here, but not shown. */
function tellElsewhere({ elsewhere: [folder, ...others] }: SourceFiles): void {
  if (folder === undefined) return;
  const more = others.length === 0 ? "" : ` and ${count(others.length, "more folder")}`;
  const { faint } = createStyle(takesColour(process.stderr, process.env));
  const line = `Sources in '${printable(folder)}'${more} are not shown: a profile may name any file. Show them with --sources FOLDER.`;
  process.stderr.write(`${faint(line)}\n`);
}

function whole(path: string, words: FilterWords): Promise<ProfileSummary> {
  endOnSignals();
  return summarise(path, words);
}

/** Which rows of tables. */
interface Rows {
  /** 0: all; undefined: as many as are usual. */
  readonly limit: number | undefined;
  readonly order: Order;
}

/** Read on until the run is over; on a terminal, with the tables as they are by then. */
async function followed(
  path: string,
  words: FilterWords,
  given: ParsedWords,
  rows: Rows,
  sources: SourceFiles,
): Promise<ProfileSummary> {
  const screen = new LiveScreen(process.stdout);
  const isLive = process.stdout.isTTY && !given.has("json");
  const show = (profile: ProfileSummary): void => {
    if (isLive) screen.show(topOf(profile, metricOf(profile, given.text("metric")), given, rows, sources));
  };
  try {
    return await summarise(path, words, { until: untilSignal(), show });
  } finally {
    screen.close();
  }
}

/** The tables, or JSON. */
function topOf(
  profile: ProfileSummary,
  metric: Metric,
  given: ParsedWords,
  { limit, order }: Rows,
  sources: SourceFiles,
): string {
  const rows = limit === 0 ? Number.POSITIVE_INFINITY : limit;
  if (given.has("json"))
    return renderTopJson(profile, { metric, order, limit: rows ?? Number.POSITIVE_INFINITY }, sources);
  const width = widthOf(process.stdout);
  const style = createStyle(takesColour(process.stdout, process.env));
  return renderTop(profile, { metric, order, limit: rows ?? ROWS, width }, sources, style);
}

function orderOf(given: ParsedWords): Order {
  const word = given.text("sort") ?? "own";
  if (word !== "own" && word !== "total")
    throw new UsageError(`invalid value '${word}' of --sort: it is own or total.`);
  return word;
}

async function writePage(path: string, page: string): Promise<void> {
  await writeWhole(path, [Buffer.from(page)], { isText: true });
}
