// What is wrong with a capture.
import { AustinError } from "../model/error.js";

/** Why it can't be read on. */
export type CaptureProblem =
  /** It is none. */
  | "not-a-capture"
  /** Its format is newer than this reader. */
  | "newer-format"
  /** Bytes of it are not what was written, or nobody ever wrote such ones. */
  | "damaged";

export class CaptureError extends AustinError {
  override readonly name = "CaptureError";
  readonly kind = "unreadable-capture";
  constructor(
    readonly problem: CaptureProblem,
    /** Offset in bytes of the block that can't be read. */
    readonly offset: number,
    /** What is wrong there, in a few words. */
    readonly detail: string,
  ) {
    super(`${problem} at byte ${offset}: ${detail}`);
  }
}

/** What a block holds is not what a writer writes. Whoever knows where the block is makes a CaptureError of it. */
export class LogError extends Error {
  override readonly name = "LogError";
}
