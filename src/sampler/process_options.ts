// How a process is sampled, as the run was asked for. Plain data.
import type { Mode } from "../model/metrics.js";

/** When the target may be displaced from its processor for a moment: never, where nothing else proves a stack, or always. */
export type OffCpuUse = "never" | "auto" | "always";

export interface ProcessOptions {
  /** 0: as fast as possible. */
  readonly intervalMicroseconds: number;
  readonly mode: Mode;
  /** Whether samples are marked during which the garbage collector ran. */
  readonly gc: boolean;
  readonly still: OffCpuUse;
}
