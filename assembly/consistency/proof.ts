// How each stack of an attempt is proven to be one that existed ("What is proof" in ARCHITECTURE.md). In: the threads that were walked. Out:
// the proof in each one's record, and whether another attempt would prove more.
import { PROOF_EDGES, PROOF_NONE, PROOF_NOT_WANTED, PROOF_OFF_CPU } from "../abi/proof";
import { REASON_NO_ROOM, REASON_TORN } from "../abi/reasons";
import { areEdgesKnown, learnEdges, mayResume } from "../codes/call_edges";
import { hadNoGil, noteSwitchCount } from "../runtime/gil";
import { runConcurrently } from "../runtime/gil_table";
import { Attempt } from "../threads/attempt";
import { cachedAt, threadAt } from "../threads/cached_thread";
import { noteRepetition, OffCpuCopy, wasAskedFor, wasOffCpu } from "./off_cpu_copy";
import { isConsistent } from "./thread_copy";
import { mayBeProven, noteProof } from "./thread_proofs";

export class Proof {
  /** In this sample, a thread that lacked nothing showed what nothing proves: only off-CPU copies will. */
  static needsOffCpu: bool = false;
  /** Another attempt proves more, and needs no off-CPU copy. */
  static needsAnother: bool = false;
}

/** Begin a sample. */
export function beginProof(): void {
  Proof.needsOffCpu = false;
}

/**
 * Say of each stack how it is proven. Returns whether all are that can be.
 * @param isFirst whether this is the sample's first attempt
 * @param onlyOffCpu whether each attempt is to be an off-CPU copy
 */
export function proveStacks(isFirst: bool, onlyOffCpu: bool): bool {
  let all = true;
  Proof.needsAnother = false;
  for (let i: u32 = 0; i < Attempt.threads; i++) {
    const record = threadAt(i);
    const thread = cachedAt(i);
    // One that was left out is as it was.
    if (thread.walkedIn != Attempt.serial) continue;
    const isPostponed = prove(i, isFirst, onlyOffCpu);
    if (wasAskedFor(record.nativeId)) noteRepetition(record.proof != PROOF_NONE, thread.changed != 0);
    noteSwitchCount(i, thread.torn == 0);
    noteProof(i);
    if (!mayBeProven(record, thread)) continue;
    all = false;
    if (!isConsistent(i)) continue;
    // Where the GIL tells that it did not run, following its links does.
    if (isPostponed || (hadNoGil(i) && thread.linksOnly == 0)) Proof.needsAnother = true;
    else Proof.needsOffCpu = true;
  }
  return all;
}

/** Say how a stack is proven. Returns whether it could be, and yet another copy is to show it. */
function prove(index: u32, isFirst: bool, onlyOffCpu: bool): bool {
  const record = threadAt(index);
  const thread = cachedAt(index);
  if (!Attempt.isProving) {
    record.proof = PROOF_NOT_WANTED;
    if (thread.interrupted != 0) thread.reasons |= REASON_TORN;
  } else if (thread.namesNoFrame != 0 && thread.torn == 0) {
    thread.reasons &= ~REASON_TORN;
    record.proof = PROOF_EDGES; // there are none
  } else if (!isConsistent(index) || (thread.reasons & REASON_NO_ROOM) != 0) {
    record.proof = PROOF_NONE;
  } else if (thread.linksOnly != 0) {
    const didNotRun = hadNoGil(index) || (wasOffCpu(index) && thread.fill == 1);
    if (!didNotRun || thread.leafCertain == 0) return false;
    thread.reasons &= ~REASON_TORN;
    learnEdges(thread);
    record.proof = PROOF_OFF_CPU;
  } else if (onlyOffCpu && record.nativeId != 0 && record.nativeId == OffCpuCopy.thread) {
    record.proof = PROOF_NONE;
  } else if (thread.leafUnconfirmed != 0) {
    // What runs looks different the next time.
    return isFirst;
  } else if (areEdgesKnown(thread)) {
    // A leaf that may have resumed a generator would be seen too often: it takes two copies to believe it.
    if (isFirst && !runConcurrently() && mayResume(thread)) return true;
    thread.reasons &= ~REASON_TORN;
    record.proof = PROOF_EDGES;
  }
  return false;
}
