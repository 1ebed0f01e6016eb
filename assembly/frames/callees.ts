// What a thread's leaf has called, and which of the frames next to it are on their way out. In: frames, and the datastack's copy, where
// a frame ends and what it calls begins. Out: raw frames, more or fewer of them. It reads nothing.
import { MAX_FRAMES } from "../abi/limits";
import { markCodeUsed, markUsed } from "../codes/used_codes";
import { ABSENT, Layout } from "../layouts/layout";
import { codeAt, doesReturn, findCode, isKnown, NO_CODE } from "../objects/codes";
import { i32At, u8At, word } from "../remote/read";
import { UNREADABLE } from "../remote/requests";
import { Attempt } from "../threads/attempt";
import { CachedThread, frameOf } from "../threads/cached_thread";
import {
  codeAtFrame,
  endOfFrame,
  entryOf,
  FRAME_ENTERED_FROM_C,
  FRAME_OF_GENERATOR,
  FRAME_RUNNING,
  flagsAt,
  instructionAt,
  instructionOf,
  RawFrame,
  unitOf,
} from "../threads/raw_frame";
import { dropLeaves, pushLeaf, RawStack, rawFrameAt } from "../threads/raw_stack";
import { endOfReused } from "./cached_prefix";
import { datastackFrame } from "./datastack";
import { isShim } from "./shims";

/** Frames that are added in one go. */
const MAX_CALLED: u32 = 64;
/** FRAME_OWNED_BY_THREAD (pycore_frame.h). */
const THREAD_OWNER: u32 = 0;

/** Of the frames that were added last. */
export class Callees {
  /** C is between any of them. */
  static isThroughC: bool = false;
  /** There may be more. */
  static mayHaveMore: bool = false;
  /** The code object, not known yet, of what may be another frame; 0 = none. */
  static unknownCode: u64 = 0;
  /** What the leaf had called is on its way out. */
  static hasReturned: bool = false;
}

/**
 * Add what the leaf has called, and what that has.
 * @param reused frames that the thread still has, below the raw ones
 * @returns how many were added
 */
export function addCallees(thread: CachedThread, reused: u32): u32 {
  const before = RawStack.count;
  Callees.isThroughC = false;
  Callees.mayHaveMore = false;
  Callees.unknownCode = 0;
  while (RawStack.count - before < MAX_CALLED && RawStack.count + reused > 0 && RawStack.count < MAX_FRAMES - 1) {
    const leaf: RawFrame = RawStack.count > 0 ? rawFrameAt(0) : frameOf(thread, reused - 1);
    if (!addCallee(thread, reused, leaf)) return RawStack.count - before;
  }
  Callees.mayHaveMore = true;
  return RawStack.count - before;
}

/** What may be a frame has this code object, which isn't known. @param code 0 = none */
export function noteUnknownCode(code: u64): void {
  Callees.unknownCode = code;
}

/** @returns false where it has called nothing, or nothing that can be found here */
function addCallee(thread: CachedThread, reused: u32, leaf: RawFrame): bool {
  let address: u64 = 0;
  if ((leaf.flags & FRAME_OF_GENERATOR) != 0) {
    // Its own frame lies elsewhere: what it calls lies on what is below.
    if (RawStack.count == 0) address = endOfReused(thread, reused);
    if (address == 0) return false;
  } else {
    const entry = entryOf(leaf);
    if (!isKnown(entry)) return false;
    address = endOfFrame(leaf.address, entry);
  }
  const at = datastackFrame(address);
  if (at == UNREADABLE) {
    Callees.mayHaveMore = true;
    return false;
  }
  const previous = word(at + Layout.framePrevious);
  if (u8At(at + Layout.frameOwner) != THREAD_OWNER) {
    // What is no function's may lead to one that is: the walk from the thread state passes it over.
    Callees.mayHaveMore = previous == leaf.address;
    return false;
  }
  const flags = flagsAt(at);
  const isDirect = previous == leaf.address && (flags & FRAME_ENTERED_FROM_C) == 0;
  if (isDirect && (leaf.flags & FRAME_RUNNING) != 0) return false;
  const isLinked = isDirect || (Attempt.isProving && (previous == leaf.address || isShim(previous)));
  const code = codeAtFrame(at);
  const called = code == 0 ? NO_CODE : entryAt(thread, reused + RawStack.count, code);
  if (!isKnown(called)) {
    Callees.mayHaveMore = code != 0 && (isLinked || isFrameOf(at, code));
    if (Callees.mayHaveMore) Callees.unknownCode = code;
    return false;
  }
  // The frame of a function that makes a generator is left behind unmarked (RETURN_GENERATOR).
  if (codeAt(called).generator != 0) {
    if (isLinked) markCodeUsed(called);
    return false;
  }
  if (!isLinked) {
    // C or a generator may have called it; what has returned says so.
    const isGone = Layout.frameStackTop != ABSENT && (flags & FRAME_RUNNING) == 0 && isAtReturn(called, at, code);
    Callees.mayHaveMore = !isGone;
    return false;
  }
  if (!isDirect) Callees.isThroughC = true;

  pushLeaf(address, at, code, called);
  return true;
}

