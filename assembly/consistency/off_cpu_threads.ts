// The threads that were off their processors while this attempt's copy was made, as far as the source tells of several. In: their native ids. Out: whether one is among them.
// A hash table with linear probing; what was put in for another copy counts as empty.

const SLOT_BITS: u32 = 14;
const SLOTS: u32 = 1 << SLOT_BITS;
/** Beyond these, threads count as ones that may have run. */
const MOST: u32 = SLOTS / 2;

/** Each has an id, and the copy's number in the upper half. */
const slots = new StaticArray<u64>(SLOTS);

class OffCpuThreads {
  /** Number of the copy, from 1: an empty slot has none. */
  static copy: u32 = 1;
  static count: u32 = 0;
}

/** Begin an attempt: nobody is known to be one. */
export function beginOffCpuThreads(): void {
  OffCpuThreads.count = 0;
  if (++OffCpuThreads.copy != 0) return;
  slots.fill(0);
  OffCpuThreads.copy = 1;
}

/** It is one. */
export function addOffCpuThread(nativeId: u32): void {
  if (OffCpuThreads.count == MOST || isOffCpuThread(nativeId)) return;
  OffCpuThreads.count++;
  slots[slotOf(nativeId)] = entryOf(nativeId);
}

/** Whether a thread is one. */
export function isOffCpuThread(nativeId: u64): bool {
  if (nativeId == 0 || nativeId > u32.MAX_VALUE) return false;
  const id = nativeId as u32;
  return unchecked(slots[slotOf(id)]) == entryOf(id);
}

/** How many there are. */
export function offCpuThreadCount(): u32 {
  return OffCpuThreads.count;
}

function entryOf(id: u32): u64 {
  return ((OffCpuThreads.copy as u64) << 32) | id;
}

/** Where the id is, or has its place. */
function slotOf(id: u32): u32 {
  let slot = (id * 0x9e3779b1) >>> (32 - SLOT_BITS);
  while (true) {
    const entry = unchecked(slots[slot]);
    if (((entry >>> 32) as u32) != OffCpuThreads.copy || (entry as u32) == id) return slot;
    slot = (slot + 1) & (SLOTS - 1);
  }
}
