// Which threads' stacks are proven already. In: the threads of an attempt. Out: a stack that one attempt has proven stays, while those
// of other threads are copied again. Where there is one GIL, those that were proven earlier are mostly as they were (runtime/gil.ts),
// and a sample's stacks of one moment. In free-threaded builds, and where interpreters have GILs of their own, threads run concurrently,
// and no copy of several is of one moment anyway. It knows neither frames nor code.
import { PROOF_EDGES, PROOF_NONE, PROOF_NOT_WANTED, PROOF_OFF_CPU } from "../abi/proof";
import { REASON_NO_ROOM, REASON_THREADS_LOST, REASON_TOO_DEEP } from "../abi/reasons";
import { ThreadRecord } from "../abi/records";
import { DROPPED, deselect, SKIPPED, selectAll } from "../remote/selection";
import { isUnchanged, wasUnchanged } from "../runtime/gil";
import { Attempt } from "../threads/attempt";
import { CachedThread, cachedAt, threadAt } from "../threads/cached_thread";
import { Runs } from "../threads/runs";
import { SampleSerial } from "./sample_serial";
import { isConsistent } from "./thread_copy";

/** Whether no thread is missing from the lists that this attempt walked. */
export function areListsComplete(): bool {
  return (Attempt.reasons & REASON_THREADS_LOST) == 0;
}

/** Note of a thread of this attempt whether its stack is proven; else whether its copy was consistent. */
export function noteProof(index: u32): void {
  const thread = cachedAt(index);
  if (threadAt(index).proof != PROOF_NONE) thread.provenIn = SampleSerial.value;
  else if (isConsistent(index)) thread.unprovenIn = SampleSerial.value;
}

/** Whether an earlier attempt at this sample has proven the thread's stack, so that it isn't copied again. */
export function isProven(record: ThreadRecord, thread: CachedThread): bool {
  return Attempt.isProving && thread.provenIn == SampleSerial.value && record.proof != PROOF_NONE;
}

/** Whether a consistent copy of this sample didn't prove the thread's stack. */
export function wasUnproven(thread: CachedThread): bool {
  return thread.unprovenIn == SampleSerial.value;
}

/** Whether another attempt may prove a stack that isn't proven: not where there is no room for any of it. */
export function mayBeProven(record: ThreadRecord, thread: CachedThread): bool {
  if (record.proof != PROOF_NONE) return false;
  // Behind what is too deep, there is but what stands for it.
  return (thread.reasons & REASON_NO_ROOM) == 0 && ((thread.reasons & REASON_TOO_DEEP) == 0 || thread.count > 1);
}

/** Whether a stack that is as it was needs no other proof. */
function staysProven(record: ThreadRecord): bool {
  if (record.proof == PROOF_OFF_CPU) record.proof = PROOF_EDGES; // those of this very stack are known by now
  return record.proof == PROOF_EDGES || (record.proof == PROOF_NOT_WANTED && !Attempt.isProving);
}

/** The caller knows that a thread of the last sample has stood since it was copied for that, and still does: the next sample needs no copy of it. */
export function noteStood(index: u32): void {
  cachedAt(index).stoodUpTo = SampleSerial.value + 1;
}

function stoodSinceLast(thread: CachedThread): bool {
  return thread.stoodUpTo == SampleSerial.value;
}

/** Whether a known thread is left out of the attempt: it can't have run, or has a stack for this sample already. */
export function isSkippable(index: u32): bool {
  const record = threadAt(index);
  // Runs are of this sample: what was walked before has none.
  return (
    isProven(record, cachedAt(index)) ||
    (!Runs.areAllWanted && (isUnchanged(index) || stoodSinceLast(cachedAt(index))) && staysProven(record))
  );
}

/** Prefetch only the ranges of those who will hardly be left out. @param known how many threads there are */
export function selectThreads(known: u32): void {
  selectAll();
  if (known < 2) return;
  for (let i: u32 = 0; i < known; i++) {
    const record = threadAt(i);
    const thread = cachedAt(i);
    if (isProven(record, thread)) deselect(thread.owner, SKIPPED);
    else if (Runs.areAllWanted) continue;
    else if (wasUnchanged(i) && staysProven(record)) deselect(thread.owner, DROPPED);
    else if (stoodSinceLast(thread) && staysProven(record)) deselect(thread.owner, SKIPPED);
  }
}
