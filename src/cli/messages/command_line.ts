// Messages about a command line that is not valid. Their first lines are Austin's, word for word: scripts look for them.
import type { Mode } from "../../model/metrics.js";
import { ExitCode } from "../words/exit_codes.js";
import type { IdleSwitch } from "../words/mode.js";
import { MAXIMUM_SECONDS } from "../words/values.js";
import type { Message } from "./message.js";

const TRY_HELP = "Try `austin --help' or `austin --usage' for more information.";

function usageError(what: string, detail?: string): Message {
  return {
    text: [`austin: ${what}`, ...(detail === undefined ? [] : [detail]), TRY_HELP].join("\n"),
    exitCode: ExitCode.USAGE,
  };
}

/** @param problem what the reading of the words found */
export function invalidSyntax(problem: string): Message {
  return usageError(problem);
}

export function invalidInterval(given: string): Message {
  return usageError(
    "the sampling interval must be a positive integer",
    `'${given}' is not, or exceeds ${MAXIMUM_SECONDS}s: write digits and us, ms, s or no unit for microseconds, as in 500us or 5ms.`,
  );
}

export function invalidTimeout(given: string): Message {
  return usageError(
    "timeout must be a positive integer",
    `'${given}' is not, or exceeds ${MAXIMUM_SECONDS}s: write digits and ms, s or no unit for milliseconds, as in 500ms or 5s.`,
  );
}

export function invalidFlush(given: string): Message {
  return usageError(
    "the time of --flush must be a positive integer",
    `'${given}' is not, or exceeds ${MAXIMUM_SECONDS}s: write digits and ms, s or no unit for milliseconds, as in 200ms or 1s.`,
  );
}

export function invalidExposure(given: string): Message {
  return usageError(
    "the exposure must be a positive integer",
    `'${given}' is not, or exceeds ${MAXIMUM_SECONDS}s: write a number, which may be a fraction, and ms, s, m or no unit for seconds, as in 1.5 or 2m.`,
  );
}

export function invalidStill(given: string): Message {
  return usageError("--still is auto, never or always", `'${given}' is none of them.`);
}

export function stillTooFast(given: string): Message {
  return usageError(
    "--still always needs an interval of 1ms at least",
    `'${given}' would take the target off its processor too often: write -i 1ms or more, or leave --still at auto.`,
  );
}

export function invalidPid(given: string): Message {
  return usageError("invalid PID", `'${given}' is not an integer above 0.`);
}

export function attachWithCommand(): Message {
  return usageError("the -p option is incompatible with the command argument");
}

export function doctorOperands(): Message {
  return usageError(
    "the --doctor option takes one process at most",
    "Options stand before it: austin --doctor --json 4242.",
  );
}

/** A filter has an argument that is none. @param option without its dashes */
export function invalidFilter(facts: {
  readonly option: string;
  readonly given: string;
  readonly expected: string;
}): Message {
  return usageError(`'${facts.given}' is no value for --${facts.option}: it takes ${facts.expected}`);
}

/** Filters are for profiles. @param option without its dashes */
export function filterWithoutProfile(option: string): Message {
  return usageError(`the --${option} option goes with a profile`, "With -w and --doctor there is none.");
}

/** A filter asks for what the mode does not record. */
export function filterWithoutAnswer({
  word,
  mode,
}: {
  readonly word: "state" | "window";
  readonly mode: Mode;
}): Message {
  if (word === "window") {
    return usageError("--window needs times, which -m does not record", "Add -f, or leave --window out.");
  }
  return usageError(
    `--state needs to know which threads wait, which mode ${mode} does not record`,
    "Add -f, or leave --state out.",
  );
}

/** The run is over before the window begins. */
export function windowBehindExposure(): Message {
  return usageError("--window begins when the exposure is over", "Make -x longer, or begin earlier.");
}

/** -c leaves out what is asked for. */
export function idleWithoutSamples(): Message {
  return usageError("--state idle asks for threads that -c leaves out", "Take -f in place of -c.");
}

/** A profile is binary, whatever is wished for. */
export function jsonWithoutUse(): Message {
  return usageError("the --json option goes with -w and --doctor", "A profile is written in the MOJO format alone.");
}

/** An examination has no stacks. */
export function nativeWithoutStacks(): Message {
  return usageError("the --native option goes with a profile or -w", "With --doctor there is neither.");
}

/** The kernel's frames stand behind native ones. */
export function kernelWithoutNative(): Message {
  return usageError(
    "the --kernel option goes with native frames, in a profile or with -w",
    "Add -n, or use austinp, which has them always.",
  );
}

/** A notice: a switch was given that changes nothing. */
export function idleSwitch({ option, beside }: IdleSwitch): Message {
  const reason = {
    "-c": "-c leaves out threads that wait, and no others have frames of the kernel.",
    "-f": "-f records what it asks for, in the samples of all threads.",
    "-m": "-m records memory, whether threads run or wait.",
  }[beside];
  return { text: `The option ${option} has no effect beside ${beside}.\n${reason}`, exitCode: ExitCode.OK };
}

/** The one line is Austin's, word for word. */
export function invalidVariable(facts: { readonly name: string; readonly value: string }): Message {
  return {
    text: `Invalid value '${facts.value}' for Austin environment variable '${facts.name}'`,
    exitCode: ExitCode.ENVIRONMENT,
  };
}

export function noTarget(): Message {
  return {
    text: `austin: there is neither a command to start nor a process to attach to (-p PID)\n${TRY_HELP}`,
    exitCode: ExitCode.NO_TARGET,
  };
}
