// How much of a profile the filters left out: sums that grow.
import type { Sample } from "../model/sample.js";
import type { Amount } from "../model/share.js";

export class Sum implements Amount {
  samples = 0;
  microseconds = 0;
  bytes = 0;

  add({ metrics: { timeMicroseconds, memoryBytes } }: Pick<Sample, "metrics">): void {
    this.count(timeMicroseconds ?? 0, memoryBytes ?? 0);
  }

  /** Add a sample by what it measured, 0 where it did not. */
  count(microseconds: number, bytes: number): void {
    this.samples++;
    this.microseconds += microseconds;
    this.bytes += bytes;
  }
}
