// The stack of one thread, from its leaf to its root. In: a thread state's copy, and what is cached of the thread. Out: raw frames
// down to the root, or to the frames that are as they are cached; and reasons. It goes on where it was when bytes come
// later. It knows frames' links, not code objects' contents.
import { MAX_FRAMES } from "../abi/limits";
import { REASON_CYCLE, REASON_FRAME_UNREADABLE, REASON_TOO_DEEP } from "../abi/reasons";
import { isKnownCall } from "../codes/call_edges";
import { ABSENT, Layout } from "../layouts/layout";
import { i32At, u8At, word } from "../remote/read";
import { needFrame } from "../remote/reads";
import { PENDING, Requests, UNREADABLE } from "../remote/requests";
import { Attempt } from "../threads/attempt";
import { CachedThread, isInState } from "../threads/cached_thread";
import { ANY_OWNER, codeAtFrame, FRAME_ENTERED_FROM_C, LOST_FRAME } from "../threads/raw_frame";
import { clearRawStack, pushBehind, pushUnreadable, RawStack, rawFrameAt, readBehind } from "../threads/raw_stack";
import { beginWalkedRuns, framesOfRuns, noteRun } from "../threads/runs";
import { beginCachedPrefix, joinCached } from "./cached_prefix";
import { beginDatastack, copyDatastack, Datastack, datastackFrame } from "./datastack";
import { NO_LEAF, walkForward } from "./forward_walk";
import { isLeafConfirmed } from "./leaf";
import { addCalled, cutReturned } from "./leaf_repair";
import { isShim, noteShim } from "./shims";
import { beginUnwindState, noteDroppedLeaf, tearThread, Unwind } from "./unwind_state";

export class StackWalk {
  static reasons: u32 = 0;
  /** Frames, from the root, that are as they are cached: the raw ones lie above them. */
  static reused: u32 = 0;
  /** The next frame to look at; 0 at the root. */
  static next: u64 = 0;
  /** Whether nothing confirms that the leaf is the leaf. */
  static leafUnconfirmed: bool = false;
  /** Whether the datastack is copied. */
  static hasDatastack: bool = false;
  /** Whether the frame met last is a shim. */
  static atShim: bool = false;
  /** Whether the frame met last had returned. */
  static atReturned: bool = false;
  /** Whether the frame met last is one that compiled code has made. */
  static atCompiled: bool = false;
  // Brent's algorithm: a frame to compare with, renewed at powers of two
  static landmark: u64 = 0;
  static steps: u32 = 0;
  static limit: u32 = 1;
}

/** Begin with a thread whose current frame is `frame`; `chunk` and `top` describe its datastack (3.11+, else 0). */
export function beginStack(thread: CachedThread, frame: u64, chunk: u64, top: u64): void {
  clearRawStack();
  beginUnwindState(frame);
  beginWalkedRuns();
  StackWalk.reasons = 0;
  StackWalk.reused = 0;
  StackWalk.next = frame;
  thread.unknownCallee = 0;
  StackWalk.leafUnconfirmed = false;
  StackWalk.hasDatastack = false;
  StackWalk.atShim = false;
  StackWalk.atReturned = false;
  StackWalk.atCompiled = false;
  StackWalk.landmark = 0;
  StackWalk.steps = 0;
  StackWalk.limit = 1;
  if (frame == 0) beginDatastack(0, 0, 0);
  else beginDatastack(chunk, top, thread.copyLength);
}

/** Go on. False while bytes are wanted; true at the root, or where it can't be reached. */
export function walkStack(thread: CachedThread): bool {
  if (!StackWalk.hasDatastack) {
    if (!copyDatastack()) return false;
    StackWalk.hasDatastack = true;
    thread.copyLength = Datastack.copyLength;
    const unchanged = beginCachedPrefix(thread);
    if (!Unwind.linksOnly && !isOnHeap(StackWalk.next)) {
      const reused = walkForward(thread, unchanged);
      if (reused != NO_LEAF) {
        StackWalk.reused = reused;
        return true;
      }
    }
  }
  return followFrames(thread);
}

/** Whether the current frame is a generator's, for all that is known: those of others lie on the datastack or C's stack. */
function isOnHeap(current: u64): bool {
  return current != LOST_FRAME && datastackFrame(current) == UNREADABLE && !isShim(current);
}

function frameAt(address: u64): usize {
  const at = datastackFrame(address);
  return at != UNREADABLE ? at : needFrame(address, Layout.frameSize);
}

function followFrames(thread: CachedThread): bool {
  while (StackWalk.next != 0) {
    const address = StackWalk.next;
    if (!Unwind.linksOnly) {
      StackWalk.reused = joinCached(thread, address);
      if (StackWalk.reused > 0) break;
    }
    if (Attempt.frames + RawStack.count >= MAX_FRAMES - 1) return breakOff(REASON_TOO_DEEP);
    const at = frameAt(address);
    if (at == PENDING) return false;
    if (at == UNREADABLE) return breakOff(Requests.exhausted ? REASON_TOO_DEEP : REASON_FRAME_UNREADABLE);
    if (address == StackWalk.landmark) return breakOff(REASON_CYCLE);
    if (++StackWalk.steps == StackWalk.limit) {
      StackWalk.landmark = address;
      StackWalk.limit <<= 1;
      StackWalk.steps = 0;
    }
    take(address, at);
    StackWalk.next = word(at + Layout.framePrevious);
  }
  if (StackWalk.reused == 0 && !endsAtRoot()) return breakOff(REASON_FRAME_UNREADABLE);
  if (!Unwind.linksOnly) {
    cutReturned(thread, StackWalk.reused);
    StackWalk.reused = addCalled(thread, StackWalk.reused);
    StackWalk.leafUnconfirmed = !isLeafConfirmed(thread, StackWalk.reused);
    if (RawStack.count + StackWalk.reused == 0 && !isEmpty()) return breakOff(REASON_FRAME_UNREADABLE);
  }
  return true;
}

