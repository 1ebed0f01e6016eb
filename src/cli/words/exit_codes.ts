// What a run's exit code says. The numbers are Austin's; those it keeps for its inner errors are never used here.
import { constants } from "node:os";

export const ExitCode = {
  OK: 0,
  LAUNCH_OR_ATTACH: 1,
  PERMISSION: 2,
  OUTPUT: 5,
  NO_TARGET: 6,
  ENVIRONMENT: 7,
  NOT_PYTHON: 10,
  USAGE: 64,
  INPUT: 66,
  UNAVAILABLE: 69,
  UNEXPECTED: 70,
  TERMINATED: 241,
  INTERRUPTED: 254,
  HUNG_UP: 255,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

const OUTPUT_MEANING = "The output cannot be opened or written.";
const USAGE_MEANING = "The command line is not valid.";
const UNEXPECTED_MEANING = "Something unexpected happened: a bug.";

/** The exit code's meaning, in words: the table that `austin --help` prints. */
export const EXIT_CODE_MEANINGS: Readonly<Record<Exclude<ExitCode, typeof ExitCode.INPUT>, string>> = {
  [ExitCode.OK]: "The run is complete, and so is the command, if there was one.",
  [ExitCode.LAUNCH_OR_ATTACH]:
    "The command cannot be started or ended too quickly, there is no process to attach to, or nothing was sampled.",
  [ExitCode.PERMISSION]: "Reading the memory of the process is not permitted.",
  [ExitCode.OUTPUT]: OUTPUT_MEANING,
  [ExitCode.NO_TARGET]: "Neither a command nor a process was named.",
  [ExitCode.ENVIRONMENT]: "An environment variable has a value that is not valid.",
  [ExitCode.NOT_PYTHON]: "The process is not Python, or no supported interpreter was found in time.",
  [ExitCode.USAGE]: USAGE_MEANING,
  [ExitCode.UNAVAILABLE]:
    "What sampling needs is missing: the native add-on is missing or can't be loaded, or there is no address space.",
  [ExitCode.UNEXPECTED]: UNEXPECTED_MEANING,
  [ExitCode.TERMINATED]: "Ended by SIGTERM; the profile is complete.",
  [ExitCode.INTERRUPTED]: "Ended by SIGINT (Ctrl-C), or the exposure was over; the profile is complete.",
  [ExitCode.HUNG_UP]: "Ended by SIGHUP; the profile is complete.",
};

/** The same for the commands that read profiles. */
export const PROFILE_EXIT_CODE_MEANINGS: Readonly<Record<number, string>> = {
  [ExitCode.OK]: "It is done. A profile that breaks off is used as far as it goes; a message says so.",
  [ExitCode.OUTPUT]: OUTPUT_MEANING,
  [ExitCode.USAGE]: USAGE_MEANING,
  [ExitCode.INPUT]:
    "A profile is missing, empty, or none; or damaged: what comes before the damage is used, and a message says so.",
  [ExitCode.UNEXPECTED]: UNEXPECTED_MEANING,
  [ExitCode.TERMINATED]: "Ended by SIGTERM; files are as they were.",
  [ExitCode.INTERRUPTED]: "Ended by SIGINT (Ctrl-C); files are as they were. What is followed or served ends with 0.",
  [ExitCode.HUNG_UP]: "Ended by SIGHUP; files are as they were.",
};

/** What holds beside the table. */
export const COMMAND_STATUS_MEANING =
  "A run that ends with its command passes on the command's exit status where that is not 0, and 128+N where signal N " +
  "ended it. With -P it does not.";

/**
 * The exit status of a command that has ended, as a shell has it.
 * @param end one of the two is null
 */
export function commandStatus(end: { readonly exitCode: number | null; readonly signal: string | null }): number {
  const signals: Readonly<Record<string, number>> = constants.signals;
  return end.signal === null ? (end.exitCode ?? 0) : 128 + (signals[end.signal] ?? 0);
}

/** The signals that end a run in good order. */
export type EndingSignal = "SIGINT" | "SIGTERM" | "SIGHUP";

/** Exit code after a signal: minus its number, as the shell sees it in eight bits. */
export const SIGNAL_EXIT_CODES: Readonly<Record<EndingSignal, ExitCode>> = {
  SIGINT: ExitCode.INTERRUPTED,
  SIGTERM: ExitCode.TERMINATED,
  SIGHUP: ExitCode.HUNG_UP,
};

export const ENDING_SIGNALS = Object.keys(SIGNAL_EXIT_CODES) as readonly EndingSignal[];
