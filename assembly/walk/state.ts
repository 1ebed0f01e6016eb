// What the walk under way knows. Written by the files beside this one, read by them and by sample.ts.
import { MAX_FRAMES } from "../abi/limits";
import { ABSENT, FRAME_OBJECT_BYTES, FRAME_OBJECT_UNITS, Layout } from "../layouts/layout";
import { Code, codeAt, findCode, isKnown, NO_CODE } from "../objects/codes";
import { localBytecode, NO_BYTECODE } from "../objects/local_bytecode";
import { i32At, u8At, u32At, word } from "../remote/read";

/** A frame as it was met: leaf first while it is walked, root first in its thread's memory (threads.ts). */
@unmanaged
export class RawFrame {
  address: u64;
  /** The link to its caller, as it was copied. */
  previous: u64;
  /** Address of the code object. */
  code: u64;
  /** f_lasti, or the instruction pointer's distance from the code object in bytes. */
  instruction: i64;
  /** Entry in objects/codes.ts; NO_CODE before its code object is looked up. */
  entry: u32;
  /** Bits: FRAME_OF_GENERATOR and the like; from FRAME_TLBC on, its tlbc_index. */
  marks: u32;
}

/** The frame belongs to a generator: its first instructions count as complete, and it doesn't lie on the datastack. */
export const FRAME_OF_GENERATOR: u32 = 1;
/** The frame was running when it was copied: nothing that it called was (3.11 to 3.13). */
export const FRAME_RUNNING: u32 = 2;
/** The frame was entered from C, and yet its link leads to the frame that called C (3.11). */
export const FRAME_ENTERED_FROM_C: u32 = 4;
/** Where the index of the thread's own bytecode begins, in the marks (free-threaded 3.14+); 0 = the code object's own. */
const FRAME_TLBC: u32 = 8;
const MAX_TLBC_INDEX: u32 = 0xff_ffff;
export const RAW_FRAME_BYTES: u32 = offsetof<RawFrame>();
const RAW_FRAMES: usize = heap.alloc(MAX_FRAMES * RAW_FRAME_BYTES);

/** `code` of a frame that stands for what could not be read. */
export const NO_FRAME: u64 = 0;

/** What a frame's copy says of itself. */
export function marksAt(at: usize): u32 {
  let marks: u32 = 0;
  if (Layout.frameOwner != ABSENT && u8At(at + Layout.frameOwner) == Layout.generatorOwner) marks |= FRAME_OF_GENERATOR;
  if (Layout.frameIsEntry != ABSENT && u8At(at + Layout.frameIsEntry) != 0) marks |= FRAME_ENTERED_FROM_C;
  if (Layout.frameStackTop != ABSENT && i32At(at + Layout.frameStackTop) < 0) marks |= FRAME_RUNNING;
  if (Layout.frameTlbcIndex != ABSENT) marks |= min(u32At(at + Layout.frameTlbcIndex), MAX_TLBC_INDEX) << FRAME_TLBC;
  return marks;
}

/** Which of its code's bytecodes the frame runs: a tlbc_index. */
export function bytecodeIndexOf(frame: RawFrame): u32 {
  return frame.marks >> FRAME_TLBC;
}

/** The code object that a frame's copy runs; 0 = none. */
export function codeAtFrame(at: usize): u64 {
  return word(at + Layout.frameExecutable) & ~(Layout.tagMask as u64);
}

/** f_lasti, or the instruction pointer's distance from the code object in bytes. */
export function instructionAt(at: usize, code: u64): i64 {
  const instruction = at + Layout.frameInstruction;
  return Layout.frameKind == FRAME_OBJECT_BYTES || Layout.frameKind == FRAME_OBJECT_UNITS
    ? (i32At(instruction) as i64)
    : ((word(instruction) - code) as i64);
}

/** Write the raw frame at `index` from the frame's copy. */
export function noteFrame(index: u32, address: u64, at: usize, code: u64): void {
  const frame = rawFrameAt(index);
  frame.address = address;
  frame.previous = word(at + Layout.framePrevious);
  frame.code = code;
  frame.entry = NO_CODE;
  frame.instruction = instructionAt(at, code);
  frame.marks = marksAt(at);
}

export class Walk {
  /** Address of _PyRuntime. */
  static runtime: u64 = 0;
  /** Serial number of the attempt: a target's state copied once. */
  static attempt: u32 = 0;
  /** Changes of stacks that were seen. */
  static changes: u32 = 0;
  /** Something in this attempt does not fit together: worth another copy. */
  static torn: bool = false;
  /** … in the thread being walked. */
  static threadTorn: bool = false;
  /** A thread's copy of this attempt took so long that its ranges may be of different moments. */
  static late: bool = false;
  /** The copy of the thread being walked was made while it did not run: it is taken as it is, and proves what it shows. */
  static still: bool = false;
  /** Stacks must be proven, by more than what the walk shows. */
  static proving: bool = false;
  /** Reasons that concern no single thread. */
  static reasons: u32 = 0;

  static interpreters: u32 = 0;
  static threads: u32 = 0;
  /** Frames of the threads that are walked already. */
  static total: u32 = 0;
  /** Raw frames of the thread being walked. */
  static frames: u32 = 0;
  /** A frame that ran was dropped, since what had called it has returned. */
  static dropped: bool = false;
  /** Where its state points: its newest frame, or C's, when that was copied; 0 = none, LOST_FRAME. */
  static newest: u64 = 0;
}

/** Something in the copy of the thread being walked does not fit together. */
export function tearThread(): void {
  Walk.torn = true;
  Walk.threadTorn = true;
}

export function rawFrameAt(index: u32): RawFrame {
  return changetype<RawFrame>(RAW_FRAMES + index * RAW_FRAME_BYTES);
}

/**
 * Where the frame at `address` ends, which is where the one that it calls lies on the datastack; 0 where its code is not
 * known.
 * @param entry of its code in objects/codes.ts, or NO_CODE
 */
export function endOfFrame(address: u64, entry: u32): u64 {
  if (!isKnown(entry)) return 0;
  return address + ((codeAt(entry).frameWords * Layout.wordSize) as u64);
}

/** Whether `callee` was called by `caller` directly, not through C. */
export function isDirectCall(caller: RawFrame, callee: RawFrame): bool {
  return callee.previous == caller.address && (callee.marks & FRAME_ENTERED_FROM_C) == 0;
}

/** The instruction of a frame: code units from the start of its bytecode (3.9: bytes); -1 before the first. */
export function instructionOf(frame: RawFrame): i64 {
  if (Layout.frameKind == FRAME_OBJECT_BYTES || Layout.frameKind == FRAME_OBJECT_UNITS) return frame.instruction;
  const index = bytecodeIndexOf(frame);
  return index == 0 ? unitOf(frame.instruction) : localInstruction(frame, index);
}

/** Code units from the start of a code object's own bytecode to an instruction pointer. */
export function unitOf(instruction: i64): i64 {
  return (instruction - (Layout.codeAdaptive as i64)) >> 1;
}

/** No code has an instruction there. */
const OUTSIDE: i64 = -2;

function localInstruction(frame: RawFrame, index: u32): i64 {
  const entry = frame.entry != NO_CODE ? frame.entry : findCode(frame.code);
  const start = entry == NO_CODE ? NO_BYTECODE : localBytecode(entry, index);
  return start == NO_BYTECODE ? OUTSIDE : (frame.instruction - start) >> 1;
}

/** Whether an instruction can't belong to the code object. */
export function isOutside(code: Code, instruction: i64): bool {
  return instruction < -1 || instruction >= (code.units as i64);
}
