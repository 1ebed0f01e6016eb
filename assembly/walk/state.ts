// What the walk under way knows. Written by the files beside this one, read by them and by sample.ts.
import { MAX_FRAMES } from "../abi/limits";
import { THREADS } from "../abi/memory";
import { ThreadRecord } from "../abi/records";
import { ABSENT, FRAME_OBJECT_BYTES, FRAME_OBJECT_UNITS, Layout } from "../layouts/layout";
import { Code } from "../objects/codes";
import { i32At, u8At, word } from "../remote/read";

/** A frame as it was met, leaf first, before its code object is looked up. */
@unmanaged
export class RawFrame {
  address: u64;
  /** Address of the code object. */
  code: u64;
  /** f_lasti, or the instruction pointer's distance from the code object in bytes. */
  instruction: i64;
  /** Entry in objects/codes.ts. */
  entry: u32;
  /** Bits: FRAME_OF_GENERATOR and the like. */
  marks: u32;
}

/** The frame belongs to a generator: its first instructions count as complete, and it doesn't lie on the datastack. */
export const FRAME_OF_GENERATOR: u32 = 1;
/** The frame was running when it was copied: nothing that it called was (3.11 to 3.13). */
export const FRAME_RUNNING: u32 = 2;
/** The frame towards the leaf was called by it directly, not through C. */
export const FRAME_CALLS_DIRECTLY: u32 = 4;
/** The frame is the newest of its thread. */
export const FRAME_AT_LEAF: u32 = 8;

export const RAW_FRAME_BYTES: u32 = offsetof<RawFrame>();
const RAW_FRAMES: usize = heap.alloc(MAX_FRAMES * RAW_FRAME_BYTES);

/** `code` of a frame that stands for what could not be read. */
export const NO_FRAME: u64 = 0;

/** Write the raw frame at `index` from the frame's copy. */
export function noteFrame(index: u32, address: u64, at: usize, code: u64, marks: u32): void {
  const frame = rawFrameAt(index);
  const instruction = at + Layout.frameInstruction;
  frame.address = address;
  frame.code = code;
  frame.instruction =
    Layout.frameKind == FRAME_OBJECT_BYTES || Layout.frameKind == FRAME_OBJECT_UNITS
      ? (i32At(instruction) as i64)
      : ((word(instruction) - code) as i64);
  if (Layout.frameOwner != ABSENT && u8At(at + Layout.frameOwner) == Layout.generatorOwner) marks |= FRAME_OF_GENERATOR;
  if (Layout.frameStackTop != ABSENT && i32At(at + Layout.frameStackTop) < 0) marks |= FRAME_RUNNING;
  frame.marks = marks;
}

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
  return changetype<RawFrame>(RAW_FRAMES + index * RAW_FRAME_BYTES);
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
