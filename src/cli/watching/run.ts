// A run that is watched: its words, and its profile taken in as it comes. In: what a command line gives. Out: austin's words, refused before anything
// begins where austin would refuse them; a live profile that grows. It shows nothing.
import { setPriority } from "node:os";
import type { LiveProfile } from "../../live/index.js";
import { MojoError, readMojo } from "../../mojo/index.js";
import { loadDemangler } from "../../native/demangle.js";
import { parseCommandLine } from "../austin/command_line.js";
import { SAMPLING_NAMES } from "../austin/options.js";
import { UsageError } from "../reading/reader_command.js";
import { Saving } from "../sampling/saving.js";
import { ExitCode } from "../words/exit_codes.js";
import type { ParsedWords } from "../words/parsed_words.js";
import { parseExposureMicroseconds } from "../words/values.js";
import type { RunEnd, RunSource } from "./run_source.js";

/** Less urgent than the sampler and what it samples. */
const NICE = 5;

/** The long name of an option, as words have it. */
function nameOf(word: string): string {
  return /^--([\w-]+)/.exec(word)?.[1] ?? "";
}

/** Long names of the options that were given, each once. */
export function namesOf(words: readonly string[]): string[] {
  return [...new Set(words.map(nameOf))].sort();
}

/** What is a run's is refused where a file is shown. @throws UsageError */
export function checkFileWords({ words, operands }: ParsedWords, isNamed: boolean): void {
  const names = namesOf(words).filter((name) => SAMPLING_NAMES.includes(name));
  if (isNamed && (names.includes("pid") || operands.length > 0))
    throw new UsageError("--open shows a file: it takes neither a command nor --pid.");
  if (names.length === 0) return;
  const list = names.map((name) => `--${name}`).join(", ");
  const remedy = names.some((name) => name === "save" || name === "output")
    ? " austin-convert writes another file of it."
    : "";
  throw new UsageError(
    `A file is shown as it was sampled: ${list} ${names.length === 1 ? "is" : "are"} for a run.${remedy}`,
  );
}

/** Austin's options as they were given, but for what is ours to do. @param ours options of the view */
export function austinWords(given: ParsedWords, ours: readonly string[]): string[] {
  const others = [...ours, "help", "version", "output", "save", "pid"];
  return given.words.filter((word) => !others.includes(nameOf(word))).map((word) => word.replace("==", "="));
}

/** What austin would refuse is refused before anything is begun. @throws UsageError */
export function checkWords(words: readonly string[], pid: string | undefined, command: readonly string[]): void {
  const target =
    pid === undefined && command.length === 0
      ? ["--pid=1"]
      : [...(pid === undefined ? [] : [`--pid=${pid}`]), "--", ...command];
  const parsed = parseCommandLine([...words, ...target]);
  if (parsed.kind === "error") throw new UsageError(parsed.message);
}

/** How long the window of the last seconds is, in seconds. @throws UsageError */
export function recentSecondsOf(given: ParsedWords): number {
  const recent = parseExposureMicroseconds(given.text("recent") ?? "") ?? 0;
  if (recent < 1e6)
    throw new UsageError(`'${given.text("recent")}' is no value for --recent: it takes a time of 1s at least.`);
  return recent / 1e6;
}

/** What is written beside the view. */
export async function planSaving(
  given: ParsedWords,
): Promise<{ readonly copy: string | undefined; readonly saving: Saving | undefined }> {
  const output = given.text("output");
  const save = given.texts("save");
  const saving = save.length === 0 ? undefined : await Saving.plan(save, output);
  return { copy: saving?.mojo ?? output, saving };
}

/** From here on we give way to who samples, and to what is sampled. */
export function giveWay(): void {
  try {
    setPriority(NICE);
  } catch {
    // Then the view is as urgent as the rest.
  }
}

/** Take in the profile as it comes. */
export async function feed(live: LiveProfile, source: RunSource, added?: () => void): Promise<void> {
  try {
    await live.feed(readMojo(source.bytes(), loadDemangler), added);
  } catch (error) {
    // A run that could not begin has written nothing, and says why itself.
    if (!(error instanceof MojoError)) throw error;
  }
}

/** What is known of the end. */
export function endedText({ exitCode, signal, isAttached, isTimed }: RunEnd): string {
  if (signal !== null) return `ended by ${signal}`;
  if (isTimed && exitCode === ExitCode.INTERRUPTED) return "ended, the exposure is over";
  return isAttached ? "ended" : `ended, status ${exitCode}`;
}
