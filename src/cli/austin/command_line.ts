// From argv to what shall be done: run, print a text, or say what is wrong. It prints nothing and starts nothing.
import { unanswered } from "../../filters/unanswered.js";
import { asksForSomething, type FilterWords } from "../../filters/words.js";
import type { Mode } from "../../model/metrics.js";
import { OFF_CPU_INTERVAL_MICROSECONDS } from "../../sampler/off_cpu_interval.js";
import {
  attachWithCommand,
  doctorOperands,
  filterWithoutAnswer,
  filterWithoutProfile,
  idleWithoutSamples,
  invalidExposure,
  invalidFilter,
  invalidFlush,
  invalidInterval,
  invalidPid,
  invalidStill,
  invalidSyntax,
  invalidTimeout,
  jsonWithoutUse,
  kernelWithoutNative,
  nativeWithoutStacks,
  noTarget,
  stillTooFast,
  windowBehindExposure,
} from "../messages/command_line.js";
import type { Message } from "../messages/message.js";
import type { ExitCode } from "../words/exit_codes.js";
import { FILTER_NAMES, readFilterWords } from "../words/filter_options.js";
import { AUSTIN, renderHelp, renderUsage } from "../words/help.js";
import { chooseMode, type IdleSwitch } from "../words/mode.js";
import { ParsedWords } from "../words/parsed_words.js";
import {
  parseExposureMicroseconds,
  parseIntervalMicroseconds,
  parsePid,
  parseStill,
  parseTimeoutMilliseconds,
} from "../words/values.js";
import { versionText } from "../words/version.js";
import { defineCommandLine, NATIVE_PURPOSE, type SamplerName } from "./options.js";

/** The process to sample: one to start, or one that runs. */
export type Target =
  | { readonly kind: "command"; readonly command: string; readonly args: readonly string[] }
  | { readonly kind: "attach"; readonly pid: number };

export interface RunOptions {
  readonly target: Target;
  /** Path of the profile; absent for standard output, or for none where there is a capture. */
  readonly output?: string;
  /** Path of the capture, if there is to be one. */
  readonly capture?: string;
  /** Files that the profile is converted to once the run is over. */
  readonly save: readonly string[];
  /** 0 for free running. */
  readonly intervalMicroseconds: number;
  /** 0 for no limit. */
  readonly exposureMicroseconds: number;
  /** How long to look for an interpreter. */
  readonly timeoutMilliseconds: number;
  readonly mode: Mode;
  /** Whether samples are marked during which the garbage collector ran. */
  readonly gc: boolean;
  /** Nothing is said but what goes wrong, the profile is handed on sample by sample, and the exit code is Austin's. */
  readonly pipe: boolean;
  /** How long what is sampled is held back at most. */
  readonly flushMilliseconds: number;
  /** Whether those that descend from the target are sampled, too. */
  readonly children: boolean;
  /** Whether there are native frames, too. */
  readonly native: boolean;
  /** Whether there are frames of the kernel, too, of threads that wait. */
  readonly kernel: boolean;
  /** When off-CPU copies may be made. */
  readonly still: "never" | "auto" | "always";
  /** What was given and has no effect. */
  readonly idleSwitches: readonly IdleSwitch[];
  /** What of the profile is written; absent for all. */
  readonly filters?: FilterWords;
}

/** A look at a process, in place of a profile. */
export interface WhereOptions {
  readonly pid: number;
  /** Whether those that descend from it are looked at, too. */
  readonly children: boolean;
  /** Path of the text; absent for standard output. */
  readonly output?: string;
  /** Path of the capture, if there is to be one. */
  readonly capture?: string;
  readonly json: boolean;
  /** Whether native frames are shown, too. */
  readonly native: boolean;
  /** Whether frames of the kernel are shown, too, of threads that wait. */
  readonly kernel: boolean;
  /** Nothing is said but what goes wrong. */
  readonly pipe: boolean;
  /** How long to look for an interpreter. */
  readonly timeoutMilliseconds: number;
  /** Whether off-CPU copies may be made. */
  readonly still: boolean;
}

/** An examination, in place of a profile. */
export interface DoctorOptions {
  /** Undefined to look at the machine alone. */
  readonly pid: number | undefined;
  readonly json: boolean;
  /** How long to look for an interpreter. */
  readonly timeoutMilliseconds: number;
}

/** The text of `print` ends with a newline and belongs on stdout; the message of `error` has none and belongs on stderr. */
export type ParsedCommandLine =
  | { readonly kind: "run"; readonly options: RunOptions }
  | { readonly kind: "where"; readonly options: WhereOptions }
  | { readonly kind: "doctor"; readonly options: DoctorOptions }
  | { readonly kind: "print"; readonly text: string }
  | { readonly kind: "error"; readonly message: string; readonly exitCode: ExitCode };

/**
 * Understand a command line.
 * @param argv the words after the program's name
 * @param name of the program
 */
export function parseCommandLine(argv: readonly string[], name: SamplerName = "austin"): ParsedCommandLine {
  const parsed = parse(argv, name);
  return parsed.kind === "error" ? { ...parsed, message: named(parsed.message, name) } : parsed;
}

/** Messages are austin's. */
function named(message: string, name: SamplerName): string {
  return message.replace(/^austin:/, `${name}:`).replaceAll(/`austin --/g, `\`${name} --`);
}

