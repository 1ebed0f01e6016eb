// Messages about a target that cannot be sampled: not started, not there, not Python, not a supported Python.
// Each takes the facts that were read and says what they mean. Why reading is not permitted has a file of its own.

import { constants } from "node:os";
import { ExitCode } from "../words/exit_codes.js";
import { describeErrno } from "./errno.js";
import type { Message } from "./message.js";

/** How a command came to its end: one of the two is null, as Node's `exit` event has it. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** `ended with exit code 3`, `was ended by SIGKILL`. */
export function describeEnd(end: CommandEnd): string {
  return end.signal === null ? `ended with exit code ${end.exitCode}` : `was ended by ${end.signal}`;
}

const { ENOENT, EACCES, ENOEXEC } = constants.errno;

/** The system did not start the command. */
export function commandNotStarted(facts: { readonly command: string; readonly errno: number }): Message {
  const errno = Math.abs(facts.errno);
  let remedy: string | undefined;
  if (errno === ENOENT) {
    remedy = facts.command.includes("/")
      ? "There is no such file, or the interpreter that its first line names is missing."
      : "No directory of PATH has a program of this name. To run a script, name its interpreter: austin python3 FILE.";
  } else if (errno === EACCES) {
    remedy = "The file is not executable. To run a script, name its interpreter: austin python3 FILE.";
  } else if (errno === ENOEXEC) {
    remedy = "The file is not a program for this machine, or a script without a first line that names its interpreter.";
  }
  return {
    text: [`Cannot launch the given command '${facts.command}': ${describeErrno(errno)}.`, remedy]
      .filter((line) => line !== undefined)
      .join("\n"),
    exitCode: ExitCode.LAUNCH_OR_ATTACH,
  };
}

/** The command was over before an interpreter was seen in it. */
export function commandEndedTooQuickly(facts: {
  readonly command: string;
  readonly pid: number;
  readonly end: CommandEnd;
  /** Processes below it that were seen to run Python. */
  readonly pythons?: readonly { readonly pid: number; readonly version: string }[];
  /** Whether they were to be sampled, too. */
  readonly children?: boolean | undefined;
}): Message {
  const advice = facts.children
    ? "Nor was one seen in a process that it started. If there was one for less than a tenth of a second, start Python itself under austin."
    : "If it starts Python as another process, as scripts and launchers (uv run) do, use -C before the command, or start Python itself under austin.";
  return {
    text: [
      `Cannot sample '${facts.command}': it terminated too quickly.`,
      `Process ${facts.pid} ${describeEnd(facts.end)} before a Python interpreter was seen in it.`,
      pythonBelow(facts.pid, facts) ?? advice,
    ].join("\n"),
    exitCode: ExitCode.LAUNCH_OR_ATTACH,
  };
}

/** There is no process of this number, or it has ended. */
export function noSuchProcess(facts: {
  readonly pid: number;
  /** It waits to be reaped. */
  readonly zombie: boolean;
  /** It ended while its interpreter was looked for. */
  readonly wasThere: boolean;
  /** Our ids of the processes that have this id in a PID namespace below ours. */
  readonly idsHere: readonly number[];
}): Message {
  const { pid, zombie, wasThere, idsHere } = facts;
  const fact = wasThere
    ? "it ended while austin looked for its interpreter"
    : zombie
      ? "it has ended"
      : "there is no such process";
  return {
    text: [
      `Cannot attach to process ${pid}: ${fact}.`,
      ...(zombie && !wasThere ? ["Only its exit status is left, for its parent to collect."] : []),
      ...(zombie || wasThere ? [] : [namespaceHint(idsHere)]),
    ].join("\n"),
    exitCode: ExitCode.LAUNCH_OR_ATTACH,
  };
}

function namespaceHint(idsHere: readonly number[]): string {
  return idsHere.length === 0
    ? "It may have ended, or its number may belong to another PID namespace, as inside and outside of a container."
    : `In another PID namespace (a container) the number belongs to a process that is here: austin ${idsHere.map((id) => `-p ${id}`).join(" or ")}`;
}

/** /proc was mounted for another PID namespace than the one that we run in. */
export function foreignProc(facts: { readonly pid: number }): Message {
  return {
    text: [
      `Cannot attach to process ${facts.pid}: /proc shows the processes of another PID namespace than austin's own.`,
      "Its numbers mean other processes to system calls: /proc/self leads elsewhere than to austin.",
      "What helps: mount /proc in austin's PID namespace (unshare --mount-proc), or run austin outside of it.",
    ].join("\n"),
    exitCode: ExitCode.LAUNCH_OR_ATTACH,
  };
}

/** What is known of a process without an interpreter, beside what it runs. */
interface BesideIt {
  /** The command that was started, or undefined for a process that was attached to. */
  readonly command?: string | undefined;
  /** Processes below it that run Python. */
  readonly pythons?: readonly { readonly pid: number; readonly version: string }[];
  /** The signal with which austin has ended the command. */
  readonly endedWith?: string | undefined;
}

/** So many processes are named. */
const NAMED_PROCESSES = 5;

