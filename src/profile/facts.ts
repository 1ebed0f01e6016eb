// What a profile is made of beside its samples' memory: everything that the clock and the system said and that reaches the
// profile. Plain data.
import type { FilterWords } from "../filters/words.js";
import type { Mode } from "../model/metrics.js";
import type { SamplingTimes } from "../model/statistics.js";
import type { HoldFigures } from "./hold_figures.js";

/** How the run was asked for. */
export interface ProfileOptions {
  readonly intervalMicroseconds: number;
  readonly mode: Mode;
  /** Whether samples are marked during which the garbage collector ran. */
  readonly gc: boolean;
  /** What the metadata key `austin` says. */
  readonly interfaceVersion: string;
  /** What of the profile was written, where that was not all. */
  readonly filters?: FilterWords | undefined;
}

/** What is known when the first sample is about to be taken. */
export interface HeaderFacts {
  /** The version of the root; undefined where it is not Python. */
  readonly python: string | undefined;
  /** Whether the root's descendants are sampled, too. */
  readonly multiprocess: boolean;
  /** All memory of the machine in KiB; undefined where the mode takes none. */
  readonly memoryKibibytes: number | undefined;
}

/** What the decoder doesn't need, and people may want to know of a process. */
export interface TargetFacts {
  readonly pythonVersion: string;
  readonly wordSize: number;
  readonly machine: string;
  readonly freeThreaded: boolean;
  /** Path of the binary that holds the runtime. */
  readonly image: string;
}

/** Who of a family was sampled; numbers of processes. */
export interface FamilyFigures {
  /** Each once, however often it was found. */
  readonly sampled: number;
  /** Those that run Python and were not sampled, by cause. */
  readonly notSampled: Readonly<Record<string, number>>;
}

/** Figures of a run that only the one who ran it has. Times in microseconds, of the system's monotonic clock. */
export interface RunFigures {
  readonly start: number;
  /** When it ended, for a run without a sample. */
  readonly end: number;
  readonly ticks: number;
  readonly takenTicks: number;
  readonly missedTicks: number;
  readonly longTicks: number;
  /** Undefined where one process was sampled, whatever descends from it. */
  readonly family?: FamilyFigures | undefined;
  readonly sampling: SamplingTimes | undefined;
}

/** Figures of one process that only the one who sampled it has. */
export interface ProcessFigures {
  /** Time in which off-CPU copies alone were made. */
  readonly stillMicroseconds: number;
  /** Why no off-CPU copy could be made, if so. */
  readonly stillUnavailable: string | undefined;
  /** How many off-CPU copies could not be made, by cause. */
  readonly stillPrevented: Readonly<Record<string, number>>;
  /** How often the system did not say whether a thread ran. */
  readonly unansweredStates: number;
  /** Undefined where nobody asked for native frames. */
  readonly held?: HoldFigures | undefined;
}
