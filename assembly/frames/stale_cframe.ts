// Whether the leaf of a thread that does not run is the leaf indeed. In: the thread's raw frames and its
// datastack. Out: yes or no. It is asked of 3.11 and 3.12 only: there _PyEval_EvalFrameDefault (Python/ceval.c) names its
// _PyCFrame before it fills it in, so what it holds then is what an earlier call left there, which may be any old frame. The thread
// state's own _PyCFrame is always filled in.

import { ABSENT, Layout } from "../layouts/layout";
import { Attempt } from "../threads/attempt";
import { cachedAt, isInState } from "../threads/cached_thread";
import { FRAME_OF_GENERATOR, FRAME_RUNNING, NO_FRAME } from "../threads/raw_frame";
import { RawStack, rawFrameAt } from "../threads/raw_stack";
import { endsAtTop } from "./leaf";

/**
 * A frame that runs, or waits in C, is the leaf for certain: an old one that something was called from does neither.
 * One that does not run has just been called, or its callee is being returned from, which takes a good part of the time of
 * small functions: then nothing lies between its end and the datastack's top but, at most, that callee, which doesn't run
 * either. Above an old frame there is at least one that runs: the caller of the C function that is about to begin.
 */
export function isLeafCertain(): bool {
  if (Layout.threadCFrame == ABSENT || RawStack.count == 0) return true;
  if (isInState(Attempt.threads, cachedAt(Attempt.threads).cframe)) return true;
  const leaf = rawFrameAt(0);
  if (leaf.code == NO_FRAME || (leaf.flags & FRAME_RUNNING) != 0) return true;
  return (leaf.flags & FRAME_OF_GENERATOR) == 0 && endsAtTop(leaf);
}
