// austin-tui: from the arguments to a screen, or to one picture for scripts. In: argv. Out: the process's exit code. What is seen while a run lasts is
// austin's own, sampled in a process of its own (watching/run_source.ts); this one only reads and draws, and gives way to it.
import { LiveProfile } from "../../live/index.js";
import { caveats, failForDamage, type ReadFacts, soundCaveats } from "../reading/profile_summary.js";
import { filtersOf, type ReaderCommand, runReaderCommand, UsageError } from "../reading/reader_command.js";
import { readInto } from "../watching/file.js";
import { Gauges } from "../watching/gauges.js";
import {
  austinWords,
  checkFileWords,
  checkWords,
  endedText,
  feed,
  giveWay,
  planSaving,
  recentSecondsOf,
} from "../watching/run.js";
import { RunSource } from "../watching/run_source.js";
import { onEndingSignal } from "../watching/signals.js";
import { ExitCode } from "../words/exit_codes.js";
import type { ParsedWords } from "../words/parsed_words.js";
import { defineTuiCommand, TUI_EXIT_NOTE, TUI_PURPOSE, VIEW_OPTIONS } from "./options.js";
import { saveLive } from "./saving.js";
import { checkTerminal, isOnce, onScreen, print } from "./shown.js";
import { LENGTHS, type RunFacts, State } from "./state.js";

/** Run the command; the process's exit code is set when it resolves. */
export function tuiMain(argv: readonly string[]): Promise<void> {
  const command: ReaderCommand = {
    cli: defineTuiCommand(),
    purpose: TUI_PURPOSE,
    run: tui,
    mixed: false,
    exitNote: TUI_EXIT_NOTE,
  };
  return runReaderCommand(command, argv);
}

async function tui(given: ParsedWords): Promise<void> {
  if (given.text("connect") !== undefined) return (await import("./remote/connect.js")).showElsewhere(given);
  const file = given.text("open");
  const words = austinWords(given, VIEW_OPTIONS);
  const command = given.operands;
  const hasTarget = given.text("pid") !== undefined || command.length > 0;
  if (file !== undefined) checkFileWords(given, true);
  else if (given.has("follow")) throw new UsageError("--follow is for a file that --open names.");
  const recentSeconds = recentSecondsOf(given);
  if (isOnce(given) && !hasTarget && file === undefined)
    throw new UsageError(
      "--once and --json need a command, --pid, --open or --connect: there is nobody to choose a process.",
    );
  if (file === undefined) checkWords(words, given.text("pid"), command);
  checkTerminal(given);
  const live = new LiveProfile(new Map(), { recentSeconds, keptSeconds: LENGTHS.at(-1) });
  if (file !== undefined) return showFile(file, live, given);
  if (isOnce(given)) return runOnce(words, command, live, given);
  return watch(words, command, live, given);
}

async function showFile(path: string, live: LiveProfile, given: ParsedWords): Promise<void> {
  const words = filtersOf(given);
  let notes: readonly string[] = [];
  const run = { ...here(live), command: path, ended: undefined, isFile: true, printed: () => notes.join("\n") };
  const state = new State(live, run, new Gauges());
  state.view = "full";
  const loop = isOnce(given) ? undefined : onScreen(given);
  loop?.view.show(state);
  const following = new AbortController();
  void loop?.quit.then(() => following.abort());
  let facts: ReadFacts;
  try {
    facts = await readInto(live, path, words, given.has("follow") ? following.signal : undefined);
    notes = caveats(facts);
    if (notes.length > 0) state.say(notes.join(" "), Date.now());
    await loop?.quit;
  } finally {
    loop?.view.close();
  }
  if (isOnce(given)) print(given, state);
  for (const line of soundCaveats(facts)) process.stderr.write(`${line}\n`);
  failForDamage(facts);
}

/** Of what is taken or read by ourselves. */
function here(live: LiveProfile): Pick<RunFacts, "isElsewhere" | "seconds" | "save" | "line"> {
  const began = Date.now();
  return {
    isElsewhere: false,
    seconds: (now) => (now - began) / 1000,
    save: (path, seconds) => saveLive(live, path, seconds),
    line: () => undefined,
  };
}

function stateOf(live: LiveProfile, source: RunSource, command: string): State {
  const run = {
    ...here(live),
    command,
    ended: undefined as string | undefined,
    isFile: false,
    printed: () => source.printed.text,
  };
  void source.ended.then((end) => {
    run.ended = endedText(end);
  });
  return new State(live, run, new Gauges());
}

async function runOnce(
  words: readonly string[],
  command: readonly string[],
  live: LiveProfile,
  given: ParsedWords,
): Promise<void> {
  const { copy, saving } = await planSaving(given);
  const isTimed = words.some((word) => word.startsWith("--exposure"));
  const pid = given.text("pid");
  const target = pid === undefined ? ["--", ...command] : [`--pid=${pid}`, ...(isTimed ? [] : ["--exposure=1"])];
  const source = new RunSource([...words, ...target], copy, true);
  onEndingSignal((signal) => source.stop(signal));
  const state = stateOf(live, source, pid === undefined ? command.join(" ") : `-p ${pid}`);
  await feed(live, source);
  const { exitCode, isTimed: isBounded } = await source.ended;
  if (live.rates.all.samples > 0) print(given, state);
  for (const { text } of (await saving?.perform()) ?? []) process.stderr.write(`${text}\n`);
  // That the exposure is over is what was asked for.
  const isOver = live.rates.all.samples > 0 && isBounded && exitCode === ExitCode.INTERRUPTED;
  process.exitCode = isOver ? ExitCode.OK : (exitCode ?? ExitCode.LAUNCH_OR_ATTACH);
}

async function watch(
  words: readonly string[],
  command: readonly string[],
  live: LiveProfile,
  given: ParsedWords,
): Promise<void> {
  const { copy, saving } = await planSaving(given);
  let source: RunSource | undefined;
  const begin = (target: readonly string[]): RunSource => {
    source = new RunSource([...words, ...target], copy, false);
    giveWay();
    return source;
  };
  const pid = given.text("pid");
  // It begins to look for the interpreter while the screen is made.
  if (command.length > 0) begin(["--", ...command]);
  else if (pid !== undefined) begin([`--pid=${pid}`]);
  const { view: loop, quit } = onScreen(given, (signal) => source?.stop(signal));
  let title = command.length > 0 ? command.join(" ") : `-p ${pid}`;
  if (source === undefined) {
    const chosen = await Promise.race([loop.choose(), quit.then(() => undefined)]);
    if (chosen === undefined) {
      loop.close();
      return;
    }
    title = `-p ${chosen}`;
    begin([`--pid=${chosen}`]);
  }
  const run = source as unknown as RunSource;
  const state = stateOf(live, run, title);
  loop.show(state);
  let isFirst = true;
  const fed = feed(live, run, () => {
    if (isFirst) loop.soon();
    isFirst = false;
  });
  const failed = Promise.all([fed, run.ended]).then(() => (live.rates.all.samples === 0 ? ("failed" as const) : quit));
  const how = await Promise.race([quit, failed]);
  loop.close();
  if (how === "failed") {
    process.stderr.write(run.errors.text);
    process.exitCode = run.end?.exitCode || 1;
  }
  run.stop("SIGTERM");
  await Promise.all([fed, run.ended]);
  for (const { text } of (live.rates.all.samples > 0 ? await saving?.perform() : undefined) ?? [])
    process.stderr.write(`${text}\n`);
}
