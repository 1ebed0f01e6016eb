// A copy joins moments: the way from the thread state to the datastack takes longer than a call. In: a thread's raw
// frames, above those that it still has, as the walk from where the thread state points has found them. Out: the same, without
// what had returned when its caller was copied, or with what had been called. What the frames say of themselves is newer than the
// pointer that led to them, and the same memory tells it.

import { ABSENT, Layout } from "../layouts/layout";
import { CachedThread, frameOf } from "../threads/cached_thread";
import { FRAME_RUNNING, isDirectCall } from "../threads/raw_frame";
import { dropLeaves, RawStack, rawFrameAt } from "../threads/raw_stack";
import { addCallees, dropReturning, hasBegun, isReturning } from "./callees";

/**
 * Drop what lies above a frame that runs. A frame that has called another directly keeps its stack pointer, one that runs
 * has none (stacktop -1, 3.11 to 3.13): so nothing lies above the first running frame from the root, other than through C.
 * @param reused frames that the thread still has, below the raw ones
 */
export function cutReturned(thread: CachedThread, reused: u32): void {
  if (Layout.frameStackTop == ABSENT || RawStack.count == 0) return;
  let caller = reused > 0 ? frameOf(thread, reused - 1) : rawFrameAt(RawStack.count - 1);
  for (let i = reused > 0 ? RawStack.count : RawStack.count - 1; i > 0; i--) {
    const callee = rawFrameAt(i - 1);
    if ((caller.flags & FRAME_RUNNING) != 0 && isDirectCall(caller, callee)) {
      dropLeaves(i);
      return;
    }
    caller = callee;
  }
}

/**
 * Add what the leaf has called. Frames on the datastack follow each other without a gap: what the leaf calls lies where
 * its own frame ends, and names it as its caller. From 3.14 on, a frame there that has returned has no code. Up to 3.13
 * one that has returned keeps its stack pointer (RETURN_VALUE saves it): where nothing tells at which instruction, only
 * what ends with a frame that runs, or is about to, was called. Without it, lines that call would be seen too often, and
 * what they call too rarely.
 * @param reused frames that the thread still has, below the raw ones
 * @returns how many it still has
 */
export function addCalled(thread: CachedThread, reused: u32): u32 {
  if (Layout.frameStackPointer == ABSENT && Layout.frameStackTop == ABSENT) return reused;
  const added = addCallees(thread, reused);
  if (Layout.frameStackTop != ABSENT && added > 0) {
    const leaf = rawFrameAt(0);
    const runs = (leaf.flags & FRAME_RUNNING) != 0 || !hasBegun(leaf);
    if (!runs && !isReturning(leaf)) dropLeaves(added);
  }
  return reused - dropReturning(thread, reused);
}
