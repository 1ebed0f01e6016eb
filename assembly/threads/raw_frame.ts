// A frame as it was copied. In: the copy of a PyFrameObject (3.9, 3.10) or an _PyInterpreterFrame. Out: address, link, code object,
// instruction and flags. It knows code objects by their entries, and not what comes before or behind a frame.
import { ABSENT, FRAME_OBJECT_BYTES, FRAME_OBJECT_UNITS, Layout } from "../layouts/layout";
import { Code, codeAt, findCode, isKnown, NO_CODE } from "../objects/codes";
import { localBytecode, NO_BYTECODE } from "../objects/local_bytecode";
import { i32At, u8At, u32At, word } from "../remote/read";

/** Leaf first while a stack is walked (raw_stack.ts), root first where it is cached (cached_thread.ts). */
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
  flags: u32;
}

/** The frame belongs to a generator: its first instructions count as complete, and it doesn't lie on the datastack. */
export const FRAME_OF_GENERATOR: u32 = 1;
/** The frame was running when it was copied: nothing that it called was (3.11 to 3.13). */
export const FRAME_RUNNING: u32 = 2;
/** The frame was entered from C, and yet its link leads to the frame that called C (3.11). */
export const FRAME_ENTERED_FROM_C: u32 = 4;
/** Where the index of the thread's own bytecode begins, in the flags (free-threaded 3.14+); 0 = the code object's own. */
const FRAME_TLBC: u32 = 8;
const MAX_TLBC_INDEX: u32 = 0xff_ffff;
export const RAW_FRAME_BYTES: u32 = offsetof<RawFrame>();

/** `code` of a frame that stands for what could not be read. */
export const NO_FRAME: u64 = 0;

/** Stands for a frame whose address can't be read: itself an address that nothing lies at. */
export const LOST_FRAME: u64 = 1;

/** Larger than any owner: a layout's shimOwner where C has no frames of its own. */
export const ANY_OWNER: u32 = 255;

/** What a frame's copy says of itself. */
export function flagsAt(at: usize): u32 {
  let flags: u32 = 0;
  if (Layout.frameOwner != ABSENT && u8At(at + Layout.frameOwner) == Layout.generatorOwner) flags |= FRAME_OF_GENERATOR;
  if (Layout.frameIsEntry != ABSENT && u8At(at + Layout.frameIsEntry) != 0) flags |= FRAME_ENTERED_FROM_C;
  if (Layout.frameStackTop != ABSENT && i32At(at + Layout.frameStackTop) < 0) flags |= FRAME_RUNNING;
  if (Layout.frameTlbcIndex != ABSENT) flags |= min(u32At(at + Layout.frameTlbcIndex), MAX_TLBC_INDEX) << FRAME_TLBC;
  return flags;
}

/** Which of its code's bytecodes the frame runs: a tlbc_index. */
export function bytecodeIndexOf(frame: RawFrame): u32 {
  return frame.flags >> FRAME_TLBC;
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

/** Read a frame from its copy. */
export function fillFrame(frame: RawFrame, address: u64, at: usize, code: u64): void {
  frame.address = address;
  frame.previous = word(at + Layout.framePrevious);
  frame.code = code;
  frame.entry = NO_CODE;
  frame.instruction = instructionAt(at, code);
  frame.flags = flagsAt(at);
}

/** The entry of a frame's code object, or NO_CODE. */
export function entryOf(frame: RawFrame): u32 {
  return frame.entry != NO_CODE ? frame.entry : findCode(frame.code);
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
  return callee.previous == caller.address && (callee.flags & FRAME_ENTERED_FROM_C) == 0;
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
  const entry = entryOf(frame);
  const start = entry == NO_CODE ? NO_BYTECODE : localBytecode(entry, index);
  return start == NO_BYTECODE ? OUTSIDE : (frame.instruction - start) >> 1;
}

/** Whether an instruction can't belong to the code object. */
export function isOutside(code: Code, instruction: i64): bool {
  return instruction < -1 || instruction >= (code.units as i64);
}
