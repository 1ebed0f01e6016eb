// Which requests the attempt used, in what order, and for which section of the prefetch list. In: the index of a request. Out:
// its use. It reads no copies.
import { MAX_REQUESTS } from "../abi/limits";
import { Requests } from "./requests";

/** The lists of interpreters and threads. */
export const LISTS: u32 = 0;
/** Thread states and their frames. */
export const STACKS: u32 = 1;
/** What tells whether code objects are the known ones: compared behind the walk. */
export const GUARDS: u32 = 2;
export const SECTIONS: u32 = 3;

/** Rank of a range that is copied in the order of use, among those of its owner. */
export const IN_ORDER: u32 = 0;
/** To be copied before all others of its owner. */
export const FIRST: u32 = 1;

/** The use of one request. */
@unmanaged
export class Use {
  /** The attempt that used it last, as Uses.attempt counts them. */
  attempt: u32;
  /** Bytes to ask for next time. */
  length: u32;
  section: u32;
  owner: u32;
  rank: u32;
  /** Samples since its last use. */
  idle: u32;
}

const USE_BYTES: u32 = offsetof<Use>();
const USES: usize = heap.alloc(MAX_REQUESTS * USE_BYTES);
// Requests in the order of their first use.
const ORDER: usize = heap.alloc(MAX_REQUESTS * 4);

export class Uses {
  static attempt: u32 = 0;
  /** Requests that this attempt used. */
  static count: u32 = 0;
  /** The section to which ranges belong that are used now. */
  static section: u32 = STACKS;
}

export function useOf(index: u32): Use {
  return changetype<Use>(USES + index * USE_BYTES);
}

/** The request that was used as number `nth`. */
export function usedAt(nth: u32): u32 {
  return load<u32>(ORDER + nth * 4);
}

export function isUsed(index: u32): bool {
  return useOf(index).attempt == Uses.attempt;
}

/** The ranges that are used from here on belong to a section. */
export function enterSection(section: u32): void {
  Uses.section = section;
}

/** Forget all uses. */
export function clearUses(): void {
  Uses.count = 0;
  Uses.section = STACKS;
  Uses.attempt++;
  if (Uses.attempt == 0) {
    memory.fill(USES, 0, MAX_REQUESTS * USE_BYTES);
    Uses.attempt = 1;
  }
}

/** A request is used. @param wanted bytes to ask for next time */
export function noteUse(index: u32, wanted: u32, rank: u32): void {
  const use = useOf(index);
  if (use.attempt != Uses.attempt) {
    use.attempt = Uses.attempt;
    use.section = Uses.section;
    use.owner = Requests.owner;
    use.rank = rank;
    use.idle = 0;
    store<u32>(ORDER + Uses.count * 4, index);
    Uses.count++;
  } else if (Uses.section == STACKS && use.section == LISTS) {
    // A thread state that was only passed before is of the sample after all.
    use.section = STACKS;
    use.owner = Requests.owner;
  }
  use.length = wanted;
}
