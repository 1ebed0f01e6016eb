// Whose stacks an attempt prefetches. In: owners that it needs no copy of. Out: whether an owner's ranges are asked for, and whether
// they stay on the prefetch list if not.
import { OWNER_NUMBERS } from "./requests";

/** An owner's ranges are asked for … */
const PREFETCHED: u32 = 0;
/** … or not, but they stay on the list … */
export const SKIPPED: u32 = 1;
/** … or they leave it. */
export const DROPPED: u32 = 2;

const HANDLING: usize = heap.alloc(OWNER_NUMBERS);
memory.fill(HANDLING, 0, OWNER_NUMBERS);

export class Selection {
  /** Some owner's ranges are not asked for. */
  static isPartial: bool = false;
}

/** The attempts from here on ask for the stack ranges of all owners. */
export function selectAll(): void {
  if (Selection.isPartial) memory.fill(HANDLING, PREFETCHED as u8, OWNER_NUMBERS);
  Selection.isPartial = false;
}

/**
 * Until `selectAll`, attempts don't ask for an owner's stack ranges.
 * @param handling SKIPPED or DROPPED
 */
export function deselect(owner: u32, handling: u32): void {
  store<u8>(HANDLING + owner, handling as u8);
  Selection.isPartial = true;
}

export function isSkipped(owner: u32): bool {
  return Selection.isPartial && load<u8>(HANDLING + owner) != PREFETCHED;
}

export function isDropped(owner: u32): bool {
  return load<u8>(HANDLING + owner) == DROPPED;
}
