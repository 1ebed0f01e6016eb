// Words that ask for what a profile does not record. In: words and a mode. Out: the error that says so.
import { AustinError } from "../model/error.js";
import type { Mode } from "../model/metrics.js";
import type { FilterWords } from "./words.js";

/** A word asks for what the profile does not record. */
export class UnansweredFilter extends AustinError {
  override readonly name = "UnansweredFilter";
  readonly kind = "unanswered-filter";
  constructor(
    readonly word: "state" | "window",
    message: string,
  ) {
    super(message);
  }
}

/** Whether a profile of this mode records which threads waited; one whose mode is not known may. */
export function recordsStates(mode: string | undefined): boolean {
  return mode !== "wall" && mode !== "memory";
}

export function statesUnknown(mode: string | undefined): UnansweredFilter {
  return new UnansweredFilter("state", `A profile of mode ${mode} doesn't record which threads waited.`);
}

export function noTimes(): UnansweredFilter {
  return new UnansweredFilter("window", "The profile records no times.");
}

/** The first word that a profile of this mode has no answer to; undefined where it answers all. */
export function unanswered({ state, window }: FilterWords, mode: Mode): UnansweredFilter | undefined {
  if (state !== undefined && !recordsStates(mode)) return statesUnknown(mode);
  return window !== undefined && mode === "memory" ? noTimes() : undefined;
}
