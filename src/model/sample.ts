// One thread's stack at one moment, with what was measured. Plain data.
import type { Frame } from "./frame.js";
import type { Metrics } from "./metrics.js";

/** What threads that Python doesn't know have in the place of an interpreter's id. */
export const NO_INTERPRETER = -1;

export interface Sample {
  readonly pid: number;
  /** The interpreter's id within its process, 0 being the main one; NO_INTERPRETER; undefined where the source doesn't record it. */
  readonly interpreterId: number | undefined;
  /** As the profile has it: the native thread id in lower-case hexadecimal, or a name. */
  readonly thread: string;
  /** What the program calls the thread, where that is known besides. */
  readonly threadName?: string;
  /** Root first, the program's frames before the kernel's; empty while the interpreter starts or ends. */
  readonly frames: readonly Frame[];
  readonly metrics: Metrics;
  /** The thread was known to be off the processor; only full mode records it. */
  readonly idle: boolean;
  /** The garbage collector was running; only recorded on demand. */
  readonly gc: boolean;
}
