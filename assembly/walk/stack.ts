// The frames of one thread, leaf first. In: a thread state's copy, and what is remembered of the thread. Out: raw frames
// down to the root, or to the frames that the thread still has; and reasons. It goes on where it was when bytes come
// late. It knows frames' links, not code objects' contents.
import { MAX_FRAMES } from "../abi/limits";
import { REASON_CYCLE, REASON_FRAME_UNREADABLE, REASON_TOO_DEEP } from "../abi/reasons";
import { ABSENT, Layout } from "../layouts/layout";
import { i32At, u8At, word } from "../remote/read";
import { needFrame } from "../remote/reads";
import { PENDING, Requests, UNREADABLE } from "../remote/requests";
import { Climb, climb } from "./climb";
import { beginDatastack, copyDatastack, Datastack, datastackFrame } from "./datastack";
import { isKnownCall } from "./edges";
import { isNewest } from "./newest";
import { beginPrefix, isShim, joinPrefix, noteShim } from "./prefix";
import { addCalled, cutReturned } from "./repair";
import { codeAtFrame, FRAME_ENTERED_FROM_C, NO_FRAME, noteFrame, rawFrameAt, tearThread, Walk } from "./state";
import { isInState, Memory } from "./threads";

/** Larger than any owner: a layout's shimOwner where C has no frames of its own. */
const ANY_OWNER: u32 = 255;

/** Stands for a frame whose address can't be read: itself an address that nothing lies at. */
export const LOST_FRAME: u64 = 1;

export class Stack {
  static reasons: u32 = 0;
  /** Frames, from the root, that the thread still has: the raw ones stand on them. */
  static kept: u32 = 0;
  /** The next frame to look at; 0 at the root. */
  static next: u64 = 0;
  /** Whether the newest frame may not have been the newest. */
  static doubtful: bool = false;
  /** Whether the datastack is copied. */
  static begun: bool = false;
  /** Whether the frame met last is C's. */
  static shim: bool = false;
  /** Whether the frame met last had returned. */
  static dead: bool = false;
  /** Whether the frame met last is one that compiled code has made. */
  static compiled: bool = false;
  // Brent's algorithm: a frame to compare with, renewed at powers of two
  static landmark: u64 = 0;
  static steps: u32 = 0;
  static limit: u32 = 1;
}

/** Begin with a thread whose newest frame is `frame`; `chunk` and `top` describe its datastack (3.11+, else 0). */
export function beginStack(thread: Memory, frame: u64, chunk: u64, top: u64): void {
  Walk.frames = 0;
  Walk.threadTorn = false;
  Stack.reasons = 0;
  Stack.kept = 0;
  Stack.next = frame;
  Walk.newest = frame;
  Walk.dropped = false;
  thread.beyond = 0;
  Stack.doubtful = false;
  Stack.begun = false;
  Stack.shim = false;
  Stack.dead = false;
  Stack.compiled = false;
  Stack.landmark = 0;
  Stack.steps = 0;
  Stack.limit = 1;
  if (frame == 0) beginDatastack(0, 0, 0);
  else beginDatastack(chunk, top, thread.reach);
}

/** Go on. False while bytes are wanted; true at the root, or where it can't be reached. */
export function walkStack(thread: Memory): bool {
  if (!Stack.begun) {
    if (!copyDatastack()) return false;
    Stack.begun = true;
    thread.reach = Datastack.reach;
    const unchanged = beginPrefix(thread);
    if (!Walk.still && !isOnHeap(Stack.next) && climb(thread, unchanged)) {
      Stack.kept = Climb.kept;
      return true;
    }
  }
  return followFrames(thread);
}

/** Whether the newest frame is a generator's, for all that is known: those of others lie on the datastack or C's stack. */
function isOnHeap(newest: u64): bool {
  return newest != LOST_FRAME && datastackFrame(newest) == UNREADABLE && !isShim(newest);
}

function frameAt(address: u64): usize {
  const at = datastackFrame(address);
  return at != UNREADABLE ? at : needFrame(address, Layout.frameSize);
}

function followFrames(thread: Memory): bool {
  while (Stack.next != 0) {
    const address = Stack.next;
    if (!Walk.still) {
      Stack.kept = joinPrefix(thread, address);
      if (Stack.kept > 0) break;
    }
    if (Walk.total + Walk.frames >= MAX_FRAMES - 1) return breakOff(REASON_TOO_DEEP);
    const at = frameAt(address);
    if (at == PENDING) return false;
    if (at == UNREADABLE) return breakOff(Requests.exhausted ? REASON_TOO_DEEP : REASON_FRAME_UNREADABLE);
    if (address == Stack.landmark) return breakOff(REASON_CYCLE);
    if (++Stack.steps == Stack.limit) {
      Stack.landmark = address;
      Stack.limit <<= 1;
      Stack.steps = 0;
    }
    take(address, at);
    Stack.next = word(at + Layout.framePrevious);
  }
  if (Stack.kept == 0 && !endsAtRoot()) return breakOff(REASON_FRAME_UNREADABLE);
  if (!Walk.still) {
    cutReturned(thread, Stack.kept);
    Stack.kept = addCalled(thread, Stack.kept);
    Stack.doubtful = !isNewest(thread, Stack.kept);
    if (Walk.frames + Stack.kept == 0 && !isEmpty()) return breakOff(REASON_FRAME_UNREADABLE);
  }
  return true;
}

