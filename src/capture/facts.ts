// The facts of a capture: what is written as JSON, since there is little of it. In: parsed JSON, which may be anybody's.
// Out: typed facts, or a LogError. A field that isn't known is left alone; a fact of an unknown kind, too.
import type { RuntimeFacts } from "../decoder/decoder.js";
import type { Mode } from "../model/metrics.js";
import type { HeaderFacts, ProcessFigures, ProfileOptions, RunFigures, TargetFacts } from "../profile/facts.js";
import { LogError } from "./error.js";
import { filtersOf } from "./filter_facts.js";
import { MAX_DECODERS, MAX_PROCESSES } from "./format.js";

/** What the whole capture says of itself: its first fact. */
export interface Origin {
  readonly tool: string;
  readonly toolVersion: string;
  /** When it was begun, in ISO 8601. */
  readonly started: string;
  /** The command line's words behind the program's name. */
  readonly options: readonly string[];
  /** The machine: its system, its version and its architecture, as Node names them. */
  readonly platform: string;
  readonly release: string;
  readonly architecture: string;
  readonly byteOrder: string;
}

/** A look at a process (`-w`), over. */
export interface Look {
  readonly decoder: number;
  readonly pid: number;
  readonly isChild: boolean;
  readonly pythonVersion: string;
  readonly freeThreaded: boolean;
  /** The kernel's letter for each thread, by its native id. */
  readonly states: ReadonlyMap<number, string>;
  /** What the system calls threads for which the program has no name, by their native ids. */
  readonly titles: ReadonlyMap<number, string>;
  /** Native thread ids that were not among the process's threads. */
  readonly missing: readonly number[];
  /** Files of sources that were written after the process had started. */
  readonly newer: ReadonlySet<string>;
  /** Why there are no native frames, where some were wanted. */
  readonly hindrance?: string | undefined;
}

type Fact = Readonly<Record<string, unknown>>;

const MODES: readonly Mode[] = ["wall", "cpu", "memory", "full"];
/** Times and sums of them stay exact. */
const MOST = 2 ** 52;

export function numberOf(fact: Fact, key: string, most = MOST): number {
  const value = fact[key];
  if (typeof value !== "number" || !(value >= 0 && value <= most)) throw new LogError(`${key} is no number in range`);
  return value;
}

export function naturalOf(fact: Fact, key: string, most = MOST): number {
  const value = numberOf(fact, key, most);
  if (!Number.isInteger(value)) throw new LogError(`${key} is no integer`);
  return value;
}

export function textOf(fact: Fact, key: string): string {
  const value = fact[key];
  if (typeof value !== "string") throw new LogError(`${key} is no text`);
  return value;
}

function optionalText(fact: Fact, key: string): string | undefined {
  return fact[key] === undefined ? undefined : textOf(fact, key);
}

function flagOf(fact: Fact, key: string): boolean {
  const value = fact[key];
  if (typeof value !== "boolean") throw new LogError(`${key} is neither true nor false`);
  return value;
}

function objectOf(fact: Fact, key: string): Fact {
  const value = fact[key];
  if (typeof value !== "object" || value === null) throw new LogError(`${key} is no object`);
  return value as Fact;
}

function listOf(fact: Fact, key: string): readonly unknown[] {
  const value = fact[key];
  if (!Array.isArray(value)) throw new LogError(`${key} is no list`);
  return value;
}

/** Counts by what was counted. */
function countsOf(fact: Fact, key: string): Readonly<Record<string, number>> {
  const counts = objectOf(fact, key);
  return Object.fromEntries(Object.keys(counts).map((name) => [name, naturalOf(counts, name)]));
}

export function originOf(fact: Fact): Origin {
  return {
    tool: textOf(fact, "tool"),
    toolVersion: textOf(fact, "toolVersion"),
    started: textOf(fact, "started"),
    options: listOf(fact, "options").map(String),
    platform: textOf(fact, "platform"),
    release: textOf(fact, "release"),
    architecture: textOf(fact, "architecture"),
    byteOrder: textOf(fact, "byteOrder"),
  };
}

export function decoderOf(fact: Fact): number {
  return naturalOf(fact, "decoder", MAX_DECODERS - 1);
}

export function processOf(fact: Fact): number {
  return naturalOf(fact, "process", MAX_PROCESSES - 1);
}

