// What the commands that read profiles have in common: help, versions, refusals, exit codes. In: the command's definition and what
// it does. Out: the process's exit code. It knows no view.
import { debuglog } from "node:util";
import type { CAC } from "cac";
import { METRICS, type Metric } from "../../analysis/metric.js";
import { UnansweredFilter } from "../../filters/index.js";
import type { FilterWords } from "../../filters/words.js";
import { InputError } from "../../input/index.js";
import { OutputError } from "../../mojo/index.js";
import { findSameFile, type NamedFile } from "../../output/same_file.js";
import { tryWhole } from "../../output/whole_file.js";
import { filterUnanswered, inputNotRead } from "../messages/input.js";
import type { Message } from "../messages/message.js";
import { outputNotMade } from "../messages/output.js";
import { unexpectedInReader } from "../messages/run.js";
import { ToldError } from "../messages/told_error.js";
import { createStyle, takesColour } from "../terminal/terminal.js";
import { ExitCode, PROFILE_EXIT_CODE_MEANINGS, SIGNAL_EXIT_CODES } from "../words/exit_codes.js";
import { readFilterWords } from "../words/filter_options.js";
import { renderHelp } from "../words/help.js";
import { ParsedWords } from "../words/parsed_words.js";
import { versionText } from "../words/version.js";
import type { ProfileSummary } from "./profile_summary.js";

export interface ReaderCommand {
  readonly cli: CAC;
  readonly purpose: string;
  /** Does what is asked for; throws UsageError, OutputError, InputError, ToldError or UnansweredFilter. */
  readonly run: (given: ParsedWords) => Promise<void>;
  /** Whether options may stand behind operands; else the first operand ends them. Absent: they may. */
  readonly mixed?: boolean;
  /** What holds beside the exit codes. */
  readonly exitNote?: string;
}

/** The command line asks for something that makes no sense. */
export class UsageError extends Error {}

/** Where there is no terminal, lines go to files and to programs. */
const WIDTH = 120;
const LEAST_WIDTH = 60;

/** Run the command; the process's exit code is set when it resolves. */
export async function runReaderCommand(
  { cli, purpose, run, mixed = true, exitNote }: ReaderCommand,
  argv: readonly string[],
): Promise<void> {
  const style = createStyle(takesColour(process.stderr, process.env));
  const fail = (text: string, exitCode: number): void => {
    const [first = "", ...others] = text.split("\n");
    process.stderr.write(`${[style.error(`${cli.name}: ${first}`), ...others].join("\n")}\n`);
    process.exitCode = exitCode;
  };
  const tell = ({ text, exitCode }: Message): void => fail(text, exitCode);
  const tellUnexpected = (error: unknown): void =>
    tell(unexpectedInReader({ error, isTraced: debuglog("austin").enabled }));
  process.once("uncaughtException", (error) => {
    tellUnexpected(error);
    process.exit();
  });
  // Where nobody reads what we say, the work is done all the same.
  process.stderr.on("error", () => {});
  // Whoever reads along may have had enough.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") fail(`Cannot write standard output: ${error.message}.`, ExitCode.OUTPUT);
    process.exit(process.exitCode ?? ExitCode.OK);
  });
  try {
    const given = new ParsedWords(cli, argv, mixed);
    if (given.has("help"))
      process.stdout.write(
        renderHelp(cli, {
          purpose,
          exitCodes: PROFILE_EXIT_CODE_MEANINGS,
          ...(exitNote !== undefined && { exitNote }),
        }),
      );
    else if (given.has("version")) process.stdout.write(versionText());
    else if (given.problem !== undefined) throw new UsageError(given.problem);
    else await run(given);
  } catch (error) {
    if (error instanceof UsageError) {
      fail(`${error.message}\nTry \`${cli.name} --help' for more information.`, ExitCode.USAGE);
    } else if (error instanceof OutputError) {
      // Whoever reads along may have had enough.
      if (error.code !== "EPIPE") tell(outputNotMade(error));
    } else if (error instanceof InputError) tell(inputNotRead(error));
    else if (error instanceof ToldError) tell(error.told);
    else if (error instanceof UnansweredFilter) tell(filterUnanswered(error));
    else tellUnexpected(error);
  }
}

/**
 * Before anything is read: no output may take the place of what is read, or of another one, and each can be written.
 *
 * @throws UsageError, OutputError
 */
export function prepareOutputs(inputs: readonly string[], outputs: readonly NamedFile[]): void {
  const same = findSameFile(
    outputs,
    inputs.map((path) => ({ name: "", path })),
  );
  if (same !== undefined) {
    const { output, other, isInput } = same;
    const file = output.path === "-" ? output.name : `'${output.path}'`;
    const problem = isInput
      ? `${file} is what is read itself`
      : `${other.name} and ${output.name} name one file, ${file}`;
    throw new UsageError(`${problem}: name another file, so that nothing is lost.`);
  }
  for (const { path } of outputs) tryWhole(path);
}

/** The files of options, where they are given. */
export function filesOf(given: ParsedWords, options: readonly string[]): readonly NamedFile[] {
  return options.flatMap((option) => {
    const path = given.text(option);
    return path === undefined ? [] : [{ name: `--${option}`, path }];
  });
}

/** Where what is printed goes. */
export const STANDARD_OUTPUT: NamedFile = { name: "standard output", path: "-" };

/** From here on a signal ends the process as one that has ended by itself: half a file and a progress bar go. */
export function endOnSignals(): void {
  for (const [signal, code] of Object.entries(SIGNAL_EXIT_CODES)) process.once(signal, () => process.exit(code));
}

/** The filters that were given. @throws UsageError */
export function filtersOf(given: ParsedWords): FilterWords {
  const choice = readFilterWords((name) => given.texts(name), given.has("main-thread"));
  if (choice.kind === "words") return choice.words;
  throw new UsageError(`'${choice.given}' is no value for --${choice.option}: it takes ${choice.expected}.`);
}

/** A number of rows, or of anything that is counted. @throws UsageError */
export function countOf(given: ParsedWords, option: string): number | undefined {
  const text = given.text(option);
  if (text === undefined) return undefined;
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`'${text}' is no value for --${option}: it takes an integer.`);
  return Number(text);
}

/** How many characters fit a line of an output. */
export function widthOf({ columns }: { readonly columns?: number | undefined }): number {
  return Math.max(LEAST_WIDTH, columns ?? WIDTH);
}

/** The metric that is asked for, or else the most telling one. @throws UsageError */
export function metricOf({ metrics, name }: ProfileSummary, given: string | undefined): Metric {
  if (given === undefined) return metrics[0] as Metric;
  const metric = metrics.find((one) => one.name === given);
  if (metric !== undefined) return metric;
  const isKnown = METRICS.some((one) => one.name === given);
  const has = metrics.map((one) => one.name).join(", ");
  throw new UsageError(
    `${isKnown ? `${name} does not record ${given}` : `there is no metric '${given}'`}: it has ${has}.`,
  );
}
