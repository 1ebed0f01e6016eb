// Outputs of `austin` that would be lost, or would lose what others have. In: where they are to go, and the command. Out: the message
// that refuses them, before anything is opened.

import { fileStatus } from "../../output/file_status.js";
import { descriptorOf } from "../../output/output_path.js";
import { findSameFile, type NamedFile, type SameFile } from "../../output/same_file.js";
import { findCommand } from "../../target/program.js";
import type { Message } from "../messages/message.js";
import { binaryToTerminal, fileIsRead, sameOutput } from "../messages/output.js";
import { isTerminal } from "../terminal/is_terminal.js";

export interface Outputs {
  readonly output?: string | undefined;
  readonly capture?: string | undefined;
  readonly save?: readonly string[];
}

/** What we and the command write to beside. */
const STREAMS: readonly NamedFile[] = [
  { name: "standard output", path: "/dev/fd/1" },
  { name: "standard error", path: "/dev/fd/2" },
];
const PROGRAM = /\.(py|pyw|pyc|pyz)$/i;

/** Binary goes to no terminal that is named like a file. */
export function terminalRefusal(outputs: Pick<Outputs, "output" | "capture">): Message | undefined {
  for (const [option, path] of Object.entries(outputs)) {
    if (path !== undefined && isTerminal(path)) return binaryToTerminal({ option, path });
  }
  return undefined;
}

/** One file for two outputs would be none for either, and what is read would be gone. @param command words of the command */
export function sameFileRefusal(
  { output, capture, save = [] }: Outputs,
  command: readonly string[],
): Message | undefined {
  const named = (name: string, path: string): NamedFile => ({ name, path });
  const outputs = [
    ...(output === undefined ? [] : [named("--output", output)]),
    ...(capture === undefined ? [] : [named("--capture", capture)]),
    ...save.map((path) => named("--save", path)),
  ];
  const same = findSameFile(outputs, [named("standard input", "-"), ...programFiles(command)]) ?? sameAsStream(outputs);
  if (same === undefined) return undefined;
  const facts = { path: same.output.path, one: same.output.name, other: same.other.name };
  return same.isInput ? fileIsRead(facts) : sameOutput(facts);
}

/** Each by itself: that standard error is standard output, too, is no harm. */
function sameAsStream(outputs: readonly NamedFile[]): SameFile | undefined {
  // Who names a stream means it.
  const files = outputs.filter(({ path }) => descriptorOf(path) === undefined);
  for (const stream of STREAMS) {
    const same = findSameFile([stream, ...files], []);
    if (same !== undefined) return same;
  }
  return undefined;
}

/** The file that is started; one that is named by its path, whether that can be done or not. */
function programOf(command: string): string | undefined {
  if (!command.includes("/")) return findCommand(command)?.toString();
  return fileStatus(command)?.isFile() ? command : undefined;
}

/** The files of the command that are programs; others may be its own outputs, and are its own affair. */
function programFiles([command, ...args]: readonly string[]): NamedFile[] {
  if (command === undefined) return [];
  const program = programOf(command);
  const files = [...(program === undefined ? [] : [program]), ...args.filter((word) => PROGRAM.test(word))];
  return files.map((path) => ({ name: `'${path}'`, path }));
}