/** Note a frame, unless it is C's. */
function take(address: u64, at: usize): void {
  Stack.shim = Layout.frameOwner != ABSENT && u8At(at + Layout.frameOwner) >= Layout.shimOwner;
  Stack.compiled = isCompiled(at);
  if (Stack.shim) {
    // Those that lie on the datastack (3.12+ has such ones for __init__) say nothing of the C stack.
    if (datastackFrame(address) == UNREADABLE) noteShim(address);
    Stack.dead = false;
    return;
  }
  const code = codeAtFrame(at);
  if (code == 0) {
    // It has returned since the thread state was copied (3.14+ clears its code), and so has all that it had called: its
    // caller is the leaf.
    Walk.frames = 0;
    Stack.dead = true;
    return;
  }
  noteFrame(Walk.frames, address, at, code);
  if (hasReturned(at) && !isTraced()) {
    if (Walk.frames > 0) Walk.dropped = true;
    Walk.frames = 0;
    Stack.dead = true;
    return;
  }
  Stack.dead = false;
  Walk.frames++;
}

/**
 * Whether the frame that was noted last can be one of the stack although it has returned: a tracer or profiler is called while the
 * frame is still the newest but returned, or suspended (PyTrace_RETURN in _PyEval_EvalFrameDefault, 3.9 and 3.10). A still copy
 * shows it as it is. In a plain one, the callee may have been copied before the frame returned: nothing else than a tracer is called
 * from there, so that it must be known to be.
 */
function isTraced(): bool {
  if (Walk.still) return true;
  if (Walk.frames == 0) return false;
  return Walk.proving && isKnownCall(rawFrameAt(Walk.frames), rawFrameAt(Walk.frames - 1));
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
 * Whether a frame was made by code that is compiled (Nuitka, 3.11+): it is named as the newest one, with no way into the interpreter. It
 * has no function, as no frame of the interpreter's own has that is somebody's newest, but says that it's a generator's.
 */
function isCompiled(at: usize): bool {
  if (Layout.frameFunction == ABSENT || u8At(at + Layout.frameOwner) != Layout.generatorOwner) return false;
  return (word(at + Layout.frameFunction) & ~(Layout.tagMask as u64)) == 0;
}

/**
 * Whether the chain ends where a thread's stack begins. Every way into the interpreter leaves a mark: a frame of C's
 * (3.12+), or one on the frame itself (3.11). A frame that returns, or a generator that is suspended, loses its link. So does one that
 * compiled code has made, and its root has no mark: but at no one moment does the thread's newest frame lead to one that has lost it.
 */
function endsAtRoot(): bool {
  // A frame that has returned may have lost its link.
  if (Stack.dead) return false;
  if (Walk.frames == 0) return true;
  if (Stack.compiled && (Walk.still || !Walk.proving)) return true;
  if (Layout.shimOwner < ANY_OWNER) return Stack.shim;
  return Layout.frameIsEntry == ABSENT || (rawFrameAt(Walk.frames - 1).marks & FRAME_ENTERED_FROM_C) != 0;
}

/**
 * Whether a walk that has kept no frame shows a thread without any: its state names none, or the one that is a part of it (base_frame,
 * 3.15). Where it names another, all has returned but for what called it, which no link leads to any more; or C's frame (3.12+) had been
 * popped, and its place on the C stack was something else when it was copied. A still copy tells whether C's is all there is: a
 * thread's outermost function is being cleared.
 */
function isEmpty(): bool {
  return namesNoFrame() || (Stack.shim && !Walk.proving);
}

/**
 * Whether the walk shows a thread without frames, and its state itself says so: a word of one moment, which needs no other proof.
 */
export function namesNoFrame(): bool {
  if (Walk.frames + Stack.kept > 0) return false;
  return Walk.newest == 0 || (Stack.shim && isInState(Walk.threads, Walk.newest));
}

/** The way to the root is lost: an invalid frame stands for what is missing; in a circle, for all of it. */
function breakOff(reason: u32): bool {
  Stack.reasons |= reason;
  Stack.next = 0;
  if (reason == REASON_CYCLE) Walk.frames = 0;
  if (reason != REASON_TOO_DEEP) tearThread();
  if (Walk.frames == MAX_FRAMES) return true;
  const lost = rawFrameAt(Walk.frames++);
  lost.address = 0;
  lost.previous = 0;
  lost.code = NO_FRAME;
  lost.instruction = 0;
  lost.marks = 0;
  return true;
}
