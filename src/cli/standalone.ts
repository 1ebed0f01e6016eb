// All commands in one file: which one is meant. In: the name that we were called by, and the arguments. Out: that command runs.
// `austin-view …` by a link of that name, or `austin view …`; whatever else it is called, it is austin. A command that is to be sampled and has one
// of these names is given with its path: `austin ./view`.
import { basename } from "node:path";
import { COMMANDS, runCommand } from "./commands.js";

const PREFIX = "austin-";

/**
 * The command that is meant, and its arguments.
 * @param called the first word of our command line, with or without a path
 */
export function chooseCommand(called: string, words: readonly string[]): readonly [name: string, ...string[]] {
  const name = basename(called).replace(/\.exe$/i, "");
  if (name !== "austin" && isCommand(name)) return [name, ...words];
  const [first, ...others] = words;
  const meant = [first, `${PREFIX}${first}`].find((one) => one !== "austin" && isCommand(one));
  return meant === undefined ? ["austin", ...words] : [meant, ...others];
}

function isCommand(name: string | undefined): name is string {
  return name !== undefined && Object.hasOwn(COMMANDS, name);
}

export function runStandalone(): Promise<void> {
  const [name, ...words] = chooseCommand(process.argv0, process.argv.slice(2));
  // Who reads our arguments from elsewhere finds the command's own.
  process.argv.splice(2, Number.POSITIVE_INFINITY, ...words);
  return runCommand(name, words);
}
