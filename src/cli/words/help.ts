// The texts of --help and --usage, rendered from cac's definition and the table of exit codes.
import type { CAC } from "cac";
import { COMMAND_STATUS_MEANING, EXIT_CODE_MEANINGS } from "./exit_codes.js";
import { argumentName, defaultValue, groupOf, longName, type OptionDefinition, shortName } from "./option.js";
import { wrap } from "./wrap.js";

const WIDTH = 79;
const DESCRIPTION_COLUMN = 29;
const EXIT_CODE_COLUMN = 7;
const USAGE_INDENT = 12;

/** What the command does, in a sentence or two. */
export const PURPOSE =
  "Austin samples the stacks of a running CPython interpreter by reading its memory from outside. The program is neither changed nor stopped.";
const SHARED_ARGUMENTS = "An argument that a long option must have, its short form must have as well.";

/** What a help text says beside the options. */
export interface HelpFacts {
  readonly purpose: string;
  readonly exitCodes: Readonly<Record<number, string>>;
  /** What holds beside the exit codes. */
  readonly exitNote?: string;
}

/** Those of `austin`. */
export const AUSTIN: HelpFacts = { purpose: PURPOSE, exitCodes: EXIT_CODE_MEANINGS, exitNote: COMMAND_STATUS_MEANING };

/** The long help: options in two columns, exit codes, examples. Ends with a newline. */
export function renderHelp(cli: CAC, { purpose, exitCodes, exitNote }: HelpFacts = AUSTIN): string {
  const { options, usageText, examples } = cli.globalCommand;
  return [
    `Usage: ${cli.name} ${usageText}`,
    ...paragraph(purpose),
    "",
    ...options.flatMap((option, index) => [
      ...headingBefore(option, options[index - 1]),
      ...twoColumns(optionColumn(option), description(option), DESCRIPTION_COLUMN),
    ]),
    "",
    ...paragraph(SHARED_ARGUMENTS),
    "",
    "Exit codes:",
    ...Object.entries(exitCodes).flatMap(([code, meaning]) => twoColumns(`  ${code}`, meaning, EXIT_CODE_COLUMN)),
    ...(exitNote === undefined ? [] : paragraph(exitNote)),
    "",
    "Examples:",
    ...examples.map((example) => `  ${example}`),
    "",
  ].join("\n");
}

/** The short usage: every option in brackets, without descriptions. Ends with a newline. */
export function renderUsage(cli: CAC): string {
  const { options, usageText } = cli.globalCommand;
  const withShort = options.filter((option) => shortName(option) !== undefined);
  const switches = withShort.filter((option) => argumentName(option) === undefined);
  const operands = (usageText ?? "").replace("[OPTION...] ", "");
  const words = [
    `Usage: ${cli.name}`,
    `[-${switches.map(shortName).join("")}]`,
    ...withShort
      .filter((option) => argumentName(option) !== undefined)
      .map((option) => `[-${shortName(option)} ${argumentName(option)}]`),
    ...options.map((option) => `[${longForm(option)}]`),
    operands,
  ];
  return `${wrap(words, WIDTH, USAGE_INDENT).join("\n")}\n`;
}

/** The heading of an option's group, where the group begins. */
function headingBefore(option: OptionDefinition, before: OptionDefinition | undefined): string[] {
  const group = groupOf(option);
  if (before === undefined) return [`${group}:`];
  return groupOf(before) === group ? [] : ["", `${group}:`];
}

function longForm(option: OptionDefinition): string {
  const argument = argumentName(option);
  return `--${longName(option)}${argument === undefined ? "" : `=${argument}`}`;
}

function optionColumn(option: OptionDefinition): string {
  const short = shortName(option);
  return `  ${short === undefined ? "   " : `-${short},`} ${longForm(option)}`;
}

function description(option: OptionDefinition): string {
  const value = defaultValue(option);
  return [option.description, ...(value === undefined ? [] : [`Default: ${value}.`])].join(" ");
}

function paragraph(text: string): string[] {
  return wrap(text.split(" "), WIDTH);
}

function twoColumns(left: string, right: string, column: number): string[] {
  return wrap(right.split(" "), WIDTH - column).map((line, index) => (index === 0 ? left : "").padEnd(column) + line);
}