/** What helps where the Python is another process; undefined where there is none. */
function pythonBelow(pid: number, { command, pythons = [] }: BesideIt): string | undefined {
  const [first, ...more] = pythons;
  if (first === undefined) return undefined;
  const named = [first, ...more.slice(0, NAMED_PROCESSES - 1)].map(
    (one) => `process ${one.pid}, Python ${one.version}`,
  );
  const others = pythons.length - named.length;
  const whom = command === undefined ? `-C -p ${pid}` : "-C before the command";
  const alone = command === undefined ? `, or one alone: -p ${first.pid}` : "";
  return `It has started ${named.join("; ")}${others > 0 ? `; and ${others} more` : ""}. Sample them with ${whom}${alone}.`;
}

function endedBy({ command, endedWith }: BesideIt): string[] {
  return endedWith === undefined
    ? []
    : [`As there is nothing to sample, austin has sent ${endedWith} to '${command}'.`];
}

/** The process is up and its images hold no Python interpreter. */
export function notPython(facts: { readonly pid: number; readonly executable: string } & BesideIt): Message {
  const { pid, executable } = facts;
  return {
    text: [
      `Cannot determine a Python version: process ${pid} is not Python.`,
      executable === ""
        ? "It is a thread of the kernel."
        : `It runs ${executable}, and none of the files it has mapped holds a Python interpreter.`,
      ...(executable === ""
        ? []
        : [
            pythonBelow(pid, facts) ??
              "If it starts Python as a child process, -C samples that one, as -p does with its process id.",
          ]),
      ...endedBy(facts),
    ].join("\n"),
    exitCode: ExitCode.NOT_PYTHON,
  };
}

/** The process has an interpreter, of a version that cannot be decoded. */
export function unsupportedVersion(facts: {
  readonly pid: number;
  /** Its name and version, such as `Python 2.7.18` or `PyPy 3.10`. */
  readonly interpreter: string;
  /** The versions that can be, in words, such as `3.9 to 3.15`. */
  readonly supported: string;
}): Message {
  return {
    text: `Unsupported Python version in process ${facts.pid}: ${facts.interpreter}.\nSupported is CPython ${facts.supported}.`,
    exitCode: ExitCode.NOT_PYTHON,
  };
}

/** A notice: the version is newer than all that are known, and describes itself well enough to go on. */
export function unknownVersion(facts: { readonly version: string; readonly supported: string }): Message {
  return {
    text: [
      `Python ${facts.version} is newer than the versions this program was tested with (${facts.supported}).`,
      "Sampling goes on with the layout that the interpreter itself describes; check the profile with care.",
    ].join("\n"),
    exitCode: ExitCode.OK,
  };
}

/** A notice: the interpreter has no GIL, and nobody has tried one like it. */
export function untriedFreeThreading(facts: { readonly pid: number; readonly version: string }): Message {
  return {
    text: [
      `Python ${facts.version} of process ${facts.pid} is a free-threaded build, and this program was never tried with a real one.`,
      "It is read as CPython's headers say, and each thread at a moment of its own; check what is shown with care.",
    ].join("\n"),
    exitCode: ExitCode.OK,
  };
}

/** Processors whose stores are seen in the order in which they are made, which plain copies rely on (ARCHITECTURE.md, "What is proof"). */
const ORDERED: readonly string[] = ["x64", "ia32"];

/** A notice where plain copies were never tried on a processor like ours; undefined elsewhere. */
export function untriedProcessor(processor: string): Message | undefined {
  if (ORDERED.includes(processor)) return undefined;
  return {
    text: [
      `This program was tried under an emulator of this processor (${processor}) only.`,
      "What it takes for proof relies on the order of stores that x86 has; --still always does without it.",
    ].join("\n"),
    exitCode: ExitCode.OK,
  };
}

/** What a user of a system is told on which this program was never run, or in outline only; by the host's name. */
const UNTRIED_SYSTEMS: Readonly<Record<string, readonly string[]>> = {
  macOS: [
    "This program was built for macOS and tested on files and recorded facts, not yet run live.",
    "No stack is proven there; check what is shown with care, and say how it went.",
  ],
  Windows: [
    "This program was tried on Windows as Wine has it only.",
    "Windows keeps no thread that runs off its processor for a copy: what the interpreter's own memory doesn't prove is shown, and marked unproven.",
  ],
};

/** A notice where this program was not tried on a real system like ours; undefined elsewhere. */
export function untriedSystem(system: string): Message | undefined {
  const lines = UNTRIED_SYSTEMS[system];
  if (lines === undefined) return undefined;
  return {
    text: lines.join("\n"),
    exitCode: ExitCode.OK,
  };
}

/** What of where we run nobody has tried. @param system by the host's name */
export function untriedPlace(system: string, processor: string): readonly Message[] {
  return [untriedSystem(system), untriedProcessor(processor)].filter((notice) => notice !== undefined);
}

/** No initialised interpreter came up in the time that `-t` gives. */
export function interpreterNotFound(
  facts: {
    readonly pid: number;
    readonly executable: string;
    readonly timeoutMilliseconds: number;
    /** What was still missing at the end, in words, if known. */
    readonly missing?: string;
  } & BesideIt,
): Message {
  return {
    text: [
      `Cannot determine the version of the Python interpreter in process ${facts.pid}: ` +
        `none was found within ${facts.timeoutMilliseconds} ms.`,
      `The process runs ${facts.executable}${facts.missing === undefined ? "" : `; ${facts.missing}`}.`,
      pythonBelow(facts.pid, facts) ??
        "If it starts Python late, allow more time with -t, as in -t 30s; if it starts Python as a child process, use -C.",
      ...endedBy(facts),
    ].join("\n"),
    exitCode: ExitCode.NOT_PYTHON,
  };
}
