// What is shown, on a screen or as one picture for scripts. In: what the command line wishes. Out: a screen that goes whatever ends us; text.
import { UsageError } from "../reading/reader_command.js";
import { onEndingSignal } from "../watching/signals.js";
import { SIGNAL_EXIT_CODES } from "../words/exit_codes.js";
import type { ParsedWords } from "../words/parsed_words.js";
import { jsonOf, textOf } from "./once.js";
import type { State } from "./state.js";
import { ViewLoop, type Wishes } from "./view_loop.js";

export interface Started {
  readonly view: ViewLoop;
  /** Resolves when the user has seen enough, or a signal has ended it. */
  readonly quit: Promise<NodeJS.Signals | undefined>;
}

function wishesOf(given: ParsedWords): Wishes {
  const locale = process.env.LC_ALL || process.env.LC_CTYPE || process.env.LANG || "";
  // A locale that nobody has set is no reason to draw less; one that is C is.
  return { isAscii: given.has("ascii") || (locale !== "" && !/utf-?8/i.test(locale)), hasMouse: given.has("mouse") };
}

/** The screen, which goes whatever ends us. @param stop told of a signal */
export function onScreen(given: ParsedWords, stop?: (signal: NodeJS.Signals) => void): Started {
  let quit: (signal?: NodeJS.Signals) => void = () => {};
  const over = new Promise<NodeJS.Signals | undefined>((resolve) => {
    quit = resolve;
  });
  const loop = new ViewLoop(wishesOf(given), () => quit());
  onEndingSignal((signal) => {
    loop.close();
    process.exitCode = SIGNAL_EXIT_CODES[signal];
    stop?.(signal);
    quit(signal);
  });
  process.prependOnceListener("uncaughtException", () => {
    loop.close();
    stop?.("SIGTERM");
  });
  return { view: loop, quit: over };
}

/** Whether it is no screen that is asked for. */
export function isOnce(given: ParsedWords): boolean {
  return given.has("once") || given.has("json");
}

/** A screen needs one. @throws UsageError */
export function checkTerminal(given: ParsedWords): void {
  if (isOnce(given) || (process.stdin.isTTY && process.stdout.isTTY)) return;
  throw new UsageError(
    "standard input and output are no terminal: --once prints the table, and --json is for programs.",
  );
}

export function print(given: ParsedWords, state: State): void {
  process.stdout.write(given.has("json") ? jsonOf(state) : textOf(state, wishesOf(given).isAscii));
}
