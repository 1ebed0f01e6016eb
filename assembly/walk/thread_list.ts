// An interpreter's list of threads, as it is walked. In: the addresses, one after the other. Out: whether the list runs
// in a circle, and the sample's threads with each thread once. It knows no frames.
import { Walk } from "./state";
import { memoryAt, threadAt } from "./threads";

export class ThreadList {
  /** The interpreter's first thread record. */
  static first: u32 = 0;
  // Brent's algorithm: a thread record to compare with, renewed at powers of two
  static landmark: u32 = 0;
  static limit: u32 = 1;

  /** Begin with an interpreter. */
  static begin(): void {
    ThreadList.first = Walk.threads;
    ThreadList.landmark = Walk.threads;
    ThreadList.limit = 1;
  }

  /**
   * Whether the thread at `address`, next to be recorded, was here before; then what was recorded twice is dropped. May be
   * asked again for the same thread, when bytes come late.
   */
  static isCircle(address: u64): bool {
    const count = Walk.threads - ThreadList.first;
    if (count == 0) return false;
    if (count == ThreadList.limit) {
      ThreadList.landmark = Walk.threads - 1;
      ThreadList.limit <<= 1;
    }
    if (threadAt(ThreadList.landmark).address != address) return false;
    ThreadList.dropRepeated(Walk.threads - ThreadList.landmark);
    return true;
  }

  private static dropRepeated(length: u32): void {
    let kept = ThreadList.first + length;
    while (kept < Walk.threads && threadAt(kept).address != threadAt(kept - length).address) kept++;
    for (let i = kept; i < Walk.threads; i++) Walk.total -= memoryAt(i).count;
    Walk.threads = kept;
  }
}
