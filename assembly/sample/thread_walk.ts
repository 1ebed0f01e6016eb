// The walk of one thread, from its state to its cached stack. In: a thread that a list has come to. Out: its stack, cached, with what is
// amiss with it. It goes on where it was when bytes come later.
import { PROOF_NONE } from "../abi/proof";
import { REASON_NO_ROOM, REASON_TORN } from "../abi/reasons";
import { followsLinksOnly } from "../consistency/off_cpu_copy";
import { noteCopy } from "../consistency/thread_copy";
import { isProven } from "../consistency/thread_proofs";
import { Callees } from "../frames/callees";
import { isLeafCertain } from "../frames/stale_cframe";
import { beginStack, namesNoFrame, StackWalk, walkStack } from "../frames/unwind";
import { setLinksOnly, Unwind } from "../frames/unwind_state";
import { Reads } from "../remote/reads";
import { ThreadState } from "../runtime/thread_state";
import { Attempt, addThread, noteInterruption } from "../threads/attempt";
import { cachedAt, threadAt } from "../threads/cached_thread";
import { keepRuns } from "../threads/runs";
import { cacheStack, forgetStack } from "../threads/stack_cache";

/** Begin with the thread whose state was read. */
export function beginThreadWalk(): void {
  const thread = cachedAt(Attempt.threads);
  beginStack(thread, ThreadState.currentFrame, thread.chunk, ThreadState.top);
}

/** Go on. False while bytes are wanted. @param onlyOffCpu whether each attempt is to be an off-CPU copy */
export function walkThread(onlyOffCpu: bool): bool {
  setLinksOnly(followsLinksOnly(Attempt.threads, onlyOffCpu));
  return walkStack(cachedAt(Attempt.threads));
}

/** The thread is walked. @param attempt its number in the sample, from 1 */
export function endThreadWalk(attempt: u32): void {
  const record = threadAt(Attempt.threads);
  const thread = cachedAt(Attempt.threads);
  let reasons = StackWalk.reasons;
  if (Reads.spanFills) reasons |= REASON_TORN;
  if (!cacheStack(thread, StackWalk.reused)) {
    forgetStack(thread);
    reasons |= REASON_NO_ROOM;
  }
  keepRuns(thread, Unwind.linksOnly ? thread.count : u32.MAX_VALUE);
  noteCopy(thread);
  if (thread.interrupted != 0) noteInterruption();
  thread.namesNoFrame = namesNoFrame() ? 1 : 0;
  thread.linksOnly = Unwind.linksOnly ? 1 : 0;
  thread.reasons = reasons;
  thread.torn = Unwind.isTorn ? 1 : 0;
  thread.leafUnconfirmed = StackWalk.leafUnconfirmed ? 1 : 0;
  thread.leafCertain = Unwind.linksOnly && isLeafCertain() ? 1 : 0;
  if (Unwind.linksOnly && thread.leafCertain == 0) thread.unknownCallee = Callees.unknownCode;
  record.proof = PROOF_NONE;
  record.copy = attempt;
  addThread(thread.count);
}

/** Leave a thread out of this attempt: its stack stays as it is cached. */
export function skipThread(): void {
  const record = threadAt(Attempt.threads);
  const thread = cachedAt(Attempt.threads);
  if (!isProven(record, thread)) record.copy = 0;
  addThread(thread.count);
}
