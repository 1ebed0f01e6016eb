// Whether an interpreter's list of threads runs in a circle. In: the addresses, one after the other. Out: that it does; then the
// sample's threads, with each thread once. It knows no frames.
import { Attempt, dropLastThread } from "../threads/attempt";
import { cachedAt, threadAt } from "../threads/cached_thread";

class ListCycle {
  /** The interpreter's first thread record. */
  static first: u32 = 0;
  // Brent's algorithm: a thread record to compare with, renewed at powers of two
  static landmark: u32 = 0;
  static limit: u32 = 1;
}

/** Begin with an interpreter. */
export function beginCycleCheck(): void {
  ListCycle.first = Attempt.threads;
  ListCycle.landmark = Attempt.threads;
  ListCycle.limit = 1;
}

/** The interpreter's first thread, by its number in the sample. */
export function firstOfInterpreter(): u32 {
  return ListCycle.first;
}

/**
 * Whether the thread at `address`, next to be recorded, was here before; then what was recorded twice is dropped. May be
 * asked again for the same thread, when bytes come later.
 */
export function isCycle(address: u64): bool {
  const count = Attempt.threads - ListCycle.first;
  if (count == 0) return false;
  if (count == ListCycle.limit) {
    ListCycle.landmark = Attempt.threads - 1;
    ListCycle.limit <<= 1;
  }
  if (threadAt(ListCycle.landmark).address != address) return false;
  dropRepeated(Attempt.threads - ListCycle.landmark);
  return true;
}

function dropRepeated(length: u32): void {
  let kept = ListCycle.first + length;
  while (kept < Attempt.threads && threadAt(kept).address != threadAt(kept - length).address) kept++;
  while (Attempt.threads > kept) dropLastThread(cachedAt(Attempt.threads - 1).count);
}
