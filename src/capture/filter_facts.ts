// The filter words of a run, as its capture has them. In: parsed JSON, which may be anybody's. Out: words that can be worked
// with, or a LogError.
import { glob } from "../filters/glob.js";
import { unanswered } from "../filters/unanswered.js";
import { COLLAPSIBLE, type FilterWords, MOST_CHARACTERS, MOST_VALUES, STATES } from "../filters/words.js";
import type { Mode } from "../model/metrics.js";
import { LogError } from "./error.js";

const MOST_PID = 2 ** 31 - 1;
/** As much as is read of a window on a command line. */
const LATEST = 2 ** 52;

type Plain = Readonly<Record<string, unknown>>;

/** @param mode what the run measured: words that it has no answer to are none */
export function filtersOf(value: unknown, mode: Mode): FilterWords | undefined {
  if (value === undefined) return undefined;
  const plain = objectOf(value, "filters");
  const words: FilterWords = {
    processes: listOf(plain, "processes", (one) => naturalOf(one, MOST_PID, "a process to filter for")),
    threads: listOf(plain, "threads", textOf),
    mainThread: plain.mainThread === true,
    modules: listOf(plain, "modules", globOf),
    functions: listOf(plain, "functions", globOf),
    collapse: listOf(plain, "collapse", (one) => wordOf(one, COLLAPSIBLE)),
    ...(plain.state !== undefined && { state: wordOf(plain.state, STATES) }),
    ...(plain.window !== undefined && { window: windowOf(plain.window) }),
  };
  const question = unanswered(words, mode);
  if (question !== undefined) throw new LogError(`a filter asks for its ${question.word}, which mode ${mode} has not`);
  return words;
}

function windowOf(value: unknown): NonNullable<FilterWords["window"]> {
  const plain = objectOf(value, "a window");
  const from = naturalOf(plain.from, LATEST, "the begin of a window");
  const to = plain.to === undefined ? Number.POSITIVE_INFINITY : naturalOf(plain.to, LATEST, "the end of a window");
  if (to <= from) throw new LogError("a window ends before it begins");
  return { from, to };
}

function objectOf(value: unknown, what: string): Plain {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new LogError(`${what} is no object`);
  return value as Plain;
}

function listOf<One>(plain: Plain, key: string, of: (value: unknown) => One): One[] {
  const value = plain[key] ?? [];
  if (!Array.isArray(value) || value.length > MOST_VALUES) throw new LogError(`${key} to filter for are no list`);
  return value.map(of);
}

function naturalOf(value: unknown, most: number, what: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= most) return value;
  throw new LogError(`${what} is no number in range`);
}

function textOf(value: unknown): string {
  if (typeof value === "string" && value.length <= MOST_CHARACTERS) return value;
  throw new LogError("a filter is no text");
}

function globOf(value: unknown): string {
  const text = textOf(value);
  try {
    glob(text.replace(/^!/, ""));
  } catch {
    throw new LogError("a filter is no pattern");
  }
  return text;
}

function wordOf<Word extends string>(value: unknown, words: readonly Word[]): Word {
  const word = words.find((one) => one === value);
  if (word === undefined) throw new LogError("a filter is no word that is known");
  return word;
}
