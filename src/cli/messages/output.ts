// Messages about where the profile goes.
import { constants } from "node:os";
import type { OutputError } from "../../mojo/index.js";
import { formatBytes } from "../../views/quantities.js";
import type { Style } from "../terminal/terminal.js";
import { ExitCode } from "../words/exit_codes.js";
import { describeErrno } from "./errno.js";
import type { Message } from "./message.js";
import { quote } from "./opening.js";

export interface OutputFacts {
  /** As the user gave it; undefined for standard output. */
  readonly path: string | undefined;
  /** The system call that failed, such as `open` or `write`. */
  readonly call: string;
  readonly errno: number;
}

/** What is to be said of a call that failed. @param path as the user gave it */
export function outputFacts(error: OutputError, path: string | undefined): OutputFacts & { bytesWritten: number } {
  const codes: Readonly<Record<string, number>> = constants.errno;
  const { call, code, bytesWritten } = error;
  return { path, call, errno: codes[code] ?? 0, bytesWritten };
}

function place(path: string | undefined): string {
  return path === undefined ? "standard output" : `'${path}'`;
}

/** The output could not be opened; nothing was started. */
export function outputNotOpened(facts: OutputFacts): Message {
  const wasClosed = Math.abs(facts.errno) === constants.errno.EBADF;
  const remedy = wasClosed ? "It was closed when austin was started: name a file with -o. " : "";
  return {
    text: `Cannot open the output ${place(facts.path)}: ${facts.call} gave ${describeErrno(facts.errno)}.\n${remedy}Nothing was started.`,
    exitCode: ExitCode.OUTPUT,
  };
}

/** What was asked for would be printed, and nobody would get it. */
export function nobodyReads(): Message {
  return {
    text: "Standard output was closed when austin was started: nobody would get what it prints.\nOpen it, or send it to a file.",
    exitCode: ExitCode.OUTPUT,
  };
}

/** No file was named, and none can be made here; nothing was started. */
export function unnamedNotOpened({ call, errno }: OutputFacts): Message {
  return {
    text: `Cannot write a profile in this folder: ${call} gave ${describeErrno(errno)}.\nName a file elsewhere with -o. Nothing was started.`,
    exitCode: ExitCode.OUTPUT,
  };
}

/** What is binary would go to a terminal by its path; nothing was started. */
export function binaryToTerminal({ option, path }: { readonly option: string; readonly path: string }): Message {
  return {
    text: `What --${option} writes is binary, and '${path}' is a terminal.\nName a file. Nothing was started.`,
    exitCode: ExitCode.USAGE,
  };
}

/** Two outputs are one file; nothing was started. @param facts what the two are called */
export function sameOutput(facts: { readonly path: string; readonly one: string; readonly other: string }): Message {
  const { path, one, other } = facts;
  return {
    text: `'${path}' of ${one} is the file of ${other}, too: each would be written over the other.\nName two files. Nothing was started.`,
    exitCode: ExitCode.USAGE,
  };
}

/** An output is a file that the command reads; nothing was started. @param facts what the two are called */
export function fileIsRead(facts: { readonly path: string; readonly one: string; readonly other: string }): Message {
  const { path, one, other } = facts;
  return {
    text: `'${path}' of ${one} is what the command reads as ${other}: it would be lost.\nName another file. Nothing was started.`,
    exitCode: ExitCode.USAGE,
  };
}

/** The capture would be another user's to read; nothing was started. */
export function captureToOther(facts: { readonly path: string; readonly owner: number }): Message {
  return {
    text: [
      `What --capture writes holds raw memory of the process, and '${facts.path}' belongs to user ${facts.owner}.`,
      "Name a file that is not there yet. Nothing was started.",
    ].join("\n"),
    exitCode: ExitCode.OUTPUT,
  };
}

/** Nothing was sampled, and the file of an earlier run was not touched. */
export function outputAsItWas({ path }: { readonly path: string }): Message {
  return { text: `'${path}' is as it was: there was nothing to write.`, exitCode: ExitCode.OK };
}

/** Writing failed during the run, which ends with it. */
export function outputNotWritten(facts: OutputFacts & { readonly bytesWritten: number }): Message {
  let reason = "What was written before can be read.";
  if (Math.abs(facts.errno) === constants.errno.EPIPE) reason = "The program that reads it has closed it.";
  else if (facts.bytesWritten === 0) reason = "Nothing was written before.";
  return {
    text: [
      `Cannot write the output ${place(facts.path)}: ${facts.call} gave ${describeErrno(facts.errno)} after ${facts.bytesWritten} bytes.`,
      reason,
    ].join("\n"),
    exitCode: ExitCode.OUTPUT,
  };
}

/** A converted profile could not be written; a file that was there is as it was. */
export function outputNotMade({ path, call, code }: OutputError): Message {
  const errno = (constants.errno as Readonly<Record<string, number>>)[code] ?? 0;
  const name = path === "standard output" ? path : place(path);
  return {
    text: `Cannot write the output ${name}: ${call} gave ${describeErrno(errno)}.`,
    exitCode: ExitCode.OUTPUT,
  };
}

/** --save names a file whose name tells no format; nothing was started. */
export function saveUnknownFormat(facts: { readonly path: string; readonly formats: readonly string[] }): Message {
  return {
    text: [
      `The name '${facts.path}' of --save tells no format.`,
      `There are ${facts.formats.join(", ")}; austin-convert --list shows the ends of names that mean them.`,
    ].join("\n"),
    exitCode: ExitCode.USAGE,
  };
}

/** --save needs a profile that can be read again; nothing was started. */
export function saveNeedsFile({ output }: { readonly output: string }): Message {
  return {
    text: `With --save the output '${output}' must be a file: it is read again once the run is over.`,
    exitCode: ExitCode.USAGE,
  };
}

/** The profile was converted. */
export function saved(facts: {
  readonly path: string;
  readonly bytes: number;
  readonly remarks: readonly string[];
}): Message {
  const { path, bytes, remarks } = facts;
  return { text: [`Saved '${path}', ${formatBytes(bytes)}.`, ...remarks].join("\n"), exitCode: ExitCode.OK };
}

/** The profile was not converted, and is there. */
export function savingFailed(facts: { readonly path: string; readonly mojo: string; readonly why: string }): Message {
  const { path, mojo, why } = facts;
  return {
    text: [
      `Cannot save '${path}'. ${why}`,
      `The profile is in '${mojo}'. Convert it with: austin-convert ${quote(mojo)} -o ${quote(path)}`,
    ].join("\n"),
    exitCode: ExitCode.OUTPUT,
  };
}

/** The question before binary output goes to a terminal; it ends without a newline. */
export function binaryToTerminalQuestion(style: Style): string {
  return [
    "",
    `${style.warning("WARNING")} The profile is binary and would go to this terminal.`,
    "",
    "Go on without an output file (-o FILE)? [y/N] ",
  ].join("\n");
}

/** Whether the answer to that question is yes; anything else, and the end of the input, is no. */
export function isYes(answer: string | undefined): boolean {
  return answer !== undefined && /^y$/i.test(answer.trim());
}
