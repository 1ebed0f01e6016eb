// What a thread's newest frames have called, and which of them are on their way out. In: frames, and the datastack's copy, where
// a frame ends and what it calls begins. Out: raw frames, more or fewer of them. It reads nothing.
import { MAX_FRAMES } from "../abi/limits";
import { ABSENT, Layout } from "../layouts/layout";
import { codeAt, doesReturn, findCode, isKnown, NO_CODE } from "../objects/codes";
import { i32At, u8At, word } from "../remote/read";
import { UNREADABLE } from "../remote/requests";
import { datastackFrame } from "./datastack";
import { markCodeUsed, markUsed } from "./known_codes";
import { endOfKept, isShim } from "./prefix";
import {
  codeAtFrame,
  endOfFrame,
  FRAME_ENTERED_FROM_C,
  FRAME_OF_GENERATOR,
  FRAME_RUNNING,
  instructionAt,
  instructionOf,
  marksAt,
  noteFrame,
  RAW_FRAME_BYTES,
  RawFrame,
  rawFrameAt,
  unitOf,
  Walk,
} from "./state";
import { frameOf, Memory } from "./threads";

/** Frames that are added at once. */
const MAX_CALLED: u32 = 64;
/** FRAME_OWNED_BY_THREAD (pycore_frame.h). */
const THREAD_OWNER: u32 = 0;

/** Of the frames that were added last. */
export class Callees {
  /** C is between any of them. */
  static crossed: bool = false;
  /** There may be more. */
  static isOpen: bool = false;
  /** The code object, not known yet, of what may be another frame; 0 = none. */
  static unknown: u64 = 0;
  /** What the newest frame had called is on its way out. */
  static returned: bool = false;
}

/**
 * Add what the newest frame has called, and what that has.
 * @param kept frames that the thread still has, below the raw ones
 * @returns how many were added
 */
export function addCallees(thread: Memory, kept: u32): u32 {
  const before = Walk.frames;
  Callees.crossed = false;
  Callees.isOpen = false;
  Callees.unknown = 0;
  while (Walk.frames - before < MAX_CALLED && Walk.frames + kept > 0 && Walk.frames < MAX_FRAMES - 1) {
    const leaf: RawFrame = Walk.frames > 0 ? rawFrameAt(0) : frameOf(thread, kept - 1);
    if (!addCallee(thread, kept, leaf)) return Walk.frames - before;
  }
  Callees.isOpen = true;
  return Walk.frames - before;
}

/** @returns false where it has called nothing, or nothing that can be found here */
function addCallee(thread: Memory, kept: u32, leaf: RawFrame): bool {
  let address: u64 = 0;
  if ((leaf.marks & FRAME_OF_GENERATOR) != 0) {
    // Its own frame lies elsewhere: what it calls lies on what is below.
    if (Walk.frames == 0) address = endOfKept(thread, kept);
    if (address == 0) return false;
  } else {
    const entry = entryOf(leaf);
    if (!isKnown(entry)) return false;
    address = endOfFrame(leaf.address, entry);
  }
  const at = datastackFrame(address);
  if (at == UNREADABLE) {
    Callees.isOpen = true;
    return false;
  }
  const previous = word(at + Layout.framePrevious);
  if (u8At(at + Layout.frameOwner) != THREAD_OWNER) {
    // What is no function's may lead to one that is: the walk from the thread state passes it over.
    Callees.isOpen = previous == leaf.address;
    return false;
  }
  const marks = marksAt(at);
  const isDirect = previous == leaf.address && (marks & FRAME_ENTERED_FROM_C) == 0;
  if (isDirect && (leaf.marks & FRAME_RUNNING) != 0) return false;
  const isLinked = isDirect || (Walk.proving && (previous == leaf.address || isShim(previous)));
  const code = codeAtFrame(at);
  const called = code == 0 ? NO_CODE : entryAt(thread, kept + Walk.frames, code);
  if (!isKnown(called)) {
    Callees.isOpen = code != 0 && (isLinked || isFrameOf(at, code));
    if (Callees.isOpen) Callees.unknown = code;
    return false;
  }
  // The frame of a function that makes a generator is left behind unmarked (RETURN_GENERATOR).
  if (codeAt(called).generator != 0) {
    if (isLinked) markCodeUsed(called);
    return false;
  }
  if (!isLinked) {
    // C or a generator may have called it; what has returned says so.
    const isGone = Layout.frameStackTop != ABSENT && (marks & FRAME_RUNNING) == 0 && isAtReturn(called, at, code);
    Callees.isOpen = !isGone;
    return false;
  }
  if (!isDirect) Callees.crossed = true;

  addNewest(address, at, code, called);
  return true;
}

/** Add a frame on top of the raw ones. */
export function addNewest(address: u64, at: usize, code: u64, entry: u32): void {
  if (Walk.frames > 0) {
    const newest = changetype<usize>(rawFrameAt(0));
    memory.copy(newest + RAW_FRAME_BYTES, newest, Walk.frames * RAW_FRAME_BYTES);
  }
  Walk.frames++;
  noteFrame(0, address, at, code);
  rawFrameAt(0).entry = entry;
}

/** The entry of a code object that frame number `index` runs, from the root: mostly it ran it before. */
function entryAt(thread: Memory, index: u32, code: u64): u32 {
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

function entryOf(frame: RawFrame): u32 {
  return frame.entry != NO_CODE ? frame.entry : findCode(frame.code);
}

/**
 * Drop what is on its way out. A function that returns is no longer the newest before its frame is cleared (RETURN_VALUE in
 * bytecodes.c, ceval.c; 3.11.1+), which takes as long as many a function itself. Above one that returns, all has returned.
 * What says so is their code objects, which must be the ones that are known, as much as those of frames that stay.
 * @param kept frames that the thread still has, below the raw ones
 * @returns how many of them it has no longer
 */
export function dropReturning(thread: Memory, kept: u32): u32 {
  let returning: u32 = 0;
  while (returning < Walk.frames && isOnItsWayOut(rawFrameAt(returning))) returning++;
  const isKeptReturning = returning == Walk.frames && kept > 0 && isOnItsWayOut(frameOf(thread, kept - 1));
  dropNewest(returning);
  Callees.returned = returning > 0 || isKeptReturning;
  return isKeptReturning ? 1 : 0;
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
  if ((frame.marks & FRAME_RUNNING) != 0) return false;
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

/** Drop the newest raw frames. */
export function dropNewest(count: u32): void {
  if (count == 0) return;
  Walk.frames -= count;
  const first = changetype<usize>(rawFrameAt(0));
  memory.copy(first, first + count * RAW_FRAME_BYTES, Walk.frames * RAW_FRAME_BYTES);
}

/** Whether it's beyond its first instruction, for all that is known. */
export function hasBegun(frame: RawFrame): bool {
  const entry = entryOf(frame);
  return !isKnown(entry) || instructionOf(frame) > (codeAt(entry).firstTraceable as i64);
}
