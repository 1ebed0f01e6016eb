// Messages about a run that has begun: how it started, and why it ended.
import type { Mode } from "../../model/metrics.js";
import { formatDuration } from "../../views/quantities.js";
import { type EndingSignal, ExitCode, SIGNAL_EXIT_CODES } from "../words/exit_codes.js";
import type { Message } from "./message.js";
import { type CommandEnd, describeEnd } from "./target.js";

/** A notice: native frames were asked for, and there are none. @param facts why, in words, or the error number of the call that holds a thread */
export function nativeFramesMissing(facts: {
  readonly pid: number;
  readonly hindrance: string | undefined;
  readonly errno: number;
}): Message {
  const what =
    facts.hindrance ??
    `native frames missing: a thread that runs can't be held (PTRACE_SEIZE failed with errno ${facts.errno}: a debugger has it, or tracing is forbidden)`;
  return {
    text: `Process ${facts.pid} is sampled with Python's frames alone, as long as that is so:\n${what}.`,
    exitCode: ExitCode.OK,
  };
}

/** A notice: the interpreter was found and sampling begins. */
export function samplingStarted(facts: {
  readonly pid: number;
  readonly pythonVersion: string;
  readonly intervalMicroseconds: number;
  /** 0 for no limit. */
  readonly exposureMicroseconds: number;
}): Message {
  const pace =
    facts.intervalMicroseconds === 0 ? "without a pause" : `every ${formatDuration(facts.intervalMicroseconds)}`;
  const limit = facts.exposureMicroseconds === 0 ? "" : ` for ${formatDuration(facts.exposureMicroseconds)}`;
  return {
    text: `Python version: ${facts.pythonVersion}\nSampling process ${facts.pid} ${pace}${limit}.`,
    exitCode: ExitCode.OK,
  };
}

/** What the doctor found no cause against. */
export function nothingInTheWay(facts: {
  /** Undefined if only the machine was looked at. */
  readonly pid: number | undefined;
  /** The check that forbids sampling anything. */
  readonly bad: string | undefined;
}): Message {
  if (facts.bad !== undefined) {
    return { text: `Nothing can be sampled from here: see ${facts.bad}.`, exitCode: ExitCode.PERMISSION };
  }
  const what = facts.pid === undefined ? "sampling a process that austin starts" : `sampling process ${facts.pid}`;
  const more = facts.pid === undefined ? "\nFor one that runs: austin --doctor PID" : "";
  return { text: `Nothing stands in the way of ${what}.${more}`, exitCode: ExitCode.OK };
}

/** A notice: the interpreter of a process whose stacks are printed. */
export function pythonSeen(facts: {
  readonly pid: number;
  readonly version: string;
  /** What it is among several. */
  readonly relation?: "Parent" | "Child";
}): Message {
  const which = facts.relation === undefined ? "" : `${facts.relation} process [${facts.pid}] `;
  return { text: `${which}Python version: ${facts.version}`, exitCode: ExitCode.OK };
}

/** Samples were taken, and the filters want none of them. */
export function filtersLeaveNothing({ pid, samples }: { readonly pid: number; readonly samples: number }): Message {
  return {
    text: `The filters leave out all ${samples} samples of process ${pid}: the profile is empty.\nAsk for less with them, or sample without.`,
    exitCode: ExitCode.LAUNCH_OR_ATTACH,
  };
}

/** The run is over and its profile has no sample. */
export function nothingSampled(facts: {
  readonly pid: number;
  readonly durationMicroseconds: number;
  readonly mode: Mode;
}): Message {
  const sampled = `Process ${facts.pid} was sampled for ${formatDuration(facts.durationMicroseconds)}, and`;
  if (facts.mode === "memory") {
    // Nothing is wrong with a program that takes no memory.
    return {
      text: `No samples collected.\n${sampled} no thread was seen to change its resident memory.`,
      exitCode: ExitCode.OK,
    };
  }
  return {
    text: [
      "No samples collected.",
      `${sampled} no thread was seen: without a Python function, none is sampled while the interpreter starts or ends.`,
      "If it is a short program, shorten the interval (-i). In cpu mode (-c), threads that wait are left out.",
    ].join("\n"),
    exitCode: ExitCode.LAUNCH_OR_ATTACH,
  };
}

