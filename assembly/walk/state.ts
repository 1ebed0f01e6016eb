// What the walk under way knows. Written by the files beside this one, read by them and by sample.ts.
import { MAX_FRAMES } from "../abi/limits";
import { THREADS } from "../abi/memory";
import { ThreadRecord } from "../abi/records";
import { FRAME_OBJECT_BYTES, FRAME_OBJECT_UNITS, Layout } from "../layouts/layout";
import { Code } from "../objects/codes";

/** A frame as it was met, leaf first, before its code object is looked up. */
@unmanaged
export class RawFrame {
  /** Address of the code object. */
  code: u64;
  /** f_lasti, or the instruction pointer's distance from the code object in bytes. */
  instruction: i64;
  /** Entry in objects/codes.ts. */
  entry: u32;
  /** 1 where the frame belongs to a generator, whose first instructions count as complete. */
  generator: u32;
}

const RAW_FRAMES: usize = heap.alloc(MAX_FRAMES * offsetof<RawFrame>());

/** `code` of a frame that stands for what could not be read. */
export const NO_FRAME: u64 = 0;

export class Walk {
  /** Address of _PyRuntime. */
  static runtime: u64 = 0;
  /** Serial number of the attempt: a target's state copied once. */
  static attempt: u32 = 0;
  /** Something in this attempt does not fit together: worth another copy. */
  static torn: bool = false;
  /** A copy of this attempt took so long that its ranges may be of different moments. */
  static late: bool = false;
  /** Reasons that concern no single thread. */
  static reasons: u32 = 0;

  static interpreters: u32 = 0;
  static threads: u32 = 0;
  static frames: u32 = 0;
}

export function rawFrameAt(index: u32): RawFrame {
  return changetype<RawFrame>(RAW_FRAMES + index * offsetof<RawFrame>());
}

export function threadAt(index: u32): ThreadRecord {
  return changetype<ThreadRecord>(THREADS + index * offsetof<ThreadRecord>());
}

/** The instruction of a frame: code units from the start of its bytecode (3.9: bytes); -1 before the first. */
export function instructionOf(frame: RawFrame): i64 {
  if (Layout.frameKind == FRAME_OBJECT_BYTES || Layout.frameKind == FRAME_OBJECT_UNITS) return frame.instruction;
  return (frame.instruction - (Layout.codeAdaptive as i64)) >> 1;
}

/** Whether an instruction can't belong to the code object. */
export function isOutside(code: Code, instruction: i64): bool {
  return instruction < -1 || instruction >= (code.units as i64);
}
