// Threads one by one. In: the threads of an attempt. Out: which of them stand by themselves: a stack that one attempt has proven
// stays, while those of other threads are copied again, so that what is torn, moved, late or unproven costs only its own
// thread. Where there is one GIL, those that were proven earlier are mostly as they were (gil.ts), and a sample's stacks of one
// moment. In free-threaded builds, and where interpreters have GILs of their own, threads run at once, and no copy of several is of
// one moment anyway. It knows neither frames nor code.
import { PROOF_EDGES, PROOF_NONE, PROOF_NOT_WANTED, PROOF_STILL } from "../abi/proof";
import { REASON_MOVED, REASON_NO_ROOM, REASON_THREADS_LOST, REASON_TOO_DEEP } from "../abi/reasons";
import { ThreadRecord } from "../abi/records";
import { Layout } from "../layouts/layout";
import { Reads } from "../remote/reads";
import { DROPPED, deselect, SKIPPED, selectAll } from "../remote/selection";
import { isQuiet, stood, willBeQuiet } from "./gil";
import { Gils, isHolder } from "./gils";
import { Walk } from "./state";
import { Memory, memoryAt, threadAt } from "./threads";

/** The sample whose stacks stay: raised with each one. */
let sample: u32 = 0;

export function beginApart(): void {
  sample++;
}

/** Whether the threads run at once. */
export function areApart(): bool {
  return Layout.freeThreaded || Gils.several;
}

/** Whether no thread is missing from the lists that this attempt walked. */
export function areAllThere(): bool {
  return (Walk.reasons & REASON_THREADS_LOST) == 0;
}

/** Whether the copy of a thread of this attempt is whole, whatever the others are. */
export function isWhole(index: u32): bool {
  const thread = memoryAt(index);
  if (thread.torn != 0) return false;
  // Of what stands still, copies of any moments are of one.
  return stood(index) || (thread.late == 0 && (thread.reasons & REASON_MOVED) == 0);
}

/** A thread was walked in this attempt, and its turn ends: note how its ranges came. */
export function endCopy(thread: Memory): void {
  thread.walkedIn = Walk.attempt;
  thread.fill = Reads.spanFills ? 0 : Reads.fill;
  // A late copy may join moments; not so where the one before, which was late, gave the same stack: it stood still.
  thread.late = Reads.interrupted && !(thread.lateIn == sample && thread.moved == 0) ? 1 : 0;
  thread.lateIn = Reads.interrupted ? sample : 0;
}

/** Note of a thread of this attempt whether its stack is proven; else whether it was whole. */
export function keepProven(index: u32): void {
  const thread = memoryAt(index);
  if (threadAt(index).proof != PROOF_NONE) thread.provenIn = sample;
  else if (isWhole(index)) thread.unprovenIn = sample;
}

/** Whether an earlier attempt at this sample has proven the thread's stack, so that it isn't copied again. */
export function isProvenApart(record: ThreadRecord, thread: Memory): bool {
  return Walk.proving && thread.provenIn == sample && record.proof != PROOF_NONE;
}

/** Whether a whole copy of this sample didn't prove the thread's stack. */
export function wasUnproven(thread: Memory): bool {
  return thread.unprovenIn == sample;
}

/** Whether another attempt may prove a stack that isn't proven: not where there is no room for any of it. */
export function isWorthAttempt(record: ThreadRecord, thread: Memory): bool {
  if (record.proof != PROOF_NONE) return false;
  // Behind what is too deep, there is but what stands for it.
  return (thread.reasons & REASON_NO_ROOM) == 0 && ((thread.reasons & REASON_TOO_DEEP) == 0 || thread.count > 1);
}

/** Whether a stack that is as it was needs no other proof. */
export function staysProven(record: ThreadRecord): bool {
  if (record.proof == PROOF_STILL) record.proof = PROOF_EDGES; // those of this very stack are known by now
  return record.proof == PROOF_EDGES || (record.proof == PROOF_NOT_WANTED && !Walk.proving);
}

/** Whether a known thread is left out of the attempt: it can't have run, or has a stack for this sample already. */
export function isLeftOut(index: u32): bool {
  const record = threadAt(index);
  return isProvenApart(record, memoryAt(index)) || (isQuiet(index) && staysProven(record));
}

/** Ask only for the ranges of those who will hardly be left out. @param known how many threads there are */
export function askForOthers(known: u32): void {
  selectAll();
  if (known < 2) return;
  for (let i: u32 = 0; i < known; i++) {
    const record = threadAt(i);
    const thread = memoryAt(i);
    if (isProvenApart(record, thread)) deselect(thread.owner, SKIPPED);
    else if (willBeQuiet(i) && staysProven(record)) deselect(thread.owner, DROPPED);
  }
}

/**
 * The thread that is to stand still: one that had its GIL last, since that keeps others from running, too; else the one that
 * moved last. One that nothing else has proven, but for a GIL's last holder, which proves several others at once.
 * @returns its number, or `known` where there is none
 */
export function findSuspect(known: u32): u32 {
  let found = known;
  let least: u32 = u32.MAX_VALUE;
  let unproven: u32 = 0;
  let holder = known;
  for (let i: u32 = 0; i < known; i++) {
    const record = threadAt(i);
    const thread = memoryAt(i);
    const holds = isHolder(record.address, thread);
    if (isProvenApart(record, thread)) {
      if (holds) holder = i;
      continue;
    }
    // Nobody could say whether one without an id stands still.
    if (record.nativeId == 0) continue;
    if (holds) return i;
    if ((thread.reasons & REASON_NO_ROOM) != 0) continue;
    unproven++;
    if (thread.steady >= least) continue;
    least = thread.steady;
    found = i;
  }
  return unproven > 1 && holder < known && !areApart() ? holder : found;
}