/** A notice: the target has ended, which ends the run. */
export function targetEnded(facts: {
  readonly pid: number;
  /** Known only of a command that was started. */
  readonly end?: CommandEnd;
}): Message {
  const how = facts.end === undefined ? "has ended" : describeEnd(facts.end);
  return { text: `Process ${facts.pid} ${how}.`, exitCode: ExitCode.OK };
}

/** A notice: the target has called exec, or has ended its interpreter, and runs something that can't be sampled, which ends the run. */
export function targetChanged(facts: { readonly pid: number }): Message {
  return {
    text: `Process ${facts.pid} goes on without a Python interpreter that can be sampled; the profile ends there.`,
    exitCode: ExitCode.OK,
  };
}

/** A signal ends the run; the profile is written to its end. */
export function interrupted(facts: {
  readonly signal: EndingSignal;
  readonly pid: number;
  /** Whether the target runs on without us. */
  readonly targetRunsOn: boolean;
}): Message {
  const target = facts.targetRunsOn ? `process ${facts.pid} runs on` : `process ${facts.pid} was told to end`;
  return {
    text: `Ended by ${facts.signal}; ${target}.`,
    exitCode: SIGNAL_EXIT_CODES[facts.signal],
  };
}

/** A signal came while all was made ready. */
export function notStarted(facts: { readonly command: string; readonly signal: EndingSignal }): Message {
  return {
    text: `Ended by ${facts.signal}; "${facts.command}" was not started.`,
    exitCode: SIGNAL_EXIT_CODES[facts.signal],
  };
}

/** The time that `-x` gives is over and the target still runs; Austin ends such a run as Ctrl-C does. */
export function exposureOver(facts: {
  readonly pid: number;
  readonly exposureMicroseconds: number;
  readonly targetRunsOn: boolean;
}): Message {
  const target = facts.targetRunsOn ? `process ${facts.pid} runs on` : `process ${facts.pid} was told to end`;
  return {
    text: `The exposure of ${formatDuration(facts.exposureMicroseconds)} is over; ${target}.`,
    exitCode: ExitCode.INTERRUPTED,
  };
}

/** A notice: the command was told to end and didn't. */
export function askedOnceMore({ pid }: { readonly pid: number }): Message {
  return { text: `Process ${pid} has not ended yet; it gets SIGTERM.`, exitCode: ExitCode.OK };
}

/** A notice: the command was told to end, more than once where that was by SIGINT, and we end without it. */
export function commandRunsOn({ pid }: { readonly pid: number }): Message {
  return {
    text: `Process ${pid} has not ended after SIGTERM, and runs on.\nTo end it: kill -KILL ${pid}`,
    exitCode: ExitCode.OK,
  };
}

/** Something that no other message covers: a bug, or a broken installation. It may not come again: where it was is told at once. */
export function unexpectedError(facts: { readonly error: unknown }): Message {
  return {
    text: `An unexpected error occurred. Please report it with the lines below.\n${whereOf(facts.error)}`,
    exitCode: ExitCode.UNEXPECTED,
  };
}

/** The same where the input is at hand to try it again. @param isTraced whether it was asked where it was */
export function unexpectedInReader(facts: { readonly error: unknown; readonly isTraced: boolean }): Message {
  const { error, isTraced } = facts;
  if (isTraced) return unexpectedError(facts);
  return {
    text: `An unexpected error occurred: ${String(error)}\nPlease report it. With NODE_DEBUG=austin in the environment it says where.`,
    exitCode: ExitCode.UNEXPECTED,
  };
}

function whereOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