export function runtimeOf(fact: Fact): RuntimeFacts {
  const address = textOf(fact, "runtimeAddress");
  if (!/^0x[0-9a-f]{1,16}$/.test(address)) throw new LogError("runtimeAddress is no address");
  const version = objectOf(fact, "version");
  const wordSize = numberOf(fact, "wordSize");
  if (wordSize !== 4 && wordSize !== 8) throw new LogError("wordSize is neither 4 nor 8");
  const longSize = fact.longSize === undefined ? wordSize : numberOf(fact, "longSize");
  if (longSize !== 4 && longSize !== 8) throw new LogError("longSize is neither 4 nor 8");
  const alignment = fact.alignment === undefined ? wordSize : numberOf(fact, "alignment");
  if (alignment !== 4 && alignment !== 8) throw new LogError("alignment is neither 4 nor 8");
  return {
    runtimeAddress: BigInt(address),
    wordSize,
    longSize,
    alignment,
    version: {
      major: naturalOf(version, "major", 255),
      minor: naturalOf(version, "minor", 255),
      micro: version.micro === undefined ? undefined : naturalOf(version, "micro", 255),
    },
    hasDebugOffsets: flagOf(fact, "hasDebugOffsets"),
    ownPid: naturalOf(fact, "ownPid", 0xffffffff),
  };
}

export function optionsOf(fact: Fact): ProfileOptions {
  const mode = MODES.find((one) => one === fact.mode);
  if (mode === undefined) throw new LogError("the mode is unknown");
  return {
    mode,
    intervalMicroseconds: naturalOf(fact, "intervalMicroseconds"),
    gc: flagOf(fact, "gc"),
    interfaceVersion: textOf(fact, "interfaceVersion"),
    filters: filtersOf(fact.filters, mode),
  };
}

export function headerOf(fact: Fact): HeaderFacts {
  return {
    python: optionalText(fact, "python"),
    multiprocess: flagOf(fact, "multiprocess"),
    memoryKibibytes: fact.memoryKibibytes === undefined ? undefined : numberOf(fact, "memoryKibibytes"),
  };
}

export function targetOf(fact: Fact): TargetFacts {
  return {
    pythonVersion: textOf(fact, "pythonVersion"),
    wordSize: numberOf(fact, "wordSize"),
    machine: textOf(fact, "machine"),
    freeThreaded: flagOf(fact, "freeThreaded"),
    image: textOf(fact, "image"),
  };
}

export function processFiguresOf(fact: Fact): ProcessFigures {
  const held = fact.held === undefined ? undefined : objectOf(fact, "held");
  const kernel = held?.kernelStacks === undefined ? undefined : objectOf(held, "kernelStacks");
  return {
    stillMicroseconds: numberOf(fact, "stillMicroseconds"),
    stillUnavailable: optionalText(fact, "stillUnavailable"),
    stillPrevented: fact.stillPrevented === undefined ? {} : countsOf(fact, "stillPrevented"),
    unansweredStates: fact.unansweredStates === undefined ? 0 : naturalOf(fact, "unansweredStates"),
    held: held && {
      held: naturalOf(held, "held"),
      microseconds: numberOf(held, "microseconds"),
      kernelStacks: kernel && { asked: naturalOf(kernel, "asked"), known: naturalOf(kernel, "known") },
    },
  };
}

export function runFiguresOf(fact: Fact): RunFigures {
  const sampling = fact.sampling === undefined ? undefined : objectOf(fact, "sampling");
  const family = fact.family === undefined ? undefined : objectOf(fact, "family");
  return {
    start: naturalOf(fact, "start"),
    end: naturalOf(fact, "end"),
    ticks: naturalOf(fact, "ticks"),
    takenTicks: naturalOf(fact, "takenTicks"),
    missedTicks: naturalOf(fact, "missedTicks"),
    longTicks: naturalOf(fact, "longTicks"),
    family: family && { sampled: naturalOf(family, "sampled"), notSampled: countsOf(family, "notSampled") },
    sampling: sampling && {
      minimumMicroseconds: numberOf(sampling, "minimumMicroseconds"),
      averageMicroseconds: numberOf(sampling, "averageMicroseconds"),
      maximumMicroseconds: numberOf(sampling, "maximumMicroseconds"),
    },
  };
}

/** Texts of threads, by their native ids. */
function textsOf(fact: Fact, key: string): ReadonlyMap<number, string> {
  const texts = new Map<number, string>();
  for (const pair of listOf(fact, key)) {
    const [id, text] = Array.isArray(pair) ? pair : [];
    if (typeof id !== "number" || typeof text !== "string") throw new LogError(`one of a thread's ${key} is none`);
    texts.set(id, text);
  }
  return texts;
}

export function lookOf(fact: Fact): Look {
  return {
    decoder: decoderOf(fact),
    pid: naturalOf(fact, "pid"),
    isChild: flagOf(fact, "isChild"),
    pythonVersion: textOf(fact, "pythonVersion"),
    freeThreaded: flagOf(fact, "freeThreaded"),
    states: textsOf(fact, "states"),
    // Captures of older versions have none.
    titles: fact.titles === undefined ? new Map() : textsOf(fact, "titles"),
    missing: fact.missing === undefined ? [] : listOf(fact, "missing").map(Number),
    newer: new Set(listOf(fact, "newer").map(String)),
    hindrance: optionalText(fact, "hindrance"),
  };
}
