// One option of a command line: what cac keeps of it and what we tell cac. In: cac's option. Out: its names, argument and default.
import type { CAC } from "cac";

/** One option as cac keeps it. */
export type OptionDefinition = CAC["globalCommand"]["options"][number];

/** What we tell cac about an option; it keeps the whole object on the option. */
export interface OptionFacts {
  /** Value when the option is absent, written as a user would write it. */
  default?: string;
  /** Cut short, it gives way to options of which this is not said. */
  yields?: boolean;
}

/** Long name without the dashes in front. */
export function longName(option: OptionDefinition): string {
  return /--([\w-]+)/.exec(option.rawName)?.[1] ?? option.name;
}

/** One-letter name without its dash, if the option has one. */
export function shortName(option: OptionDefinition): string | undefined {
  return option.names.find((name) => name.length === 1);
}

/** Name of the option's argument as help prints it; undefined for a switch. */
export function argumentName(option: OptionDefinition): string | undefined {
  return option.required ? /<(.+)>/.exec(option.rawName)?.[1] : undefined;
}

/** The value an absent option has, as a user would write it. */
export function defaultValue(option: OptionDefinition): string | undefined {
  return (option.config as OptionFacts).default;
}

/** Whether it is not what is meant by a beginning that another option has as well. */
export function yieldsToOthers(option: OptionDefinition): boolean {
  return (option.config as OptionFacts).yields === true;
}
