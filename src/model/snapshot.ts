// All threads of a process at one tick. Plain data.
import type { CodeFrame, Frame, InvalidFrame } from "./frame.js";

/** Of a look that asks for them there may be frames of the kernel, too: `ThreadSnapshot<Frame>`. */
export interface ThreadSnapshot<OneFrame extends Frame = CodeFrame | InvalidFrame> {
  /** 0 for the main interpreter. */
  readonly interpreterId: number;
  /** The system's thread id as the target sees it; 0 where it is not known. */
  readonly nativeId: number;
  /** What the program calls the thread, or else the system, where that is known. */
  readonly name?: string;
  /** The name is the system's: the program has none for it. */
  readonly isNamedBySystem?: boolean;
  /** Root first; empty while no Python runs in the thread. */
  readonly frames: readonly OneFrame[];
  /** The garbage collector of the thread's interpreter is running. */
  readonly gc: boolean;
  /** Why the stack is incomplete or less detailed than it might be; empty when nothing is amiss. */
  readonly reasons: readonly string[];
}

export interface Snapshot<OneFrame extends Frame = CodeFrame | InvalidFrame> {
  readonly threads: readonly ThreadSnapshot<OneFrame>[];
  /** Why threads are missing; empty when none is. */
  readonly reasons: readonly string[];
}
