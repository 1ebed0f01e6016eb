// Whether the leaf that a walk has found was the leaf indeed. In: the frames, where the thread state points, and
// the datastack's copy. Out: yes or no; no is a doubt, never a wrong answer. It is a second source for every stack that is
// not taken from an off-CPU copy: the walk goes by what frames say of themselves, copied some 100 ns before the thread state.
// Where the program stays for longer than that, both name the same frame. Where they differ, it must have called or returned
// in between, and the frames' bytes must bear that out. It reads nothing.
import { MAX_FRAMES } from "../abi/limits";
import { ABSENT, Layout } from "../layouts/layout";
import { codeAt, doesReturn, findCode, isKnown } from "../objects/codes";
import { word } from "../remote/read";
import { UNREADABLE } from "../remote/requests";
import { Attempt } from "../threads/attempt";
import { CachedThread, frameOf } from "../threads/cached_thread";
import {
  codeAtFrame,
  endOfFrame,
  FRAME_ENTERED_FROM_C,
  FRAME_OF_GENERATOR,
  FRAME_RUNNING,
  flagsAt,
  instructionOf,
  NO_FRAME,
  RawFrame,
} from "../threads/raw_frame";
import { pushLeaf, RawStack, rawFrameAt, readBehind } from "../threads/raw_stack";
import { Callees, hasBegun, isFrameOf, isReturning, noteUnknownCode } from "./callees";
import { Datastack, datastackFrame } from "./datastack";
import { isShim } from "./shims";
import { Unwind } from "./unwind_state";

/**
 * Whether the leaf of the walk was the thread's leaf.
 * @param reused frames that the thread still has, below the raw ones
 */
export function isLeafConfirmed(thread: CachedThread, reused: u32): bool {
  if (!Attempt.isProving || Layout.codeStackSize == ABSENT || RawStack.count + reused == 0) return true;
  const leaf = RawStack.count > 0 ? rawFrameAt(0) : frameOf(thread, reused - 1);
  if (leaf.code == NO_FRAME) return true;
  if (leaf.address == Unwind.currentFrame) {
    thread.lastCurrentFrame = 0;
    if (isAtRest(leaf)) return true;
    thread.unknownCallee = Callees.unknownCode;
    return false;
  }
  if (Callees.mayHaveMore) {
    thread.unknownCallee = Callees.unknownCode;
    return false;
  }
  if (!hasMovedOn(thread, reused, leaf)) return false;
  // A tracer may run above what has returned (3.9, 3.10): another copy tells.
  if (Unwind.hasDroppedLeaf && thread.lastCurrentFrame == 0) return !isOtherThanBefore(thread, leaf);
  return isOtherThanBefore(thread, leaf) || isBetween(thread, reused, leaf);
}

/**
 * Whether both name this frame and its own bytes don't contradict. Up to 3.13 one that runs has no stack pointer. One that has
 * it has just been called, is being returned to, or has C called for it (INSTRUMENTED_LINE in bytecodes.c): then nothing lies
 * above it but, at most, the frame that is being cleared. Any old frame may be named on 3.11 and 3.12 (stale_cframe.ts).
 */
function isAtRest(leaf: RawFrame): bool {
  if (Layout.frameStackTop == ABSENT || (leaf.flags & (FRAME_RUNNING | FRAME_OF_GENERATOR)) != 0) return true;
  return Callees.hasReturned || endsAtTop(leaf);
}

/**
 * Whether the datastack ends where the frame does, or one that it has called. One whose code object isn't known, since it is too short to
 * be seen, is named in Callees.unknownCode: what it leaves may take long to be freed.
 */
export function endsAtTop(frame: RawFrame): bool {
  noteUnknownCode(0);
  if (datastackFrame(frame.address) == UNREADABLE) return false;
  const top = Datastack.top;
  const end = endOfFrame(frame.address, findCode(frame.code));
  if (end == 0 || end >= top) return end == top;
  const callee = datastackFrame(end);
  if (callee == UNREADABLE || word(callee + Layout.framePrevious) != frame.address) return false;
  const called = codeAtFrame(callee);
  if (called == 0 || (flagsAt(callee) & FRAME_RUNNING) != 0) return false;
  const entry = findCode(called);
  if (!isKnown(entry)) noteUnknownCode(called);
  return endOfFrame(end, entry) == top;
}

/** Whether the thread has called or returned since its frames were copied, so that its state points elsewhere. */
function hasMovedOn(thread: CachedThread, reused: u32, leaf: RawFrame): bool {
  // Frame objects are copied behind the thread state: those that have returned since are dropped (unwind.ts).
  if (Layout.threadDatastackChunk == ABSENT) return true;
  const current = Unwind.currentFrame;
  const isLive =
    Layout.frameStackTop == ABSENT || (leaf.flags & FRAME_RUNNING) != 0 || Callees.hasReturned || !hasBegun(leaf);
  const at = datastackFrame(current);
  // A shim: it enters the interpreter or leaves it. Any other that is not on the datastack is a generator's.
  if (at == UNREADABLE) return isLive && (isShim(current) || hasFrame(thread, reused, current));
  if (hasFrame(thread, reused, current)) return isLive;
  return isUnused(current, at) || hasBeenCalled(current, leaf);
}