/** The entry of a code object that frame number `index` runs, from the root: mostly it ran it before. */
function entryAt(thread: CachedThread, index: u32, code: u64): u32 {
  if (index < thread.count) {
    const before = frameOf(thread, index);
    if (before.code == code && isKnown(before.entry)) return before.entry;
  }
  return findCode(code);
}

/** Larger than nearly all bytecode, and far less than what lies between two numbers that are anything. */
const MAX_DISTANCE: i64 = 1 << 20;

function isAtReturn(entry: u32, at: usize, code: u64): bool {
  return doesReturn(codeAt(entry), unitOf(instructionAt(at, code)));
}

/** Words of a frame's locals and stack, at most, for all that is likely. */
const MAX_STACK_TOP: i32 = 1 << 16;

/** Whether what lies there is a frame of the code object, which isn't known, rather than what other frames have left. */
export function isFrameOf(at: usize, code: u64): bool {
  const distance = instructionAt(at, code) - (Layout.codeAdaptive as i64);
  if (distance < 0 || distance >= MAX_DISTANCE) return false;
  // Objects lie near each other: where two of them are, a number that is no part of an address tells.
  if (Layout.frameStackTop == ABSENT) return true;
  const top = i32At(at + Layout.frameStackTop);
  return top >= -1 && top < MAX_STACK_TOP;
}

/**
 * Drop what is on its way out. A function that returns is no longer the current frame before its own is cleared (RETURN_VALUE in
 * bytecodes.c, ceval.c; 3.11.1+), which takes as long as many a function itself. Above one that returns, all has returned.
 * What says so is their code objects, which must be the ones that are known, as much as those of frames that stay.
 * @param reused frames that the thread still has, below the raw ones
 * @returns how many of them it has no longer
 */
export function dropReturning(thread: CachedThread, reused: u32): u32 {
  let returning: u32 = 0;
  while (returning < RawStack.count && isOnItsWayOut(rawFrameAt(returning))) returning++;
  const isReusedReturning = returning == RawStack.count && reused > 0 && isOnItsWayOut(frameOf(thread, reused - 1));
  dropLeaves(returning);
  Callees.hasReturned = returning > 0 || isReusedReturning;
  return isReusedReturning ? 1 : 0;
}

/** Whether it is returning, by a code object that the next checkpoint compares. */
function isOnItsWayOut(frame: RawFrame): bool {
  if (!isReturning(frame)) return false;
  frame.entry = entryOf(frame);
  markUsed(frame);
  return true;
}

/**
 * Whether it has saved its stack pointer to return. From 3.14 on each call saves it, too, but one that is cleared has not even
 * its locals any more (_PyFrame_ClearLocals in frame.c); of a function without locals, that it is at its return must do.
 */
export function isReturning(frame: RawFrame): bool {
  if ((frame.flags & FRAME_RUNNING) != 0) return false;
  const entry = entryOf(frame);
  if (!isKnown(entry)) return false;
  const code = codeAt(entry);
  if (Layout.frameStackPointer != ABSENT) {
    const at = datastackFrame(frame.address);
    if (at == UNREADABLE || word(at + Layout.frameStackPointer) != frame.address + (Layout.frameLocals as u64))
      return false;
    if (code.locals > 0) return true;
  }
  return doesReturn(code, instructionOf(frame));
}

/** Whether it's beyond its first instruction, for all that is known. */
export function hasBegun(frame: RawFrame): bool {
  const entry = entryOf(frame);
  return !isKnown(entry) || instructionOf(frame) > (codeAt(entry).firstTraceable as i64);
}
