// What all documents say: the options that there are, the exit codes, the examples. In: the command line's definition.
// Out: plain data. Knows no format.
import { COMMAND_STATUS_MEANING, EXIT_CODE_MEANINGS } from "../../src/cli/exit_codes.js";
import { PURPOSE } from "../../src/cli/help.js";
import { openingCommand } from "../../src/cli/opening.js";
import { argumentName, defaultValue, defineCommandLine, longName, shortName } from "../../src/cli/options.js";
import { STILL } from "../../src/cli/values.js";
import { packageVersion } from "../../src/cli/version.js";

/** What may stand for an option's argument: a path, a process id, one of some words, or what nothing can be said of. */
export type Completion =
  | { readonly kind: "file" | "pid" | "none" }
  | { readonly kind: "words"; readonly words: readonly string[] };

export interface Option {
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
  readonly version: string;
  /** Behind the command's name. */
  readonly usage: string;
  readonly purpose: string;
  readonly options: readonly Option[];
  readonly exitCodes: readonly (readonly [code: string, meaning: string])[];
  /** What holds beside the exit codes. */
  readonly exitNote: string;
  readonly examples: readonly string[];
  /** Shows the profile of the first example. */
  readonly opening: string;
}

const COMPLETIONS: Readonly<Record<string, Completion>> = {
  FILE: { kind: "file" },
  PID: { kind: "pid" },
  WHEN: { kind: "words", words: STILL },
};

/** Gather everything. */
export function gatherFacts(): Facts {
  const { options, usageText, examples } = defineCommandLine().globalCommand;
  return {
    version: packageVersion(),
    usage: usageText ?? "",
    purpose: PURPOSE,
    options: options.map((option) => {
      const argument = argumentName(option);
      return {
        short: shortName(option),
        long: longName(option),
        argument,
        completion: COMPLETIONS[argument ?? ""] ?? { kind: "none" },
        description: option.description,
        default: defaultValue(option),
      };
    }),
    exitCodes: Object.entries(EXIT_CODE_MEANINGS),
    exitNote: COMMAND_STATUS_MEANING,
    examples: examples.map(String),
    opening: openingCommand("app.mojo"),
  };
}

/** An option's description with its default. */
export function sentence(option: Option): string {
  return option.default === undefined ? option.description : `${option.description} Default: ${option.default}.`;
}

/** `-i, --interval=N`, or without the short form. */
export function forms({ short, long, argument }: Option): string {
  return `${short === undefined ? "" : `-${short}, `}--${long}${argument === undefined ? "" : `=${argument}`}`;
}
