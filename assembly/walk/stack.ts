// The frames of one thread, leaf first. In: a thread state's copy. Out: raw frames and reasons. It goes on where
// it was when bytes come late. It knows frames' links, not code objects' contents.
import { MAX_FRAMES } from "../abi/limits";
import { REASON_CYCLE, REASON_FRAME_UNREADABLE, REASON_TOO_DEEP } from "../abi/reasons";
import { ABSENT, Layout } from "../layouts/layout";
import { needFrame, PENDING, Ranges, UNREADABLE } from "../remote/ranges";
import { i32At, u8At, word } from "../remote/read";
import { beginDatastack, copyDatastack, datastackFrame } from "./datastack";
import { addCalled, cutReturned } from "./repair";
import { FRAME_AT_LEAF, FRAME_CALLS_DIRECTLY, NO_FRAME, noteFrame, rawFrameAt, Walk } from "./state";

/** Larger than any owner: a layout's shimOwner where C has no frames of its own. */
const ANY_OWNER: u32 = 255;

export class Stack {
  /** The stack's first raw frame. */
  static first: u32 = 0;
  static reasons: u32 = 0;
  /** The next frame to look at; 0 at the root. */
  static next: u64 = 0;
  /** Whether the frame met last was called directly by the next one. */
  static direct: bool = false;
  /** Whether the frame met last is C's. */
  static shim: bool = false;
  /** Whether the frame met last had returned. */
  static dead: bool = false;
  // Brent's algorithm: a frame to compare with, renewed at powers of two
  static landmark: u64 = 0;
  static steps: u32 = 0;
  static limit: u32 = 1;
}

/** Begin with a thread whose newest frame is `frame`; `chunk` and `top` describe its datastack (3.11+, else 0). */
export function beginStack(frame: u64, chunk: u64, top: u64): void {
  Stack.first = Walk.frames;
  Stack.reasons = 0;
  Stack.next = frame;
  Stack.direct = false;
  Stack.shim = false;
  Stack.dead = false;
  Stack.landmark = 0;
  Stack.steps = 0;
  Stack.limit = 1;
  if (frame == 0) beginDatastack(0, 0);
  else beginDatastack(chunk, top);
}

/** Go on. False while bytes are wanted; true at the root, or where it can't be reached. */
export function walkStack(): bool {
  return copyDatastack() && followFrames();
}

function frameAt(address: u64): usize {
  const at = datastackFrame(address);
  return at != UNREADABLE ? at : needFrame(address, Layout.frameSize);
}

function followFrames(): bool {
  while (Stack.next != 0) {
    const address = Stack.next;
    if (Walk.frames >= MAX_FRAMES - 1) return breakOff(REASON_TOO_DEEP);
    const at = frameAt(address);
    if (at == PENDING) return false;
    if (at == UNREADABLE) return breakOff(Ranges.exhausted ? REASON_TOO_DEEP : REASON_FRAME_UNREADABLE);
    if (address == Stack.landmark) return breakOff(REASON_CYCLE);
    if (++Stack.steps == Stack.limit) {
      Stack.landmark = address;
      Stack.limit <<= 1;
      Stack.steps = 0;
    }
    take(address, at);
    Stack.next = word(at + Layout.framePrevious);
  }
  if (!endsAtRoot()) return breakOff(REASON_FRAME_UNREADABLE);
  cutReturned(Stack.first);
  addCalled(Stack.first);
  if (Walk.frames > Stack.first) rawFrameAt(Stack.first).marks |= FRAME_AT_LEAF;
  return true;
}

/** Note a frame, unless it is C's. */
function take(address: u64, at: usize): void {
  Stack.shim = Layout.frameOwner != ABSENT && u8At(at + Layout.frameOwner) >= Layout.shimOwner;
  if (Stack.shim) {
    Stack.direct = false;
    return;
  }
  const code = word(at + Layout.frameExecutable) & ~(Layout.tagMask as u64);
  if (code == 0) {
    // It has returned since the thread state was copied (3.14+ clears its code), and so has all that it had called: its
    // caller is the leaf.
    Walk.frames = Stack.first;
    return;
  }
  if (hasReturned(at)) {
    Walk.frames = Stack.first;
    Stack.dead = true;
    return;
  }
  Stack.dead = false;
  const called = Stack.direct && Walk.frames > Stack.first;
  noteFrame(Walk.frames++, address, at, code, called ? FRAME_CALLS_DIRECTLY : 0);
  // A frame's own mark tells about the one that called it.
  Stack.direct = Layout.frameIsEntry == ABSENT || u8At(at + Layout.frameIsEntry) == 0;
}

/**
 * Whether a frame object ran when it was copied no more (3.9, 3.10). Such frames are kept for the next call as they were.
 * One that has not begun (f_lasti -1) is not yet marked as running.
 */
function hasReturned(at: usize): bool {
  if (Layout.frameState == ABSENT) return false;
  const state = u8At(at + Layout.frameState);
  if (state == Layout.frameStateExecuting || state == Layout.frameStateUnwinding) return false;
  return i32At(at + Layout.frameInstruction) != -1;
}

/**
 * Whether the chain ends where a thread's stack begins. Every way into the interpreter leaves a mark: a frame of C's
 * (3.12+), or one on the frame itself (3.11). A frame that returns, or a generator that is suspended, loses its link.
 */
function endsAtRoot(): bool {
  // A frame that has returned may have lost its link.
  if (Stack.dead) return false;
  if (Walk.frames == Stack.first) return true;
  if (Layout.shimOwner < ANY_OWNER) return Stack.shim;
  return Layout.frameIsEntry == ABSENT || !Stack.direct;
}

/** The way to the root is lost: an invalid frame stands for what is missing; in a circle, for all of it. */
function breakOff(reason: u32): bool {
  Stack.reasons |= reason;
  Stack.next = 0;
  if (reason == REASON_CYCLE) Walk.frames = Stack.first;
  if (reason != REASON_TOO_DEEP) Walk.torn = true;
  if (Walk.frames == MAX_FRAMES) return true;
  rawFrameAt(Walk.frames++).code = NO_FRAME;
  return true;
}
