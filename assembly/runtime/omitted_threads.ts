// Threads that are not of the sample, since there are more than it has room for: they are counted only. In: addresses, as the lists are
// walked. Out: how many there are. The newest threads are sampled, and the main thread.
import { MAX_COUNTED_THREADS, MAX_THREADS } from "../abi/limits";
import { Attempt } from "../threads/attempt";

// Their addresses, as they were found last.
const OMITTED: usize = heap.alloc(MAX_COUNTED_THREADS * 8);

export class Omitted {
  /** How many there were in the last list. */
  static count: u32 = 0;
  /** How many there are so far in the one that is walked. */
  static counted: u32 = 0;
}

/** The lists are about to be walked. */
export function beginOmitted(): void {
  Omitted.counted = 0;
}

/** The lists are walked. */
export function keepOmitted(): void {
  Omitted.count = Omitted.counted;
}

/** The address of an omitted thread, as it was found last. */
export function omittedAt(index: u32): u64 {
  return load<u64>(OMITTED + index * 8);
}

/** Whether one more can be counted. */
export function mayOmit(): bool {
  return Omitted.counted < MAX_COUNTED_THREADS;
}

/** A thread is passed over. */
export function omitThread(address: u64): void {
  store<u64>(OMITTED + Omitted.counted * 8, address);
  Omitted.counted++;
}

/** Whether the sample has no room for one more thread. Where there were too many, the last place is the main thread's. */
export function isFull(): bool {
  return Attempt.threads + (Omitted.count > 0 ? 1 : 0) >= MAX_THREADS;
}

/** Whether the thread at `index` does not follow the one before it in the list: there are others in between. */
export function isGap(index: u32): bool {
  return Omitted.count > 0 && index >= MAX_THREADS - 1;
}
