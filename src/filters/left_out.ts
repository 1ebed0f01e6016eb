// How much of a profile the filters left out. Plain data, and its sums.
import type { Sample } from "../model/sample.js";

/** Sums over thread samples. */
export interface Amount {
  readonly samples: number;
  readonly microseconds: number;
  /** Net change of memory. */
  readonly bytes: number;
}

/** What there was and what of it was left out. */
export interface Share {
  readonly all: Amount;
  readonly leftOut: Amount;
}

/** A sum that grows. */
export class Sum implements Amount {
  samples = 0;
  microseconds = 0;
  bytes = 0;

  add({ metrics: { timeMicroseconds, memoryBytes } }: Pick<Sample, "metrics">): void {
    this.samples++;
    this.microseconds += timeMicroseconds ?? 0;
    this.bytes += memoryBytes ?? 0;
  }
}
