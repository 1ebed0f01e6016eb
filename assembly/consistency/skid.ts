// Skid: the sample shows a later place of the program than the one that it was to show, since the first copy was not believed. In: what
// becomes of each copy of a sample. Out: whether the sample shows another moment than its first copy, and another place. Copying again
// what waits is no harm, whatever was amiss; nor is it where something was learnt, which happens once a place.
import { edgeCount } from "../codes/call_edges";
import { StackCache } from "../threads/stack_cache";

class Skid {
  /** Copies of this sample that showed all stacks. */
  static whole: u32 = 0;
  /** Changes of stacks before the copy that is made. */
  static changes: u32 = 0;
  /** Edges that were known before the sample. */
  static edges: u32 = 0;
  static hasMoved: bool = false;
}

/** A sample begins. */
export function beginSkid(): void {
  Skid.whole = 0;
  Skid.edges = edgeCount();
  Skid.hasMoved = false;
}

/** A copy is about to be made. */
export function beginCopy(): void {
  Skid.changes = StackCache.changes;
}

/**
 * A copy is walked.
 * @param isOnlyInterrupted whether nothing else is amiss: that depends on us, not on where the program is
 */
export function endCopy(isOnlyInterrupted: bool): void {
  if (Skid.whole > 0 && StackCache.changes != Skid.changes) Skid.hasMoved = true;
  if (!isOnlyInterrupted) Skid.whole++;
}

/** @param learning copies that read code objects for the first time */
export function hasSkidded(learning: u32): bool {
  return Skid.hasMoved && learning == 0 && Skid.edges == edgeCount();
}
