// Austin's rules of writing a command line, brought to the one form that cac reads in the same way. In: argv and cac's
// options. Out: `--name` and `--name==value` words, and the command untouched. It knows no option by name, and no value.

import { nearest } from "./nearest.js";
import { argumentName, lettersOf, longName, type OptionDefinition, yieldsToOthers } from "./option.js";

export interface NormalisedArguments {
  /** Words for cac, one an option, up to the first problem. */
  readonly options: readonly string[];
  /** The command and its arguments as they were given; empty if there is none. */
  readonly command: readonly string[];
  /** What is wrong with the words, if anything. */
  readonly problem: string | undefined;
}

/** A word that breaks the rules. Never leaves this file. */
class Problem extends Error {}

/**
 * Normalise a command line.
 *
 * The first word that is no option ends the options, and so does `--`, which is dropped; a lone `-` is no option.
 * Short options may be clustered, the last of a cluster may have its argument right behind it, with or without `=`.
 * Long options may be cut short as long as they are unambiguous, those left aside that yield to others.
 *
 * @param argv the words after the program's name
 * @param definitions cac's options, which say what takes an argument
 */
export function normaliseArguments(
  argv: readonly string[],
  definitions: readonly OptionDefinition[],
): NormalisedArguments {
  const options: string[] = [];
  let index = 0;
  try {
    for (; index < argv.length; index++) {
      const word = argv[index] as string;
      if (word === "--") {
        index++;
        break;
      }
      if (!word.startsWith("-") || word === "-") break;
      const next = argv[index + 1];
      const usedNext = word.startsWith("--")
        ? takeLong(word.slice(2), next, definitions, options)
        : takeCluster(word.slice(1), next, definitions, options);
      if (usedNext) index++;
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { options, command: [], problem: error.message };
  }
  return { options, command: argv.slice(index), problem: undefined };
}

/** @returns the text that an option had in a normalised word, of what cac made of the word */
export function argumentOf(value: string): string {
  return value.startsWith("=") ? value.slice(1) : value;
}

// cac takes what looks like a number for a number, so that a file called 007 would become 7, and an empty argument for
// none at all. A second equals sign keeps it text.
function withArgument(option: OptionDefinition, argument: string): string {
  return `--${longName(option)}==${argument}`;
}

/** @returns whether the next word was used as the argument */
function takeLong(
  text: string,
  next: string | undefined,
  definitions: readonly OptionDefinition[],
  options: string[],
): boolean {
  const equals = text.indexOf("=");
  const given = equals < 0 ? text : text.slice(0, equals);
  const option = findLong(given, definitions);
  const attached = equals < 0 ? undefined : text.slice(equals + 1);
  if (argumentName(option) === undefined) {
    if (attached !== undefined) throw new Problem(`option '--${longName(option)}' doesn't allow an argument`);
    options.push(`--${longName(option)}`);
    return false;
  }
  const argument = attached ?? next;
  if (argument === undefined) throw new Problem(`option '--${longName(option)}' requires an argument`);
  options.push(withArgument(option, argument));
  return attached === undefined;
}

function findLong(given: string, definitions: readonly OptionDefinition[]): OptionDefinition {
  const beginning = definitions.filter((option) => longName(option).startsWith(given));
  const firm = beginning.filter((option) => !yieldsToOthers(option));
  const candidates = firm.length > 0 ? firm : beginning;
  const found = beginning.find((option) => longName(option) === given) ?? candidates[0];
  if (found === undefined) {
    const meant = nearest(given, definitions.map(longName));
    throw new Problem(`unrecognized option '--${given}'${meant === undefined ? "" : `; did you mean '--${meant}'?`}`);
  }
  if (candidates.length > 1 && longName(found) !== given) {
    const names = candidates.map((option) => `'--${longName(option)}'`).join(" ");
    throw new Problem(`option '--${given}' is ambiguous; possibilities: ${names}`);
  }
  return found;
}

/** @returns whether the next word was used as the argument */
function takeCluster(
  letters: string,
  next: string | undefined,
  definitions: readonly OptionDefinition[],
  options: string[],
): boolean {
  const characters = [...letters];
  for (const [position, letter] of characters.entries()) {
    const option = definitions.find((candidate) => lettersOf(candidate).includes(letter));
    if (option === undefined) throw new Problem(`invalid option -- '${letter}'`);
    if (argumentName(option) === undefined) {
      options.push(`--${longName(option)}`);
      continue;
    }
    const rest = characters.slice(position + 1).join("");
    const argument = rest === "" ? next : rest.replace(/^=/, "");
    if (argument === undefined) throw new Problem(`option requires an argument -- '${letter}'`);
    options.push(withArgument(option, argument));
    return rest === "";
  }
  return false;
}
