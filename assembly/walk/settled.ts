// Whether the newest frame of a thread that stands still is the newest indeed. In: the thread's raw frames and its
// datastack. Out: yes or no. It is asked of 3.11 and 3.12 only: there _PyEval_EvalFrameDefault (Python/ceval.c) names its
// _PyCFrame before it fills it in, so what it holds then is what an earlier call left there, which may be any old frame. The thread
// state's own _PyCFrame is always filled in.
import { ABSENT, Layout } from "../layouts/layout";
import { endsAtTop } from "./newest";
import { FRAME_OF_GENERATOR, FRAME_RUNNING, NO_FRAME, rawFrameAt, Walk } from "./state";
import { isInState, memoryAt } from "./threads";

/**
 * A frame that runs, or waits in C, is the newest for certain: an old one that something was called from does neither.
 * One that does not run has just been called, or its callee is being returned from, which takes a good part of the time of
 * small functions: then nothing lies between its end and the datastack's top but, at most, that callee, which doesn't run
 * either. Above an old frame there is at least one that runs: the caller of the C function that is about to begin.
 */
export function isNewestCertain(): bool {
  if (Layout.threadCFrame == ABSENT || Walk.frames == 0) return true;
  if (isInState(Walk.threads, memoryAt(Walk.threads).cframe)) return true;
  const newest = rawFrameAt(0);
  if (newest.code == NO_FRAME || (newest.marks & FRAME_RUNNING) != 0) return true;
  return (newest.marks & FRAME_OF_GENERATOR) == 0 && endsAtTop(newest);
}
