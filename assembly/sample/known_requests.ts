// Requests for what the known threads had, beyond what is prefetched. In: the threads that are cached. Out: requests, made at once: not
// one thing after the other, as the walk comes to it.
import { isSkippable } from "../consistency/thread_proofs";
import { needChunk } from "../frames/datastack";
import { isShim } from "../frames/shims";
import { ABSENT, Layout } from "../layouts/layout";
import { beginReads, needFrame, requestFrame } from "../remote/reads";
import { KnownList } from "../runtime/known_list";
import { NativeId, readNativeId } from "../runtime/native_id";
import { needThread } from "../runtime/state_slices";
import { needCFrame } from "../runtime/thread_state";
import { Attempt } from "../threads/attempt";
import { cachedAt, frameOf, threadAt } from "../threads/cached_thread";

/**
 * A thread state was missing: ask for whatever else the known threads had. Those that can't have run are left out of samples, so that
 * they leave the prefetch list; once they may have run, all of them are wanted.
 * @param listing whether they are listed anew
 */
export function requestKnownThreads(listing: bool): void {
  for (let i = Attempt.threads; i < KnownList.count; i++) {
    const thread = cachedAt(i);
    beginReads(thread.owner);
    const isOut = isSkippable(i);
    // In the order of the prefetch list: the frames first.
    if (!isOut && thread.chunk != 0) needChunk(thread.chunk, Layout.chunkData, thread.copyLength);
    needThread(threadAt(i).address);
    if (listing && Layout.threadNativeId == ABSENT && NativeId.offset != 0) readNativeId(thread.identity);
    if (isOut) continue;
    if (thread.cframe != 0) needCFrame(thread.cframe);
    if (thread.chunk != 0) continue;
    for (let f: u32 = 0; f < thread.count; f++) needFrame(frameOf(thread, f).address, Layout.frameSize);
  }
  beginReads(cachedAt(Attempt.threads).owner);
}

/**
 * Ask for the shim frames of the cached stacks (3.12+). What doesn't run is walked by its links alone, through each of these; plain
 * copies do without (frames/forward_walk.ts), so that they aren't prefetched, and an off-CPU copy would be in vain that lacks one.
 */
export function requestShims(): void {
  if (Layout.frameOwner == ABSENT) return;
  for (let i: u32 = 0; i < KnownList.count; i++) {
    if (isSkippable(i)) continue;
    const thread = cachedAt(i);
    for (let f: u32 = 0; f < thread.count; f++) {
      const previous = frameOf(thread, f).previous;
      if (isShim(previous)) requestFrame(previous, Layout.frameSize, thread.owner);
    }
  }
  beginReads(0);
}
