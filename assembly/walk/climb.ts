// The walk from the frames that a thread still has towards its leaf. In: the datastack's copy. Out: raw frames above those, up
// to the leaf; or that it can't be found so. It reads nothing.
import { ABSENT, Layout } from "../layouts/layout";
import { addCallees, Callees, dropReturning, hasBegun } from "./callees";
import { chunkOf } from "./datastack";
import { isNewest } from "./newest";
import { FRAME_OF_GENERATOR, FRAME_RUNNING, rawFrameAt, Walk } from "./state";
import { frameOf, Memory } from "./threads";

export class Climb {
  /** Frames that the thread still has, below the raw ones. */
  static kept: u32 = 0;
}

/**
 * Walk from the frames that are unchanged towards the leaf, by the sizes of frames. All of it lies in one range, so that it is
 * of one moment, and what the thread state names at another one isn't needed, nor what lies on C stacks.
 * It's an inference: only for stacks that must be proven.
 * @param unchanged frames, from the root, that the thread still has
 * @returns whether the leaf is found: up to 3.13 it runs, has just been called, or is being returned to
 */
export function climb(thread: Memory, unchanged: u32): bool {
  if (!Walk.proving || unchanged == 0 || Layout.codeStackSize == ABSENT) return false;
  addCallees(thread, unchanged);
  Climb.kept = unchanged - dropReturning(thread, unchanged);
  if (isLeaf(thread) && isNewest(thread, Climb.kept)) return true;
  Walk.frames = 0;
  return false;
}

function isLeaf(thread: Memory): bool {
  if (Walk.frames + Climb.kept == 0) return false;
  const newest = Walk.frames > 0 ? rawFrameAt(0) : frameOf(thread, Climb.kept - 1);
  // The thread state would name a generator that is: its frame is no part of the range.
  if ((newest.marks & FRAME_OF_GENERATOR) != 0) return false;
  // What a frame calls that has no room above it lies on the next chunk.
  if (Layout.frameStackTop == ABSENT) return chunkOf(newest.address) == 0;
  if ((newest.marks & FRAME_RUNNING) != 0) return true;
  // An exception leaves frames that look as if they had called something.
  return !Callees.crossed && (Callees.returned || !hasBegun(newest));
}
