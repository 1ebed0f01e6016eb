// Which thread is to be off its processor during an off-CPU copy. In: the known threads. Out: the one whose copy proves most.
import { REASON_NO_ROOM } from "../abi/reasons";
import { isHolder, runConcurrently } from "../runtime/gil_table";
import { cachedAt, threadAt } from "../threads/cached_thread";
import { isProven } from "./thread_proofs";

/**
 * Choose one that had its GIL last, since that keeps others from running, too; else the one whose stack changed last. One that nothing
 * else has proven, but for a GIL's last holder, which proves several others at once.
 * @returns its number, or `known` where there is none
 */
export function chooseOffCpuThread(known: u32): u32 {
  let found = known;
  let least: u32 = u32.MAX_VALUE;
  let unproven: u32 = 0;
  let holder = known;
  for (let i: u32 = 0; i < known; i++) {
    const record = threadAt(i);
    const thread = cachedAt(i);
    const holds = isHolder(record.address, thread);
    if (isProven(record, thread)) {
      if (holds) holder = i;
      continue;
    }
    // Nobody could say whether one without an id runs.
    if (record.nativeId == 0) continue;
    if (holds) return i;
    if ((thread.reasons & REASON_NO_ROOM) != 0) continue;
    unproven++;
    if (thread.steady >= least) continue;
    least = thread.steady;
    found = i;
  }
  return unproven > 1 && holder < known && !runConcurrently() ? holder : found;
}
