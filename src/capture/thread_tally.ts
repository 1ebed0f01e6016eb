// Thread samples of a capture's processes, added up. In: profiled processes. Out: how many, and what is amiss with them.
import type { ProfiledProcess } from "../profile/profile.js";

/** Thread samples of a profile, before the filters: how many, and what is amiss with them. */
export interface ThreadTotals {
  readonly samples: number;
  /** Those whose stack is incomplete or not proven. */
  readonly incomplete: number;
  /** Of each reason, how many thread samples or ticks had it. */
  readonly reasons: Readonly<Record<string, number>>;
}

export class ThreadTally implements ThreadTotals {
  samples = 0;
  incomplete = 0;
  readonly reasons: Record<string, number> = {};

  /** @param totals what was counted before */
  constructor(totals?: ThreadTotals) {
    if (totals === undefined) return;
    this.samples = totals.samples;
    this.incomplete = totals.incomplete;
    this.reasons = { ...totals.reasons };
  }

  add({ recorder }: ProfiledProcess): void {
    const { taken, errors, reasons } = recorder;
    this.samples += taken;
    this.incomplete += errors;
    for (const [reason, count] of reasons) this.reasons[reason] = (this.reasons[reason] ?? 0) + count;
  }
}
