// What goes over a line to those who watch a live profile elsewhere, as JSON: doc/live_protocol.md describes it for others. Numbers stand for threads,
// functions, places and stacks in the order in which they came; each is described once. Plain data.
import type { FunctionName } from "../analysis/function_line.js";
import type { Metric } from "../analysis/metric.js";
import type { RateFigures } from "./rates.js";

/** Counts changes that break readers. */
export const PROTOCOL_VERSION = 1;

/** Interpreter and name may be unknown. `root` is the number of the thread's empty stack. */
export type WireThread = readonly [pid: number, interpreter: number | null, thread: string, root: number];
/** Name, and bits: 1 idle, 2 the garbage collector runs. */
export type WireThreadState = readonly [thread: number, name: string | null, flags: number];
/** The last is there where it is true. */
export type WireFunction = readonly [kind: FunctionName["kind"], scope: string, filename: string, isNative?: true];

/** What happened between two moments: which stacks had something, and how much of each metric, and samples. */
export interface WireSlice {
  /** In microseconds of the profile's time. */
  readonly from: number;
  readonly to: number;
  readonly stacks: readonly number[];
  /** A list for each metric, and one that counts samples; values by the order of `stacks`. */
  readonly values: readonly (readonly number[])[];
  /** Of each metric, the sum of the squares of the samples' values. */
  readonly squares?: readonly number[];
}

/** A second of sampling, counted from the profile's start. `cpu` is in percent of one processor, `memory` in bytes; null where unknown. */
export type WireSecond = readonly [
  second: number,
  samples: number,
  due: number,
  unproven: number,
  idle: number,
  collecting: number,
  gapMicroseconds: number,
  cpu: number | null,
  memory: number | null,
];

/** What is described for the first time. */
export interface WireNew {
  readonly threads: readonly WireThread[];
  readonly functions: readonly WireFunction[];
  /** Pairs: number of the function, line (0: unknown). */
  readonly places: readonly number[];
  /** Pairs: number of the caller's stack, number of the place; of a thread's empty stack -1 and the thread's number. */
  readonly stacks: readonly number[];
}

/** How the run is, and how sampling goes. */
export interface WireStatus {
  readonly state: "running" | "stopped" | "ended" | "file";
  /** How it ended, in words. */
  readonly ended: string | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** The first of them. */
  readonly pids: readonly number[];
  /** How many were seen. */
  readonly processes: number;
  /** Since it began. */
  readonly seconds: number;
  /** Seconds of samples that are kept one by one. */
  readonly kept: number;
  /** Whether these are all that there were: else "all" is one sample a stack in formats. */
  readonly keepsAll: boolean;
  readonly letGo: { readonly stacks: number; readonly threads: number };
  readonly rates: { readonly all: RateFigures; readonly recent: RateFigures };
  /** What one must know before trusting the figures. */
  readonly notes: readonly string[];
}

/** What a full state and a change of it have in common. */
interface WireMessage {
  /** Told anew where something has changed. */
  readonly metadata: Readonly<Record<string, string>> | null;
  readonly added: WireNew;
  readonly states: readonly WireThreadState[];
  /** Pairs: number of a thread, number of the stack that it was seen with last; where that is another one than before. */
  readonly last?: readonly number[];
  /** The last ones, which replace what was told of these seconds. */
  readonly seconds: readonly WireSecond[];
  readonly status: WireStatus;
  /** When the last sample ended, in microseconds of the profile's time. */
  readonly now: number;
}

export interface WireFull extends WireMessage {
  readonly version: typeof PROTOCOL_VERSION;
  readonly command: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly metrics: readonly { readonly name: Metric["name"]; readonly label: string; readonly unit: Metric["unit"] }[];
  /** Another one where numbers mean something else than before. */
  readonly numbering: number;
  /** All that there was so far. */
  readonly sums: Pick<WireSlice, "stacks" | "values" | "squares">;
  /** The last part of it, second by second, as far as it is kept. */
  readonly slices: readonly WireSlice[];
}

export interface WireDelta extends WireMessage {
  readonly slice: WireSlice;
}