/** Note a frame, unless it is C's. */
function take(address: u64, at: usize): void {
  StackWalk.atShim = Layout.frameOwner != ABSENT && u8At(at + Layout.frameOwner) >= Layout.shimOwner;
  StackWalk.atCompiled = isCompiled(at);
  if (StackWalk.atShim) {
    // Those that lie on the datastack (3.12+ has such ones for __init__) say nothing of the C stack.
    if (datastackFrame(address) == UNREADABLE) {
      noteShim(address);
      if (u8At(at + Layout.frameOwner) == Layout.shimOwner) endRun(address);
    }
    StackWalk.atReturned = false;
    return;
  }
  const code = codeAtFrame(at);
  if (code == 0) {
    // It has returned since the thread state was copied (3.14+ clears its code), and so has all that it had called: its
    // caller is the leaf.
    clearRawStack();
    beginWalkedRuns();
    StackWalk.atReturned = true;
    return;
  }
  readBehind(address, at, code);
  if (hasReturned(at) && !isTraced()) {
    if (RawStack.count > 0) noteDroppedLeaf();
    clearRawStack();
    beginWalkedRuns();
    StackWalk.atReturned = true;
    return;
  }
  StackWalk.atReturned = false;
  pushBehind();
  if (Layout.frameIsEntry != ABSENT && (rawFrameAt(RawStack.count - 1).flags & FRAME_ENTERED_FROM_C) != 0) endRun(0);
}

/** The frames met since the last one are what one call of the eval loop runs. @param mark its shim (3.12+) */
function endRun(mark: u64): void {
  const above = framesOfRuns();
  noteRun(mark, RawStack.count, RawStack.count > above ? rawFrameAt(above).address : 0);
}

/**
 * Whether the frame that was noted last can be one of the stack although it has returned: a tracer or profiler is called while the
 * frame is still the current one but returned, or suspended (PyTrace_RETURN in _PyEval_EvalFrameDefault, 3.9 and 3.10). An off-CPU copy
 * shows it as it is. In a plain one, the callee may have been copied before the frame returned: nothing else than a tracer is called
 * from there, so that it must be known to be.
 */
function isTraced(): bool {
  if (Unwind.linksOnly) return true;
  if (RawStack.count == 0) return false;
  return Attempt.isProving && isKnownCall(rawFrameAt(RawStack.count), rawFrameAt(RawStack.count - 1));
}

/**
 * Whether a frame object ran when it was copied no more (3.9, 3.10). CPython keeps such frames for the next call as they were.
 * One that has not begun (f_lasti -1) is not yet marked as running.
 */
function hasReturned(at: usize): bool {
  if (Layout.frameState == ABSENT) return false;
  const state = u8At(at + Layout.frameState);
  if (state == Layout.frameStateExecuting || state == Layout.frameStateUnwinding) return false;
  return i32At(at + Layout.frameInstruction) != -1;
}

/**
 * Whether a frame was made by code that is compiled (Nuitka, 3.11+): it is named as the current one, with no way into the interpreter. It
 * has no function, as no frame of the interpreter's own has that is a thread's current frame, but says that it's a generator's.
 */
function isCompiled(at: usize): bool {
  if (Layout.frameFunction == ABSENT || u8At(at + Layout.frameOwner) != Layout.generatorOwner) return false;
  return (word(at + Layout.frameFunction) & ~(Layout.tagMask as u64)) == 0;
}

/**
 * Whether the chain ends where a thread's stack begins. Every way into the interpreter leaves its trace: a shim
 * (3.12+), or one on the frame itself (3.11). A frame that returns, or a generator that is suspended, loses its link. So does one that
 * compiled code has made, and its root has no such trace: but at no one moment does the thread's current frame lead to one that has lost it.
 */
function endsAtRoot(): bool {
  // A frame that has returned may have lost its link.
  if (StackWalk.atReturned) return false;
  if (RawStack.count == 0) return true;
  if (StackWalk.atCompiled && (Unwind.linksOnly || !Attempt.isProving)) return true;
  if (Layout.shimOwner < ANY_OWNER) return StackWalk.atShim;
  return Layout.frameIsEntry == ABSENT || (rawFrameAt(RawStack.count - 1).flags & FRAME_ENTERED_FROM_C) != 0;
}

/**
 * Whether a walk that has found no frame shows a thread without any: its state names none, or the one that is a part of it (base_frame,
 * 3.15). Where it names another, all has returned but for what called it, which no link leads to any more; or a shim (3.12+) had been
 * popped, and its address on the C stack was something else when it was copied. An off-CPU copy tells whether the shim is all there is: a
 * thread's outermost function is being cleared.
 */
function isEmpty(): bool {
  return namesNoFrame() || (StackWalk.atShim && !Attempt.isProving);
}

/**
 * Whether the walk shows a thread without frames, and its state itself says so: a word of one moment, which needs no other proof.
 */
export function namesNoFrame(): bool {
  if (RawStack.count + StackWalk.reused > 0) return false;
  return Unwind.currentFrame == 0 || (StackWalk.atShim && isInState(Attempt.threads, Unwind.currentFrame));
}

/** The way to the root is lost: an invalid frame stands for what is missing; in a circle, for all of it. */
function breakOff(reason: u32): bool {
  StackWalk.reasons |= reason;
  StackWalk.next = 0;
  if (reason == REASON_CYCLE) clearRawStack();
  if (reason != REASON_TOO_DEEP) tearThread();
  if (RawStack.count == MAX_FRAMES) return true;
  pushUnreadable();
  return true;
}
