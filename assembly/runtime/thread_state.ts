// What a thread state's copy says of its thread. In: the copy. Out: the current frame, the datastack, and what identifies the thread. It
// knows no lists.
import { REASON_NO_NATIVE_ID, REASON_NO_THREAD } from "../abi/reasons";
import { ABSENT, Layout } from "../layouts/layout";
import { longAt, word } from "../remote/read";
import { needEachSample } from "../remote/reads";
import { PENDING, UNREADABLE } from "../remote/requests";
import { Attempt } from "../threads/attempt";
import { cachedAt, isInState, threadAt } from "../threads/cached_thread";
import { LOST_FRAME } from "../threads/raw_frame";

/** Stands for a thread without a frame, where 0 is PENDING: an address that no frame lies at. */
const NO_CURRENT_FRAME: u64 = 2;

/** Of the thread that is to be walked now. */
export class ThreadState {
  /** Address of its current frame; 0 = it has none, LOST_FRAME = that can't be read. */
  static currentFrame: u64 = 0;
  /** Its datastack's top; 0 where there is no datastack. */
  static top: u64 = 0;
}

/** The address of the current frame of the thread under way; PENDING, or NO_CURRENT_FRAME. */
export function needCurrentFrame(at: usize): u64 {
  let frame: u64 = 0;
  if (Layout.threadCFrame != ABSENT) {
    const cframe = word(at + Layout.threadCFrame);
    if (cframe != 0) {
      const from = needCFrame(cframe);
      if (from == PENDING) return PENDING;
      frame = from == UNREADABLE ? LOST_FRAME : word(from);
      // The thread state's own (root_cframe) is that of a thread that runs no Python. One that is on the C stack always names a frame, but
      // is soon something else: by the time of the copy it was.
      if (frame == 0 && !isInState(Attempt.threads, cframe)) frame = LOST_FRAME;
    }
  } else {
    frame = word(at + Layout.threadCurrentFrame);
  }
  return frame == 0 ? NO_CURRENT_FRAME : frame;
}

/** The copy of what a _PyCFrame names as the current frame (3.11, 3.12). */
export function needCFrame(cframe: u64): usize {
  return needEachSample(cframe + (Layout.cframeCurrentFrame as u64), Layout.wordSize, Layout.wordSize);
}

/** What stays the same as long as the state is the same thread's. */
export function identityAt(at: usize): u64 {
  return longAt(at + (Layout.threadNativeId != ABSENT ? Layout.threadNativeId : Layout.threadId));
}

/** Begin with the thread under way. @param frame what needCurrentFrame has found */
export function beginThread(at: usize, frame: u64): void {
  const record = threadAt(Attempt.threads);
  const thread = cachedAt(Attempt.threads);
  if (thread.orphaned != 0) {
    // What it ran last, and never will again, is no stack of this process.
    record.reasons = REASON_NO_THREAD;
    frame = NO_CURRENT_FRAME;
  } else {
    record.reasons = record.nativeId == 0 ? REASON_NO_NATIVE_ID : 0;
  }
  const hasDatastack = Layout.threadDatastackChunk != ABSENT;
  thread.chunk = hasDatastack ? word(at + Layout.threadDatastackChunk) : 0;
  thread.cframe = Layout.threadCFrame == ABSENT ? 0 : word(at + Layout.threadCFrame);
  ThreadState.top = hasDatastack ? word(at + Layout.threadDatastackTop) : 0;
  ThreadState.currentFrame = frame == NO_CURRENT_FRAME ? 0 : frame;
}
