// The figures of one run, as the sampler counted them. Plain data: how they are printed is the command line's business.

/** Smallest, mean and largest time that one sample took, in microseconds. */
export interface SamplingTimes {
  readonly minimumMicroseconds: number;
  readonly averageMicroseconds: number;
  readonly maximumMicroseconds: number;
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
  /** Thread samples written: one a thread and tick. */
  readonly samples: number;
  /** Deadlines that passed while an earlier sample was still being taken. */
  readonly missedTicks: number;
  /** Ticks whose sample took longer than the interval. */
  readonly longTicks: number;
  /** Thread samples whose stack is incomplete. */
  readonly incomplete: number;
  /** Why samples are incomplete or less detailed than they might be: of each reason, how many had it. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Undefined when no sample was taken. */
  readonly sampling: SamplingTimes | undefined;
  readonly output: WrittenOutput;
}
