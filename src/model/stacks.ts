// What a process does at one moment: all stacks, with what is known about them. Plain data.
import type { CodeFrame, InvalidFrame, KernelFrame } from "./frame.js";
import type { ThreadSnapshot } from "./snapshot.js";

/** A function that was running, and whether its source still is what runs. */
export interface SourcedFrame extends CodeFrame {
  /** The source file was written after the process had started: the line may be another one by now. */
  readonly sourceIsNewer: boolean;
}

export interface ThreadStack extends Omit<ThreadSnapshot, "frames"> {
  /** The kernel's letter (R running, S sleeping, D waiting for a device, T stopped ...); undefined where it isn't seen. */
  readonly state: string | undefined;
  /** Root first; empty while no Python runs in the thread. */
  readonly frames: readonly (SourcedFrame | KernelFrame | InvalidFrame)[];
}

export interface ProcessStacks {
  readonly pid: number;
  /** Whether it was found below the process that was asked for. */
  readonly isChild: boolean;
  readonly pythonVersion: string;
  /** Its threads run without a GIL: each stack is of a moment of its own. */
  readonly freeThreaded: boolean;
  /** Newest first, as CPython lists them. */
  readonly threads: readonly ThreadStack[];
  /** Why threads are missing; empty when none is. */
  readonly reasons: readonly string[];
}
