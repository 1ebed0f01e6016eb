// A copy joins moments: the way from the thread state to the datastack takes longer than a call. In: a thread's raw
// frames, above those that it still has, as the walk from where the thread state points has found them. Out: the same, without
// what had returned when its caller was copied, or with what had been called. What the frames say of themselves is newer than the
// pointer that led to them, and the same memory tells it.
import { ABSENT, Layout } from "../layouts/layout";
import { addCallees, dropNewest, dropReturning, hasBegun, isReturning } from "./callees";
import { FRAME_RUNNING, isDirectCall, rawFrameAt, Walk } from "./state";
import { frameOf, Memory } from "./threads";

/**
 * Drop what stands on a frame that runs. A frame that has called another directly keeps its stack pointer, one that runs
 * has none (stacktop -1, 3.11 to 3.13): so nothing stands on the first running frame from the root, other than through C.
 * @param kept frames that the thread still has, below the raw ones
 */
export function cutReturned(thread: Memory, kept: u32): void {
  if (Layout.frameStackTop == ABSENT || Walk.frames == 0) return;
  let caller = kept > 0 ? frameOf(thread, kept - 1) : rawFrameAt(Walk.frames - 1);
  for (let i = kept > 0 ? Walk.frames : Walk.frames - 1; i > 0; i--) {
    const callee = rawFrameAt(i - 1);
    if ((caller.marks & FRAME_RUNNING) != 0 && isDirectCall(caller, callee)) {
      dropNewest(i);
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
 * @param kept frames that the thread still has, below the raw ones
 * @returns how many it still has
 */
export function addCalled(thread: Memory, kept: u32): u32 {
  if (Layout.frameStackPointer == ABSENT && Layout.frameStackTop == ABSENT) return kept;
  const added = addCallees(thread, kept);
  if (Layout.frameStackTop != ABSENT && added > 0) {
    const newest = rawFrameAt(0);
    const runs = (newest.marks & FRAME_RUNNING) != 0 || !hasBegun(newest);
    if (!runs && !isReturning(newest)) dropNewest(added);
  }
  return kept - dropReturning(thread, kept);
}