function parse(argv: readonly string[], name: SamplerName): ParsedCommandLine {
  const cli = defineCommandLine(name);
  if (argv.length === 0) return print(renderUsage(cli));

  const given = new ParsedWords(cli, argv, false);
  const { operands: command, words, problem } = given;
  if (given.has("help"))
    return print(renderHelp(cli, name === "austinp" ? { ...AUSTIN, purpose: NATIVE_PURPOSE } : AUSTIN));
  if (given.has("usage")) return print(renderUsage(cli));
  if (given.has("version")) return print(versionText(name));
  if (problem !== undefined) return error(invalidSyntax(problem));

  const text = (name: string) => given.text(name);
  const interval = text("interval") as string;
  const timeout = text("timeout") as string;
  const flush = text("flush") as string;
  const exposure = text("exposure") as string;
  // Of several, the last one names the process; any --where makes it a look.
  const named = words.findLast((word) => /^--(pid|where)==/.test(word))?.replace(/^--\w+==/, "");
  const isDoctor = given.has("doctor");
  // The doctor takes the process as an operand, too.
  const pidText = named ?? (isDoctor ? command[0] : undefined);
  const pipe = given.has("pipe");
  const isWhere = text("where") !== undefined;
  const files = pathsOf({ output: text("output"), capture: text("capture") });

  const intervalMicroseconds = parseIntervalMicroseconds(interval);
  if (intervalMicroseconds === undefined) return error(invalidInterval(interval));
  const timeoutMilliseconds = parseTimeoutMilliseconds(timeout);
  if (timeoutMilliseconds === undefined) return error(invalidTimeout(timeout));
  const flushMilliseconds = parseTimeoutMilliseconds(flush);
  if (flushMilliseconds === undefined) return error(invalidFlush(flush));
  const exposureMicroseconds = parseExposureMicroseconds(exposure);
  if (exposureMicroseconds === undefined) return error(invalidExposure(exposure));
  const stillText = text("still") as string;
  const still = parseStill(stillText);
  if (still === undefined) return error(invalidStill(stillText));
  if (
    still === "always" &&
    words.some((word) => word.startsWith("--interval")) &&
    intervalMicroseconds < OFF_CPU_INTERVAL_MICROSECONDS
  ) {
    return error(stillTooFast(interval));
  }
  const pid = pidText === undefined ? undefined : parsePid(pidText);
  if (pidText !== undefined && pid === undefined) return error(invalidPid(pidText));

  const filters = readFilterWords((name) => given.texts(name), given.has("main-thread"));
  if (filters.kind === "problem") return error(invalidFilter(filters));
  const filter = FILTER_NAMES.find((name) => given.has(name));
  if (filter !== undefined && (isWhere || isDoctor)) return error(filterWithoutProfile(filter));

  const json = given.has("json");
  if (json && !isWhere && !isDoctor) return error(jsonWithoutUse());
  const native = given.has("native") || (name === "austinp" && !isDoctor);
  const kernel = given.has("kernel");
  if (kernel && !native) return error(kernelWithoutNative());
  if (native && isDoctor) return error(nativeWithoutStacks());
  if (isDoctor) {
    if (command.length > (named === undefined ? 1 : 0)) return error(doctorOperands());
    return { kind: "doctor", options: { pid, json, timeoutMilliseconds } };
  }
  const [program, ...args] = command;
  if (pid !== undefined && program !== undefined) return error(attachWithCommand());
  if (isWhere && pid !== undefined) {
    const where = {
      pid,
      children: given.has("children"),
      json,
      native,
      kernel,
      pipe,
      timeoutMilliseconds,
      still: still !== "never",
    };
    return { kind: "where", options: { ...where, ...files } };
  }
  const target: Target | undefined =
    pid !== undefined
      ? { kind: "attach", pid }
      : program !== undefined
        ? { kind: "command", command: program, args }
        : undefined;
  if (target === undefined) return error(noTarget());
  const { mode, idle } = chooseMode({
    cpu: given.has("cpu"),
    memory: given.has("memory"),
    full: given.has("full"),
    kernel,
  });
  const unfit = unfitFilter(filters.words, mode, exposureMicroseconds);
  if (unfit !== undefined) return error(unfit);
  return {
    kind: "run",
    options: {
      target,
      ...files,
      intervalMicroseconds:
        still === "always" ? Math.max(intervalMicroseconds, OFF_CPU_INTERVAL_MICROSECONDS) : intervalMicroseconds,
      exposureMicroseconds,
      timeoutMilliseconds,
      flushMilliseconds,
      mode,
      gc: given.has("gc"),
      pipe,
      children: given.has("children"),
      native,
      kernel,
      still,
      idleSwitches: idle,
      save: given.texts("save"),
      ...(asksForSomething(filters.words) && { filters: filters.words }),
    },
  };
}

/** What is wrong with filters, of which a run of this mode would leave nothing or knows nothing. @param exposure 0: no limit */
function unfitFilter(words: FilterWords, mode: Mode, exposure: number): Message | undefined {
  const question = unanswered(words, mode);
  if (question !== undefined) return filterWithoutAnswer({ word: question.word, mode });
  if (exposure > 0 && (words.window?.from ?? 0) >= exposure) return windowBehindExposure();
  return mode === "cpu" && words.state === "idle" ? idleWithoutSamples() : undefined;
}

/** What - stands for, as with other commands, and where goes what is asked for without a file. */
export const STANDARD_OUTPUT_PATH = "/dev/stdout";

/** The paths that were given; - is standard output. */
function pathsOf(given: Readonly<Record<"output" | "capture", string | undefined>>): {
  readonly output?: string;
  readonly capture?: string;
} {
  const named = (path: string | undefined): string | undefined => (path === "-" ? STANDARD_OUTPUT_PATH : path);
  const [output, capture] = [named(given.output), named(given.capture)];
  return { ...(output !== undefined && { output }), ...(capture !== undefined && { capture }) };
}

function print(text: string): ParsedCommandLine {
  return { kind: "print", text };
}

function error(message: Message): ParsedCommandLine {
  return { kind: "error", message: message.text, exitCode: message.exitCode };
}
