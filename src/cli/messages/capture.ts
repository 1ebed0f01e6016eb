// Messages about captures: where they are written, and where they are read.
import type { CaptureError } from "../../capture/error.js";
import { formatBytes } from "../../views/quantities.js";
import { ExitCode } from "../words/exit_codes.js";
import type { Message } from "./message.js";
import { quote } from "./opening.js";

function place(path: string): string {
  return path === "-" ? "standard input" : `'${path}'`;
}

/** A capture was written: what it holds, and what it is good for. */
export function captureWritten(facts: {
  readonly path: string;
  /** Else it went to a stream, and is where that leads. */
  readonly isFile: boolean;
  readonly bytes: number;
  /** Bytes of the target's memory that were read. */
  readonly copied: number;
}): Message {
  const { path, isFile, bytes, copied } = facts;
  return {
    text: [
      `The capture '${path}' holds raw memory of the process: ${formatBytes(copied)} were read, ${formatBytes(bytes)} written.`,
      "What the program keeps in memory may be in it: names, paths, data. Give it only to whom you trust with that.",
      ...(isFile ? [`Decode it with: austin-decode --info ${quote(path)}`] : []),
    ].join("\n"),
    exitCode: ExitCode.OK,
  };
}

/** The capture can't be read, or not to its end; what came before was used. */
export function captureNotRead(path: string, { problem, offset, detail }: CaptureError): Message {
  return { text: notReadText(place(path), problem, offset, detail), exitCode: ExitCode.INPUT };
}

function notReadText(input: string, problem: CaptureError["problem"], offset: number, detail: string): string {
  switch (problem) {
    case "not-a-capture":
      return `Cannot read ${input}: it is no capture of austin's (${detail}).\nA capture is made with: austin --capture FILE`;
    case "newer-format":
      return `Cannot read ${input}: ${detail}.\nA newer austin-decode reads it.`;
    case "damaged":
      return `Cannot read ${input} beyond byte ${offset}: ${detail}.\nThe file is damaged there; what came before was used.`;
  }
}

/** The capture breaks off; what is there was used. */
export function captureCut({ path }: { readonly path: string }): Message {
  return {
    text: `The capture in ${place(path)} breaks off: everything up to there was used.\nThe run that wrote it was killed, or still runs, or the file was cut.`,
    exitCode: ExitCode.OK,
  };
}

/** A capture that is being written can't be followed. */
export function captureNotFollowed({ path }: { readonly path: string }): Message {
  return {
    text: `${place(path)} is a capture, and only profiles can be followed.\nFollow the one that austin writes beside it (-o), or leave --follow out.`,
    exitCode: ExitCode.USAGE,
  };
}

/** There is no profile in it. */
export function captureHasNoProfile({
  path,
  hasLooks,
}: {
  readonly path: string;
  readonly hasLooks: boolean;
}): Message {
  const why = hasLooks
    ? `It is of a look at a process. See it with: austin-decode --where ${quote(path)}`
    : "The run that wrote it found no Python to sample, or was killed before it did.";
  return { text: `There is no profile in ${place(path)}.\n${why}`, exitCode: ExitCode.INPUT };
}

/** There is no stack in it. */
export function captureHasNoStacks({ path }: { readonly path: string }): Message {
  return {
    text: `There is no stack in ${place(path)}.\nThe run that wrote it found no Python to sample, or was killed before it did.`,
    exitCode: ExitCode.INPUT,
  };
}

/** A profile is binary. */
export function profileToTerminal(path: string): Message {
  return {
    text: `The profile is binary and would go to this terminal.\nWrite it to a file: austin-decode -o FILE.mojo ${quote(path)}`,
    exitCode: ExitCode.USAGE,
  };
}
