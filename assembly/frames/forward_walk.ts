// The walk towards the leaf, from the frames that a thread has as it had them before. In: the datastack's copy. Out: raw frames above
// those, up to the leaf; or that it can't be found so. It reads nothing.

import { ABSENT, Layout } from "../layouts/layout";
import { Attempt } from "../threads/attempt";
import { CachedThread, frameOf } from "../threads/cached_thread";
import { FRAME_OF_GENERATOR, FRAME_RUNNING } from "../threads/raw_frame";
import { clearRawStack, RawStack, rawFrameAt } from "../threads/raw_stack";
import { addCallees, Callees, dropReturning, hasBegun } from "./callees";
import { chunkOf } from "./datastack";
import { isLeafConfirmed } from "./leaf";

/** The leaf can't be found so. */
export const NO_LEAF: u32 = 0xffff_ffff;

/**
 * Walk from the frames that are unchanged towards the leaf, by the sizes of frames. All of it lies in one range, so that it is
 * of one moment, and what the thread state names at another one isn't needed, nor what lies on C stacks.
 * It's an inference: only for stacks that must be proven.
 * @param unchanged frames, from the root, that are as they are cached
 * @returns how many of these the thread still has, where the leaf is found: up to 3.13 it runs, has just been called, or is being
 *   returned to; else NO_LEAF, and no raw frame
 */
export function walkForward(thread: CachedThread, unchanged: u32): u32 {
  if (!Attempt.isProving || unchanged == 0 || Layout.codeStackSize == ABSENT) return NO_LEAF;
  addCallees(thread, unchanged);
  const reused = unchanged - dropReturning(thread, unchanged);
  if (endsInLeaf(thread, reused) && isLeafConfirmed(thread, reused)) return reused;
  clearRawStack();
  return NO_LEAF;
}

function endsInLeaf(thread: CachedThread, reused: u32): bool {
  if (RawStack.count + reused == 0) return false;
  const leaf = RawStack.count > 0 ? rawFrameAt(0) : frameOf(thread, reused - 1);
  // The thread state would name a generator that is the leaf: its frame is no part of the range.
  if ((leaf.flags & FRAME_OF_GENERATOR) != 0) return false;
  // What a frame calls that has no room above it lies on the next chunk.
  if (Layout.frameStackTop == ABSENT) return chunkOf(leaf.address) == 0;
  if ((leaf.flags & FRAME_RUNNING) != 0) return true;
  // An exception leaves frames that look as if they had called something.
  return !Callees.isThroughC && (Callees.hasReturned || !hasBegun(leaf));
}
