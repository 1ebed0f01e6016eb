// The stack that is walked now: how it is to be walked, and what is wrong with it. Written where a walk begins, and by whoever finds that
// something does not fit together.
import { tearAttempt } from "../threads/attempt";

export class Unwind {
  /** The thread did not run while it was copied: its frames' links are followed, and they are its stack. */
  static linksOnly: bool = false;
  /** Where the thread state points: the leaf, or a shim frame, when that was copied; 0 = none, LOST_FRAME. */
  static currentFrame: u64 = 0;
  /** Something in the copy does not fit together. */
  static isTorn: bool = false;
  /** A frame that ran was dropped, since what had called it has returned. */
  static hasDroppedLeaf: bool = false;
}

/** @param linksOnly whether the thread that is walked from here on did not run while it was copied */
export function setLinksOnly(linksOnly: bool): void {
  Unwind.linksOnly = linksOnly;
}

/** Begin with a thread. */
export function beginUnwindState(currentFrame: u64): void {
  Unwind.currentFrame = currentFrame;
  Unwind.isTorn = false;
  Unwind.hasDroppedLeaf = false;
}

/** Something in the copy of the thread does not fit together. */
export function tearThread(): void {
  tearAttempt();
  Unwind.isTorn = true;
}

export function noteDroppedLeaf(): void {
  Unwind.hasDroppedLeaf = true;
}
