// Figures of all processes of a run. In: each process, when it has ended or the run has. Out: their sums.
import type { ProofFigures } from "../model/statistics.js";
import type { ProcessFigures } from "./facts.js";
import { type HoldFigures, sumOfHolds } from "./hold_figures.js";
import type { Recorder } from "./recorder.js";

/** Where only running threads are wanted: a thread was taken for one that doesn't run, since the system told nothing of it. */
const STATE_UNKNOWN = "thread state unknown";

function add(counts: Record<string, number>, key: string, count: number): void {
  counts[key] = (counts[key] ?? 0) + count;
}

export class Totals {
  processes = 0;
  /** Thread samples that were sound. */
  taken = 0;
  errors = 0;
  frameless = 0;
  /** Time that all thread samples stand for, and those with errors. */
  takenMicroseconds = 0;
  errorMicroseconds = 0;
  /** The longest of all, in microseconds. */
  gap = 0;
  /** Time in which the collectors ran. */
  collectorMicroseconds = 0;
  /** Time in which off-CPU copies alone were made, each process by itself. */
  stillMicroseconds = 0;
  stillUnavailable: string | undefined;
  readonly stillPrevented: Record<string, number> = {};
  /** Threads that samples had no room for: the most at once of any process, and thread samples that were not taken. */
  readonly beyond = { threads: 0, samples: 0 };
  /** Undefined where nobody asked for native frames. */
  held: HoldFigures | undefined;
  /** When the last sample of all was taken. */
  last = 0;
  readonly reasons: Record<string, number> = {};
  readonly proofs: { -readonly [key in keyof ProofFigures]: number } = {
    tried: 0,
    proven: 0,
    retried: 0,
    still: 0,
    unverified: 0,
    dropped: 0,
    copies: 0,
    failedCopies: 0,
  };

  /** @param process closed; once */
  add({ recorder, last }: { readonly recorder: Recorder; readonly last: number }, figures: ProcessFigures): void {
    const { stillMicroseconds, stillUnavailable, stillPrevented, unansweredStates, held } = figures;
    this.processes++;
    this.taken += recorder.taken;
    this.errors += recorder.errors;
    this.frameless += recorder.frameless;
    this.takenMicroseconds += recorder.takenMicroseconds;
    this.errorMicroseconds += recorder.errorMicroseconds;
    this.gap = Math.max(this.gap, recorder.gap);
    this.collectorMicroseconds += recorder.collectorMicroseconds;
    this.stillMicroseconds += stillMicroseconds;
    this.stillUnavailable ??= stillUnavailable;
    if (held !== undefined) this.held = sumOfHolds(this.held, held);
    this.beyond.threads = Math.max(this.beyond.threads, recorder.omittedThreads);
    this.beyond.samples += recorder.samplesBeyond;
    if (recorder.taken > 0) this.last = Math.max(this.last, last);
    for (const [cause, count] of Object.entries(stillPrevented)) add(this.stillPrevented, cause, count);
    for (const [reason, count] of recorder.reasons) add(this.reasons, reason, count);
    if (unansweredStates > 0) add(this.reasons, STATE_UNKNOWN, unansweredStates);
    const proofs = recorder.proofs.figures;
    for (const key of Object.keys(proofs) as (keyof ProofFigures)[]) this.proofs[key] += proofs[key];
  }
}
