// Whether a thread went on while it was looked at again. In: what becomes of each copy of a sample. Out: whether the sample shows
// another moment than the one that was to be shown, and another place of the program. Looking again at what stands is no harm,
// whatever was doubtful about it; nor is it where something was learnt, which happens once a place.
import { edgeCount } from "./edges";
import { Walk } from "./state";

class Looks {
  /** Copies of this sample that showed all stacks. */
  static whole: u32 = 0;
  /** Changes of stacks before the copy that is made. */
  static changes: u32 = 0;
  /** Edges that were known before the sample. */
  static edges: u32 = 0;
  static hasMoved: bool = false;
}

/** A sample begins. */
export function beginLooks(): void {
  Looks.whole = 0;
  Looks.edges = edgeCount();
  Looks.hasMoved = false;
}

/** A copy is about to be made. */
export function beginLook(): void {
  Looks.changes = Walk.changes;
}

/**
 * A copy is walked.
 * @param isOnlyLate whether nothing else is amiss: that depends on us, not on where the program is
 */
export function endLook(isOnlyLate: bool): void {
  if (Looks.whole > 0 && Walk.changes != Looks.changes) Looks.hasMoved = true;
  if (!isOnlyLate) Looks.whole++;
}

/** @param learning copies that read code objects for the first time */
export function isRestless(learning: u32): bool {
  return Looks.hasMoved && learning == 0 && Looks.edges == edgeCount();
}