/** Callees of a frame that runs, one of the other. */
const MOST_CALLEES: u32 = 64;

/**
 * Whether a frame, or what has called it, was called by one that was copied while it ran (3.11 to 3.13): directly, since then.
 * A caller's line is copied some 10 ns before its callee's.
 */
function hasBeenCalled(address: u64, caller: RawFrame): bool {
  if ((caller.flags & FRAME_RUNNING) == 0) return false;
  for (let i: u32 = 0; i < MOST_CALLEES && address > caller.address; i++) {
    const at = datastackFrame(address);
    if (at == UNREADABLE || (flagsAt(at) & FRAME_ENTERED_FROM_C) != 0) return false;
    address = word(at + Layout.framePrevious);
    if (address == caller.address) return true;
  }
  return false;
}

/** Whether a frame lies below the leaf. */
function hasFrame(thread: CachedThread, reused: u32, address: u64): bool {
  for (let i: u32 = 1; i < RawStack.count; i++) {
    if (rawFrameAt(i).address == address) return true;
  }
  for (let i = reused; i > 0; i--) {
    if (frameOf(thread, i - 1).address == address) return true;
  }
  return false;
}

/** Whether no frame was there when that was copied: what is there has returned, or has not begun, or is none. */
function isUnused(address: u64, at: usize): bool {
  const code = codeAtFrame(at);
  if (code == 0) return true;
  if (RawStack.count >= MAX_FRAMES) return false;
  const frame = readBehind(address, at, code);
  const entry = findCode(code);
  if (!isKnown(entry)) return !isFrameOf(at, code);
  if ((frame.flags & FRAME_RUNNING) != 0) return false;
  return isReturning(frame) || instructionOf(frame) < (codeAt(entry).firstTraceable as i64);
}

/** Whether the last copy showed anything else: what moves looks different the next time, what doesn't has not moved. */
function isOtherThanBefore(thread: CachedThread, leaf: RawFrame): bool {
  const at = leaf.code + (leaf.instruction as u64);
  const isOther =
    thread.lastCurrentFrame != Unwind.currentFrame || thread.lastLeaf != leaf.address || thread.lastLeafAt != at;
  thread.lastCurrentFrame = Unwind.currentFrame;
  thread.lastLeaf = leaf.address;
  thread.lastLeafAt = at;
  return isOther;
}

/**
 * Whether a thread that doesn't move can look so: it has lost its processor while it called or returned. It is about to begin what
 * it calls, or to clear what has returned (3.14+); or has left the interpreter, with what C called being cleared; or is about to
 * return, and the state names what does that yet. That one is the leaf then: it is added.
 */
function isBetween(thread: CachedThread, reused: u32, leaf: RawFrame): bool {
  const current = Unwind.currentFrame;
  if (hasFrame(thread, reused, current)) return isLeft(leaf) || isAboutToBegin(thread, reused);
  const at = datastackFrame(current);
  if (at == UNREADABLE) return isShim(current);
  const code = codeAtFrame(at);
  if (code == 0 || !isCalledBy(at, current, leaf) || !isUnused(current, at)) return false;
  pushLeaf(current, at, code, findCode(code));
  return true;
}

/** Whether the leaf is at its return, and its caller is the current frame already: its code is cleared last. */
function isLeft(leaf: RawFrame): bool {
  if (Layout.frameStackTop != ABSENT || leaf.previous != Unwind.currentFrame) return false;
  const entry = findCode(leaf.code);
  return isKnown(entry) && doesReturn(codeAt(entry), instructionOf(leaf));
}

/** Whether nothing above the frame that the thread state names has begun. */
function isAboutToBegin(thread: CachedThread, reused: u32): bool {
  for (let i: u32 = 0; i < RawStack.count; i++) {
    const frame = rawFrameAt(i);
    if (frame.address == Unwind.currentFrame) return true;
    if (hasBegun(frame)) return false;
  }
  for (let i = reused; i > 0; i--) {
    const frame = frameOf(thread, i - 1);
    if (frame.address == Unwind.currentFrame) return true;
    if (hasBegun(frame)) return false;
  }
  return false;
}

/** Whether the frame whose copy is `at` was called by another, directly or through C or the interpreter's own frame (__init__, 3.13+). */
function isCalledBy(at: usize, address: u64, caller: RawFrame): bool {
  const previous = word(at + Layout.framePrevious);
  if (previous == caller.address) return true;
  if (isShim(previous)) return endOfFrame(caller.address, caller.entry) == address;
  const between = datastackFrame(previous);
  return between != UNREADABLE && word(between + Layout.framePrevious) == caller.address;
}
