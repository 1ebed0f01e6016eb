// What is read of a sample, whoever has decoded it: a decoder, or what puts native frames around the Python frames of one. Types alone.
import type { Decoder } from "./decoder.js";

/** The accessors describe the last sample, until the next one is taken. */
export type SampleView = Pick<
  Decoder,
  | "asked"
  | "namesChanged"
  | "wants"
  | "proofs"
  | "gil"
  | "reasonWords"
  | "reasons"
  | "threadCount"
  | "omittedThreads"
  | "offCpuCopies"
  | "failedOffCpuCopies"
  | "isCheckpoint"
  | "isRevoked"
  | "threadName"
  | "nameVersion"
  | "nativeId"
  | "interpreterId"
  | "threadReasons"
  | "isCollecting"
  | "holder"
  | "serial"
  | "proof"
  | "copy"
  | "isLeftOut"
  | "version"
  | "unchanged"
  | "frameIds"
  | "framesStart"
  | "frameCount"
  | "firstFrameId"
  | "firstStringId"
  | "newFrameCount"
  | "newStringCount"
  | "newFrame"
  | "newString"
> & {
  /** Whether frames of the thread's stack are defined later: before this sample is confirmed. */
  isUnnamed?(thread: number): boolean;
};
