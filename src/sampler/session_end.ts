// How a run ended, and what came of it. Plain data.
import type { RunStatistics } from "../model/statistics.js";
import type { Refusal } from "./sampled_process.js";

/** Why a run ended. */
export type SessionEnd =
  /** The target has ended. */
  | "target-ended"
  /** The exposure is over. */
  | "exposure"
  /** The signal was given. */
  | "aborted"
  /** The sink failed; its `failed` says how. */
  | "output-failed"
  /** The target goes on as a program that can't be sampled. */
  | "target-changed"
  /** Reading the target is no longer permitted: it has changed its user or made itself undumpable. */
  | "denied";

export interface SessionResult {
  readonly end: SessionEnd;
  readonly statistics: Omit<RunStatistics, "output">;
  /** Set where the end is "denied". */
  readonly refusal: Refusal | undefined;
}
