// What TypeScript calls to unwind native stacks: a module of its own, loaded where native frames are wanted. In: tables, a stack's copy, registers. Out: frames.
import { Entry, Function, readCommon, readFunction, readHead } from "./cfi/entry";
import { answerRow, beginSearch, ROW_BYTES as TABLE_ROW_BYTES, TableSearch } from "./cfi/header";
import { ruleAt } from "./cfi/program";
import { MOST_FRAMES, NATIVE_FRAME_BYTES, NativeFrame, NativeFrames, nativeFrame } from "./native/frames";
import { forgetDistance, setMarks } from "./native/marks";
import { forgetRules, keepNone, keepRule, Rules } from "./native/rules";
import { answerCall, answerPrologue } from "./native/search";
import { Stack, setCode, setStack, stackWord } from "./native/stack";
import { beginUnwinding, leaveSearch, Unwinding, unwindOn } from "./native/unwind";

export { FRAME_BEHIND_GAP, FRAME_EXACT, FRAME_GUESSED } from "./native/frames";
export { CALL_DIRECT, CALL_INDIRECT, CALL_NONE } from "./native/search";
export { UNWIND_DONE, UNWIND_NEEDS_CALL, UNWIND_NEEDS_PROLOGUE, UNWIND_NEEDS_RULE } from "./native/unwind";

export const FRAME_BYTES: u32 = NATIVE_FRAME_BYTES;
export const FRAME_PC: u32 = offsetof<NativeFrame>("pc");
export const FRAME_POINTER: u32 = offsetof<NativeFrame>("pointer");
export const FRAME_CFA: u32 = offsetof<NativeFrame>("cfa");
export const FRAME_START: u32 = offsetof<NativeFrame>("start");
export const FRAME_END: u32 = offsetof<NativeFrame>("end");
export const FRAME_FLAGS: u32 = offsetof<NativeFrame>("flags");
export { MOST_FRAMES };

/** Room for bytes that stay; 0 where there is none. */
export function allocate(length: u32): usize {
  // What can't be had is an error of its caller's, not a trap.
  return length > 1 << 28 ? 0 : heap.alloc(length);
}

/** Forget rules and marks: another process, or other modules. */
export function forget(): void {
  forgetRules();
  forgetDistance();
}

/** Bytes of a row of a table. */
export const ROW_BYTES: u32 = TABLE_ROW_BYTES;

/** Search a table of functions, of which the first bytes have come, for the entry of the one at `pc`. */
export function beginTable(header: usize, length: u32, address: u64, size: u64, pc: u64): void {
  beginSearch(header, length, address, size, pc);
}

/** Where the row lies that is wanted next; 0 = none is any more. */
export function rowAsked(): u64 {
  return TableSearch.asked;
}

export function row(at: usize, length: u32): void {
  answerRow(at, length);
}

/** Where the entry lies that may cover the pc; 0 = there is none. */
export function entryFound(): u64 {
  return TableSearch.found;
}

/** Bytes of the entry whose first bytes have come; 0 where it's none. */
export function entryLength(at: usize, length: u32, address: u64): u32 {
  return readHead(at, length, address) ? Entry.length : 0;
}

/** Where the common part of the entry lies that `entryLength` was asked of. */
export function commonOf(): u64 {
  return Entry.common;
}

/** Learn the rule at `pc` of an entry that has come whole, with its common part. Where they tell none, that is learnt. */
export function learn(
  entry: usize,
  length: u32,
  address: u64,
  common: usize,
  commonLength: u32,
  commonAddress: u64,
  pc: u64,
): void {
  const isRead = readCommon(common, commonLength, commonAddress) && readFunction(entry, length, address);
  if (isRead && pc >= Function.start && pc < Function.end) keepRule(ruleAt(pc), pc);
  else keepNone(pc, pc + 1);
}

/** No table tells of `pc`. */
export function learnNone(pc: u64): void {
  keepNone(pc, pc + 1);
}

export function ruleCount(): u32 {
  return Rules.count;
}

export function code(at: usize, ranges: u32): void {
  setCode(at, ranges);
}

/** @param at of the copy that begins at `start`; `limit` is where the stack ends at the latest */
export function stack(at: usize, start: u64, length: u32, limit: u64): void {
  setStack(at, start, length, limit);
}

/** A word of the stack's copy; 0 where it isn't there. */
export function word(address: u64): u64 {
  return stackWord(address);
}

export function marks(at: usize, count: u32): void {
  setMarks(at, count);
}

export function begin(pc: u64, pointer: u64, registers: usize): void {
  beginUnwinding(pc, pointer, registers);
}

/** One of UNWIND_: what is wanted, with `asked`. */
export function step(): u32 {
  return unwindOn();
}

export function asked(): u64 {
  return Unwinding.asked;
}

/** What stands before the address that was asked for. */
export function call(kind: u32, target: u64): void {
  if (answerCall(kind, target)) leaveSearch();
}

/** How far the CFA lies above the stack pointer in the function that was asked for; 0 = that isn't known. */
export function prologue(bytes: u32): void {
  answerPrologue(bytes);
}

export function frameCount(): u32 {
  return NativeFrames.count;
}

export function frame(index: u32): usize {
  return changetype<usize>(nativeFrame(index));
}

/** Whether the frames reach the root. */
export function isWhole(): bool {
  return Unwinding.isWhole;
}

/** Whether the stack goes on behind its copy. */
export function isShort(): bool {
  return Stack.isShort;
}
