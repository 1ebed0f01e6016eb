// What all documents say of each command: its options, exit codes, examples. In: the definitions of the command lines.
// Out: plain data. Knows no format.
import type { CAC } from "cac";
import { METRICS } from "../../src/analysis/metric.js";
import { defineCommandLine, NATIVE_PURPOSE } from "../../src/cli/austin/options.js";
import {
  CONVERT_PURPOSE,
  defineConvertCommand,
  defineNamedConverter,
  NAMED_CONVERTERS,
} from "../../src/cli/convert/options.js";
import { DECODE_PURPOSE, defineDecodeCommand } from "../../src/cli/decode/options.js";
import { DIFF_PURPOSE, defineDiffCommand } from "../../src/cli/diff/options.js";
import { openingCommand } from "../../src/cli/messages/opening.js";
import { defineResolveCommand, INLINES, RESOLVE_EXIT_NOTE, RESOLVE_PURPOSE } from "../../src/cli/resolve/options.js";
import { defineTuiCommand, TUI_EXIT_NOTE, TUI_PURPOSE } from "../../src/cli/tui/options.js";
import { defineViewCommand, VIEW_PURPOSE } from "../../src/cli/view/options.js";
import { defineWebCommand, WEB_EXIT_NOTE, WEB_PURPOSE } from "../../src/cli/web/options.js";
import {
  COMMAND_STATUS_MEANING,
  EXIT_CODE_MEANINGS,
  PROFILE_EXIT_CODE_MEANINGS,
} from "../../src/cli/words/exit_codes.js";
import { PURPOSE } from "../../src/cli/words/help.js";
import {
  argumentName,
  defaultValue,
  groupOf,
  longName,
  type OptionDefinition,
  shortName,
} from "../../src/cli/words/option.js";
import { STILL } from "../../src/cli/words/values.js";
import { packageVersion } from "../../src/cli/words/version.js";
import { COLLAPSIBLE, STATES } from "../../src/filters/words.js";
import { FORMAT_NAMES } from "../../src/formats/registry.js";

/** What may stand for an option's argument: a path, a process id, one of some words, or what nothing can be said of. */
export type Completion =
  | { readonly kind: "file" | "folder" | "pid" | "none" }
  | { readonly kind: "words"; readonly words: readonly string[] };

export interface Option {
  /** The heading that it stands under; options of one group stand together. */
  readonly group: string;
  /** Without its dash; undefined where there is none. */
  readonly short: string | undefined;
  /** Without its dashes. */
  readonly long: string;
  /** Undefined for a switch. */
  readonly argument: string | undefined;
  readonly completion: Completion;
  readonly description: string;
  readonly default: string | undefined;
}

export interface Facts {
  readonly name: string;
  /** What it is, in a few words. */
  readonly summary: string;
  readonly version: string;
  /** Behind the command's name. */
  readonly usage: string;
  /** A command with options of its own, or files that options may stand between. */
  readonly operands: "command" | "files";
  readonly purpose: string;
  readonly options: readonly Option[];
  readonly exitCodes: readonly (readonly [code: string, meaning: string])[];
  /** What holds beside the exit codes; may be empty. */
  readonly exitNote: string;
  readonly examples: readonly string[];
  /** Shows the profile of the first example; empty for a command that makes none. */
  readonly opening: string;
}

const READERS: readonly (readonly [cli: CAC, purpose: string])[] = [
  [defineConvertCommand(), CONVERT_PURPOSE],
  [defineDecodeCommand(), DECODE_PURPOSE],
  [defineDiffCommand(), DIFF_PURPOSE],
  [defineResolveCommand(), RESOLVE_PURPOSE],
  [defineTuiCommand(), TUI_PURPOSE],
  [defineViewCommand(), VIEW_PURPOSE],
  [defineWebCommand(), WEB_PURPOSE],
  ...Object.values(NAMED_CONVERTERS).map((one) => [defineNamedConverter(one), one.purpose] as const),
];

/** By the name of a command. */
const EXIT_NOTES: Readonly<Record<string, string>> = {
  "austin-tui": TUI_EXIT_NOTE,
  "austin-web": WEB_EXIT_NOTE,
  "austinp-resolve": RESOLVE_EXIT_NOTE,
};
/** By the name of an option. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  collapse: COLLAPSIBLE,
  format: FORMAT_NAMES,
  inlines: INLINES,
  metric: METRICS.map(({ name }) => name),
  state: STATES,
  still: STILL,
};
/** By the name of an argument. */
const KINDS: Readonly<Record<string, "file" | "folder" | "pid">> = {
  DIR: "folder",
  FILE: "file",
  FOLDER: "folder",
  OUTPUT: "file",
  PID: "pid",
};

/** The facts of `austin`. */
export function gatherFacts(): Facts {
  const cli = defineCommandLine();
  return {
    ...factsOf(cli, PURPOSE),
    summary: "frame stack sampler for CPython",
    operands: "command",
    exitCodes: Object.entries(EXIT_CODE_MEANINGS),
    exitNote: COMMAND_STATUS_MEANING,
    opening: openingCommand("app.mojo"),
  };
}

/** The facts of `austinp`: but for these, austin's. */
function gatherNativeFacts(): Facts {
  const { name, purpose, options, examples } = factsOf(defineCommandLine("austinp"), NATIVE_PURPOSE);
  return { ...gatherFacts(), name, summary: "austin with native frames", purpose, options, examples };
}

/** The facts of every command, `austin` first. */
export function gatherAllFacts(): readonly Facts[] {
  return [gatherFacts(), gatherNativeFacts(), ...READERS.map(([cli, purpose]) => factsOf(cli, purpose))];
}

/** The facts of a command that reads what `austin` wrote. */
function factsOf(cli: CAC, purpose: string): Facts {
  const { options, usageText, examples } = cli.globalCommand;
  const [summary = ""] = purpose.split(/[.:]\s/, 1);
  return {
    name: cli.name,
    summary: summary.charAt(0).toLowerCase() + summary.slice(1).replace(/\.$/, ""),
    version: packageVersion(),
    usage: usageText ?? "",
    // Its operands are a command with options of its own.
    operands: usageText?.includes("command") ? "command" : "files",
    purpose,
    options: options.map(optionOf),
    exitCodes: Object.entries(PROFILE_EXIT_CODE_MEANINGS),
    exitNote: EXIT_NOTES[cli.name] ?? "",
    examples: examples.map(String),
    opening: "",
  };
}

function optionOf(option: OptionDefinition): Option {
  const long = longName(option);
  const argument = argumentName(option);
  const words = WORDS[long];
  return {
    group: groupOf(option),
    short: shortName(option),
    long,
    argument,
    completion: words === undefined ? { kind: kindOf(long, argument) } : { kind: "words", words },
    description: option.description,
    default: defaultValue(option),
  };
}

function kindOf(long: string, argument: string | undefined): "file" | "folder" | "pid" | "none" {
  // A process of a profile, which is over.
  if (long === "process") return "none";
  return KINDS[argument ?? ""] ?? "none";
}

/** An option's description with its default. */
export function sentence(option: Option): string {
  return option.default === undefined ? option.description : `${option.description} Default: ${option.default}.`;
}

/** The heading of an option's group, where the group begins. @param index among all options of a command */
export function headingAt(options: readonly Option[], index: number): string | undefined {
  const group = (options[index] as Option).group;
  return options[index - 1]?.group === group ? undefined : group;
}

/** `-i, --interval=N`, or without the short form. */
export function forms({ short, long, argument }: Option): string {
  return `${short === undefined ? "" : `-${short}, `}--${long}${argument === undefined ? "" : `=${argument}`}`;
}
