// The figures of one run, as the sampler counted them. Plain data: how they are printed is the command line's business.

import type { Share } from "./share.js";

/** Smallest, mean and largest time that one sample took, in microseconds. */
export interface SamplingTimes {
  readonly minimumMicroseconds: number;
  readonly averageMicroseconds: number;
  readonly maximumMicroseconds: number;
}

/** How thread samples were proven to show stacks that existed; numbers of thread samples, but for the copies. */
export interface ProofFigures {
  /** All that were taken, those that were dropped included. */
  readonly tried: number;
  /** At the first copy, each call in them being one that the program is known to make. */
  readonly proven: number;
  /** The same, after another copy. */
  readonly retried: number;
  /** By a copy during which the thread did not run. */
  readonly still: number;
  /** Not at all: they are written as one invalid frame. */
  readonly unverified: number;
  /** Taken, proven, and thrown away, since code objects changed meanwhile; their time is given to the next sample. */
  readonly dropped: number;
  /** Off-CPU copies that were tried, and those among them that did not come about. */
  readonly copies: number;
  readonly failedCopies: number;
}

/** Where a profile went. */
export interface WrittenOutput {
  /** Path as the user gave it; undefined for standard output. */
  readonly path: string | undefined;
  readonly bytes: number;
}

export interface RunStatistics {
  /** From the first deadline to the last sample. */
  readonly durationMicroseconds: number;
  /** Deadlines that were due, taken or missed. */
  readonly ticks: number;
  /** Ticks that gave a sample. */
  readonly takenTicks: number;
  /** Thread samples written: one a thread and tick. */
  readonly samples: number;
  /**
   * What there was and what the filters left out of it; absent where there were none. All other figures but `samples` are of what
   * there was.
   */
  readonly filtered?: Share | undefined;
  /** Processes that were sampled. */
  readonly processes: number;
  /** Processes of the family that run Python and were not sampled, by cause. */
  readonly processesNotSampled: Readonly<Record<string, number>>;
  /** Deadlines that passed while an earlier sample was still being taken. */
  readonly missedTicks: number;
  /** Ticks whose sample took longer than the interval. */
  readonly longTicks: number;
  /** Thread samples whose stack is incomplete. */
  readonly incomplete: number;
  /** Thread samples of threads that ran no Python function: their stack is empty. Undefined where there were none. */
  readonly frameless?: number | undefined;
  /**
   * Time that all thread samples stand for, and those whose stack is incomplete: one behind ticks that were missed stands for more
   * than others. 0 where only memory is measured.
   */
  readonly takenMicroseconds: number;
  readonly incompleteMicroseconds: number;
  /** Why samples are incomplete or less detailed than they might be: of each reason, how many had it. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly proofs: ProofFigures;
  /** Longest time from one sample to the next. */
  readonly gapMicroseconds: number;
  /** Time in which a garbage collector ran; undefined where nobody asked. */
  readonly collectorMicroseconds: number | undefined;
  /** Time in which off-CPU copies alone were made, since the target moved too fast for anything else. */
  readonly stillMicroseconds: number;
  /** Why no off-CPU copy of some process could be made, if so: the call and its error number. */
  readonly stillUnavailable: string | undefined;
  /** How many off-CPU copies could not be made, by cause. */
  readonly stillPrevented: Readonly<Record<string, number>>;
  /** Threads that were held for their native frames, each counted anew each time, and for how long in all; undefined where nobody asked for those. */
  readonly held?: { readonly threads: number; readonly microseconds: number } | undefined;
  /** Threads that waited and whose stack in the kernel was asked for, and those of them of which it is known; undefined where nobody asked. */
  readonly kernelStacks?: { readonly asked: number; readonly known: number } | undefined;
  /** Threads that a sample has no room for: the most at once, and thread samples that were not taken; undefined where all had room. */
  readonly beyond?: { readonly threads: number; readonly samples: number } | undefined;
  /** Undefined when no sample was taken. */
  readonly sampling: SamplingTimes | undefined;
  /** Undefined where no profile was asked for. */
  readonly output: WrittenOutput | undefined;
}

/** Thread samples that were taken, whether they were written or left out. */
export function takenSamples({ samples, filtered }: Pick<RunStatistics, "samples" | "filtered">): number {
  return filtered?.all.samples ?? samples;
}
