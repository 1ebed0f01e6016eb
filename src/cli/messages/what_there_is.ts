// What a profile has, for whoever asked for what it has not. In: the filters and what there is. Out: lines, one for each filter that was
// given, with names near to the one that was asked for in front.
import { threadLabel } from "../../analysis/thread_label.js";
import type { Census, FilterWords } from "../../filters/index.js";
import { formatDuration } from "../../views/quantities.js";
import { printable, shorten } from "../terminal/text_table.js";
import { namesNear } from "../words/nearest.js";

/** Names of a line, and columns of a name. */
const MOST_NAMES = 6;
const MOST_COLUMNS = 60;

/** The lines; none where no filter was given that names anything. */
export function whatThereIs(words: FilterWords, census: Census): readonly string[] {
  const { processes = [], threads = [], mainThread, modules = [], functions = [], state, window } = words;
  const lines: string[] = [];
  if (processes.length > 0) lines.push(list("Processes", census.processes.map(String)));
  if (threads.length > 0 || mainThread) lines.push(threadsNear(threads, census));
  if (modules.length > 0) lines.push(named("Modules", modules, census.modules));
  if (functions.length > 0)
    lines.push(
      named(
        "Functions",
        functions,
        census.functions.map((name) => [name]),
      ),
    );
  if (state !== undefined) lines.push(`Samples: ${census.samples - census.idle} running, ${census.idle} idle.`);
  if (window !== undefined) lines.push(`Time: the profile ends after ${formatDuration(census.lasted)}.`);
  return lines;
}

function threadsNear(asked: readonly string[], census: Census): string {
  const words = asked.map(literalOf).filter((word) => !/^\d*$/.test(word));
  const near = census.threads.filter(
    ({ threadName }) => threadName !== undefined && words.some((word) => namesNear(word, [threadName]).length > 0),
  );
  return near.length > 0
    ? list("Threads with names near to that", threadNames(near, census))
    : list("Threads", threadNames(census.threads, census));
}

/** Their ids, as --thread takes them, and their names. */
function threadNames(threads: Census["threads"], { processes }: Census): readonly string[] {
  return threads.map((one) => {
    const process = processes.length > 1 ? ` of process ${one.pid}` : "";
    return `${threadLabel(one)}${process}${one.thread === one.pid.toString(16) ? " (main)" : ""}`;
  });
}

/** Near names, where there are any, of what was asked for by name. @param there what has these names, the usual one first */
function named(title: string, asked: readonly string[], there: readonly (readonly string[])[]): string {
  const words = asked.filter((one) => !one.startsWith("!")).map(literalOf);
  const near = there.flatMap((names) => words.flatMap((word) => namesNear(word, names)).slice(0, 1));
  if (near.length > 0) return list(`${title} with names near to that`, [...new Set(near)]);
  return list(title, [...new Set(there.map(([name = ""]) => name))]);
}

/** The longest part of a glob that stands for itself. */
function literalOf(glob: string): string {
  return glob.split(/\[[^\]]*\]|[*?]/).reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

function list(title: string, names: readonly string[]): string {
  if (names.length === 0) return `${title}: none.`;
  const shown = names.slice(0, MOST_NAMES).map((name) => shorten(printable(name), MOST_COLUMNS, "start"));
  const more = names.length - shown.length;
  return `${title}: ${shown.join(", ")}${more > 0 ? `, and ${more} more` : ""}.`;
}
