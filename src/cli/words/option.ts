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
  /** The heading that it stands under; options of one group stand together. */
  group?: string;
}

/** One option as it is defined: names, what it does, and what else is known of it. */
export type OptionRow = readonly [names: string, meaning: string, facts?: OptionFacts];

/** Add options that stand under one heading. */
export function addOptions(cli: CAC, group: string, rows: readonly OptionRow[]): CAC {
  for (const [names, meaning, facts] of rows) {
    const all: OptionFacts = { ...facts, group };
    cli.option(names, meaning, all);
  }
  return cli;
}

/** Help and version, which all commands have. @param more what else tells of the command */
export function addHelpOptions(cli: CAC, more: readonly OptionRow[] = []): CAC {
  const help: OptionRow = ["-h, -?, --help", "Print this help."];
  return addOptions(cli, "Help", [help, ...more, ["-V, --version", "Print the version."]]);
}

/** Long name without the dashes in front. */
export function longName(option: OptionDefinition): string {
  return /--([\w-]+)/.exec(option.rawName)?.[1] ?? option.name;
}

/** Its letters without their dashes, the one that is shown first. */
export function lettersOf(option: OptionDefinition): readonly string[] {
  return [...option.rawName.matchAll(/(?:^|\s)-([^-\s])(?=,)/g)].map(([, letter]) => letter as string);
}

/** One-letter name without its dash, if the option has one. */
export function shortName(option: OptionDefinition): string | undefined {
  return lettersOf(option)[0];
}

/** Name of the option's argument as help prints it; undefined for a switch. */
export function argumentName(option: OptionDefinition): string | undefined {
  return option.required ? /<(.+)>/.exec(option.rawName)?.[1] : undefined;
}

/** The value an absent option has, as a user would write it. */
export function defaultValue(option: OptionDefinition): string | undefined {
  return (option.config as OptionFacts).default;
}

/** The heading that it stands under. */
export function groupOf(option: OptionDefinition): string {
  return (option.config as OptionFacts).group ?? "Options";
}

/** Whether it is not what is meant by a beginning that another option has as well. */
export function yieldsToOthers(option: OptionDefinition): boolean {
  return (option.config as OptionFacts).yields === true;
}
