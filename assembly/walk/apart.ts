// Threads that run at once: in free-threaded builds, and where interpreters have GILs of their own. In: the threads of an
// attempt. Out: which of them stand by themselves: a stack that one attempt has proven stays, while those of other threads are
// copied again. Where there is one GIL, only one thread moves, and a sample's stacks are of one moment; here each one is a
// stack of its own thread at a moment of its own, since no copy of several threads that run is of one moment anyway. It knows
// neither frames nor code.
import { PROOF_NONE } from "../abi/proof";
import { REASON_MOVED, REASON_THREADS_LOST } from "../abi/reasons";
import { ThreadRecord } from "../abi/records";
import { Layout } from "../layouts/layout";
import { Gils } from "./gils";
import { Walk } from "./state";
import { Memory, memoryAt, threadAt } from "./threads";

/** The sample whose stacks stay: raised with each one. */
let sample: u32 = 0;

export function beginApart(): void {
  sample++;
}

/** Whether threads are judged one by one in this sample. */
export function areApart(): bool {
  return (Layout.freeThreaded || Gils.several) && Walk.proving;
}

/** Whether no thread is missing from the lists that this attempt walked. */
export function areAllThere(): bool {
  return (Walk.reasons & REASON_THREADS_LOST) == 0;
}

/** Whether the copy of this thread is whole, whatever the others are. */
export function isWhole(thread: Memory): bool {
  return !Walk.late && thread.torn == 0 && (thread.reasons & REASON_MOVED) == 0;
}

/** Note that an attempt has judged the threads. */
export function keepProven(): void {
  for (let i: u32 = 0; i < Walk.threads; i++) {
    if (threadAt(i).proof != PROOF_NONE) memoryAt(i).provenIn = sample;
  }
}

/** Whether an earlier attempt at this sample has proven the thread's stack, so that it isn't copied again. */
export function isProvenApart(record: ThreadRecord, thread: Memory): bool {
  return areApart() && thread.provenIn == sample && record.proof != PROOF_NONE;
}
