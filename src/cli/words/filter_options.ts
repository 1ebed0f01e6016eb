// The options that choose what of a profile is seen, the same on every command. In: their texts. Out: filter words, or what is
// wrong with them. It filters nothing.
import type { CAC } from "cac";
import { glob } from "../../filters/glob.js";
import {
  COLLAPSIBLE,
  type Collapsible,
  type FilterWords,
  MOST_CHARACTERS,
  MOST_VALUES,
  STATES,
} from "../../filters/words.js";
import { addOptions, type OptionFacts } from "./option.js";
import { parseExposureMicroseconds, parsePid } from "./values.js";

/** By their names and arguments, what they mean. */
const FILTER_OPTIONS: readonly (readonly [name: string, meaning: string])[] = [
  ["--process <PID>", "Only the process PID. May be given several times, like all of these."],
  [
    "--thread <THREAD>",
    "Only the thread of that id, a number, or a hexadecimal number behind 0x, or those of whose names it is a GLOB; behind " +
      "INTERPRETER: where only one interpreter's are meant.",
  ],
  ["--main-thread", "Only the main thread of each process."],
  [
    "--module <GLOB>",
    "Only stacks with a module that GLOB describes, or a package that holds one; behind !, only stacks without. With a / " +
      "in it, GLOB describes the file's path.",
  ],
  [
    "--function <GLOB>",
    "Only stacks with a function that GLOB describes by its qualified name or, without a dot in GLOB, its last part; " +
      "behind !, only stacks without.",
  ],
  ["--state <STATE>", "Only threads that were running, or only those that were idle."],
  [
    "--window <FROM..TO>",
    "Only this time, counted from the profile's start, such as 1.5..2, 500ms.. or ..10s. Units: ms, s, m.",
  ],
  [
    "--collapse <WHAT>",
    "Show frames of the standard library (stdlib) or the import system (imports) that call each other as the first of them.",
  ],
];

/** Long names of the options. */
export const FILTER_NAMES: readonly string[] = FILTER_OPTIONS.map(([name]) => name.replace(/^--| .*$/g, ""));

/** Add them to a command line, one after another. @param facts kept on each */
export function addFilterOptions(cli: CAC, facts: OptionFacts = {}): CAC {
  return addOptions(
    cli,
    "Filters",
    FILTER_OPTIONS.map(([name, meaning]) => [name, meaning, facts] as const),
  );
}

/** Filter words, or what is wrong with an option. */
export type FilterChoice =
  | { readonly kind: "words"; readonly words: FilterWords }
  | { readonly kind: "problem"; readonly option: string; readonly given: string; readonly expected: string };

/**
 * Understand the options.
 *
 * @param texts the arguments that an option was given, by its long name
 * @param mainThread whether the switch was given
 */
export function readFilterWords(texts: (name: string) => readonly string[], mainThread: boolean): FilterChoice {
  const problem = (option: string, given: string, expected: string): FilterChoice => ({
    kind: "problem",
    option,
    given,
    expected,
  });
  for (const option of FILTER_NAMES.filter((name) => name !== "main-thread")) {
    const given = texts(option);
    if (given.length > MOST_VALUES) return problem(option, `${given.at(-1)}`, `${MOST_VALUES} values at most`);
    const long = given.find((text) => text.length > MOST_CHARACTERS);
    if (long !== undefined) return problem(option, `${long.slice(0, 20)}...`, `${MOST_CHARACTERS} characters at most`);
  }
  const processes: number[] = [];
  for (const text of texts("process")) {
    const pid = parsePid(text);
    if (pid === undefined) return problem("process", text, "a process id, an integer above 0");
    processes.push(pid);
  }
  const threads = texts("thread");
  const emptyThread = threads.find((text) => text === "" || text.endsWith(":"));
  if (emptyThread !== undefined)
    return problem("thread", emptyThread, "a thread id or name, such as 4242, 0x1092, 0:4242 or 'worker-*'");
  const badThread = threads.find((text) => !isGlob(text.replace(/^!/, "_")));
  if (badThread !== undefined) return problem("thread", badThread, "a pattern of *, ? and [...], such as 'worker-*'");
  for (const option of ["module", "function"]) {
    const bad = texts(option).find((text) => !isGlob(text));
    if (bad !== undefined) return problem(option, bad, "a pattern of *, ? and [...], such as 'json.*'");
    const contradiction = contradictionIn(texts(option));
    if (contradiction !== undefined)
      return problem(option, contradiction, "no pattern that is asked for without !, too");
  }
  const stateText = texts("state").at(-1);
  const state = STATES.find((one) => one === stateText);
  if (stateText !== undefined && state === undefined) return problem("state", stateText, STATES.join(" or "));
  const windowText = texts("window").at(-1);
  const window = windowText === undefined ? undefined : parseWindow(windowText);
  if (windowText !== undefined && window === undefined) {
    return problem(
      "window",
      windowText,
      "two times with .. between, the later one behind, such as 1.5..2, 500ms.. or ..10s",
    );
  }
  const collapse: Collapsible[] = [];
  for (const text of texts("collapse")) {
    const what = COLLAPSIBLE.find((one) => one === text);
    if (what === undefined) return problem("collapse", text, COLLAPSIBLE.join(" or "));
    collapse.push(what);
  }
  return {
    kind: "words",
    words: {
      processes,
      threads,
      mainThread,
      modules: texts("module"),
      functions: texts("function"),
      collapse,
      ...(state && { state }),
      ...(window && { window }),
    },
  };
}

/** A pattern that leaves out all that the others ask for, if there is one. */
function contradictionIn(patterns: readonly string[]): string | undefined {
  const wanted = patterns.filter((one) => !one.startsWith("!"));
  const isUnwanted = wanted.length > 0 && wanted.every((one) => patterns.includes(`!${one}`));
  return isUnwanted ? patterns.find((one) => one.startsWith("!")) : undefined;
}

function isGlob(text: string): boolean {
  const pattern = text.replace(/^!/, "");
  try {
    glob(pattern);
  } catch {
    return false;
  }
  return pattern !== "";
}

/** Times of a window in microseconds; undefined where the text is not valid. */
function parseWindow(text: string): FilterWords["window"] {
  const [first, second, ...others] = text.split("..");
  if (first === undefined || second === undefined || others.length > 0 || (first === "" && second === ""))
    return undefined;
  const from = first === "" ? 0 : parseExposureMicroseconds(first);
  const to = second === "" ? Number.POSITIVE_INFINITY : parseExposureMicroseconds(second);
  return from === undefined || to === undefined || to <= from ? undefined : { from, to };
}
