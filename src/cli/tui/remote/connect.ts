// `austin-tui --connect URL`: the screens of a run that an austin-web shows elsewhere. In: the command line. Out: a screen or one picture, and the process's
// exit code. What others do with that run, and how it ends, is no affair of ours: it goes on when we leave.
import { SAMPLING_NAMES } from "../../austin/options.js";
import { lineFailed } from "../../messages/connecting.js";
import { ToldError } from "../../messages/told_error.js";
import { filtersOf, UsageError } from "../../reading/reader_command.js";
import { giveWay, namesOf, recentSecondsOf } from "../../watching/run.js";
import { onEndingSignal } from "../../watching/signals.js";
import { SIGNAL_EXIT_CODES } from "../../words/exit_codes.js";
import { FILTER_NAMES } from "../../words/filter_options.js";
import type { ParsedWords } from "../../words/parsed_words.js";
import { checkTerminal, isOnce, onScreen, print } from "../shown.js";
import { FOLDS, type RunFacts, State } from "../state.js";
import { remoteGauges } from "./gauges.js";
import { LineBroken } from "./line.js";
import { lineText, messageOf } from "./line_text.js";
import { RemoteRun } from "./remote_run.js";
import { saveRemote } from "./saving.js";

/** Filters that the view has itself, as what is typed and what is folded. */
const OURS: readonly string[] = ["module", "function", "thread", "collapse"];

export async function showElsewhere(given: ParsedWords): Promise<void> {
  const base = addressOf(given.text("connect") ?? "");
  check(given);
  const choice = choiceOf(given);
  const recentSeconds = recentSecondsOf(given);
  checkTerminal(given);
  // Whoever looks at the list of processes is not to have the address, which lets him in.
  process.title = "austin-tui --connect";
  let state: State | undefined;
  let changed: () => void = () => {};
  const run = new RemoteRun(base, {
    recentSeconds,
    changed: () => changed(),
    said: (what) => state?.say(messageOf(what, run), Date.now()),
  });
  const begun = new Promise<void>((resolve) => {
    changed = () => {
      if (isThere(run, isOnce(given))) resolve();
    };
  });
  const followed = run.follow();
  const stop = isOnce(given) ? stopOnSignal(run) : undefined;
  try {
    await Promise.race([begun, followed, ...(stop === undefined ? [] : [stop])]);
    if (run.profile === undefined || !isThere(run, isOnce(given))) {
      if (process.exitCode !== undefined) return;
      throw new LineBroken(run.broken?.failure ?? { kind: "closed" });
    }
    state = stateOf(run, base);
    Object.assign(state, choice);
    if (isOnce(given)) print(given, state);
    else {
      const tell = (told: () => void): void => {
        changed = told;
      };
      await watch(given, state, followed, tell);
    }
  } catch (error) {
    if (!(error instanceof LineBroken)) throw error;
    throw new ToldError(lineFailed({ host: base.hostname, port: base.port || "80" }, error.failure));
  } finally {
    run.close();
    await followed.catch(() => {});
  }
}

/** Whether there is something to show: of one picture, samples or the certainty that none come. */
function isThere({ profile, status }: RemoteRun, isOnce: boolean): boolean {
  if (profile === undefined || status === undefined) return false;
  return !isOnce || profile.rates.all.samples > 0;
}

/** Resolves with a signal, which ends us in the usual way. */
function stopOnSignal(run: RemoteRun): Promise<void> {
  return new Promise((resolve) => {
    onEndingSignal((signal) => {
      process.exitCode = SIGNAL_EXIT_CODES[signal];
      run.close();
      resolve();
    });
  });
}

/** @param tell what is to be called at each message */
async function watch(
  given: ParsedWords,
  state: State,
  followed: Promise<void>,
  tell: (told: () => void) => void,
): Promise<void> {
  const { view, quit } = onScreen(given);
  giveWay();
  try {
    view.show(state);
    tell(() => {
      if (state.run.line(Date.now()) !== undefined) view.soon();
    });
    await Promise.race([quit, followed.then(() => quit)]);
  } finally {
    view.close();
  }
}

function stateOf(run: RemoteRun, base: URL): State {
  const profile = run.profile as NonNullable<typeof run.profile>;
  const facts: RunFacts = {
    get command() {
      return run.command;
    },
    get ended() {
      return run.status?.ended ?? undefined;
    },
    get isFile() {
      return run.status?.state === "file";
    },
    isElsewhere: true,
    seconds: (now) => run.seconds(now),
    printed: () =>
      [
        ...(run.status?.notes ?? []),
        "What austin and the program print goes to the standard error of austin-web, where that runs: it is not sent.",
      ].join("\n"),
    save: (path, seconds) => saveRemote(base, path, seconds),
    line: (now) => lineText(run, now),
  };
  return new State(profile, facts, remoteGauges(profile));
}

/** @returns what ends with a slash @throws UsageError */
function addressOf(text: string): URL {
  const example = "such as http://127.0.0.1:8000/0123456789abcdef01234567/";
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:")
    throw new UsageError(
      "--connect takes an address that begins with http: austin-web encrypts nothing, an ssh tunnel does.",
    );
  if (url?.protocol !== "http:")
    throw new UsageError(`--connect takes the address that austin-web prints, ${example}: '${text}' is none.`);
  url.search = "";
  url.hash = "";
  url.pathname = url.pathname.replace(/\/(?:events)?$/, "");
  if (url.pathname === "/" || url.pathname === "")
    throw new UsageError(
      `the address lacks its long number, which nobody can guess: copy all that austin-web prints, ${example}.`,
    );
  url.pathname += "/";
  return url;
}

/** What is a run's is refused by name. @throws UsageError */
function check(given: ParsedWords): void {
  const names = namesOf(given.words);
  if (given.operands.length > 0 || ["pid", "open", "follow"].some((name) => names.includes(name)))
    throw new UsageError("--connect shows a run elsewhere: it takes no command, no --pid and no --open.");
  const refuse = (among: readonly string[], why: string): void => {
    const found = names.filter((name) => among.includes(name));
    if (found.length === 0) return;
    const list = found.map((name) => `--${name}`).join(", ");
    throw new UsageError(`${list} ${found.length === 1 ? "is" : "are"} for whoever samples${why}`);
  };
  refuse(["output", "save", "capture"], ": S and E write files of what austin-web has.");
  refuse(SAMPLING_NAMES, ": give it to austin-web.");
  refuse(
    FILTER_NAMES.filter((name) => !OURS.includes(name)),
    ": give it to austin-web, or choose here (arrows, / and Z).",
  );
}

/** Filters that were given, as keys would have them. @throws UsageError */
function choiceOf(given: ParsedWords): Partial<Pick<State, "filter" | "fold">> {
  const { modules = [], functions = [], threads = [], collapse = [] } = filtersOf(given);
  const spaced = [...modules, ...functions, ...threads].find((glob) => /\s/.test(glob));
  if (spaced !== undefined)
    throw new UsageError(`'${spaced}': with --connect, a pattern has no space; ? stands for one.`);
  const typed = (prefix: string, globs: readonly string[]): string[] => globs.map((glob) => `${prefix}:${glob}`);
  const filter = [...typed("m", modules), ...typed("f", functions), ...typed("t", threads)].join(" ");
  const fold = FOLDS.findIndex(
    (fold) => fold.length === new Set(collapse).size && collapse.every((one) => fold.includes(one)),
  );
  return { filter, fold: Math.max(0, fold) };
}
