// Which threads are cached, and in what order: those of the sample come first, in its order. In: addresses of thread states. Out:
// each one's number, with what is cached of it.
import { MAX_THREADS } from "../abi/limits";
import { CACHED_BYTES, CachedThreads, cachedAt, RECORD_BYTES, setCachedThreads, threadAt } from "./cached_thread";
import { forgetStack, takeRoom } from "./stack_cache";
import { emptyStore, giveBlock } from "./stack_store";

const SPARE: usize = heap.alloc(max(RECORD_BYTES, CACHED_BYTES));

export class ThreadTable {
  /** The number of the thread that was seen last for the first time. */
  static serial: u32 = 0;
  /** How often a thread had another id than before. */
  static identified: u32 = 0;
}

/** Forget all threads. */
export function forgetThreads(): void {
  setCachedThreads(0);
  emptyStore();
}

/** Forget all stacks: their code objects may be others. */
export function forgetStacks(): void {
  for (let i: u32 = 0; i < CachedThreads.count; i++) {
    takeRoom(cachedAt(i));
    forgetStack(cachedAt(i));
  }
  emptyStore();
}

/** Make the thread at `address` number `index` of the sample: with what is cached of it, or anew. */
export function assignThread(index: u32, address: u64): void {
  const known = CachedThreads.count;
  if (index < known && threadAt(index).address == address) return;
  let from = index + 1;
  while (from < known && threadAt(from).address != address) from++;
  if (from < known) {
    swap(index, from);
    return;
  }
  // Cached threads that the sample may still come to move behind.
  if (index < known && known < MAX_THREADS) {
    swap(index, known);
    setCachedThreads(known + 1);
  } else if (index < known) drop(index);
  else setCachedThreads(index + 1);
  const owner = ownerAt(index);
  memory.fill(changetype<usize>(threadAt(index)), 0, RECORD_BYTES);
  memory.fill(changetype<usize>(cachedAt(index)), 0, CACHED_BYTES);
  cachedAt(index).owner = owner;
  threadAt(index).address = address;
  threadAt(index).serial = ++ThreadTable.serial;
}

/** At the address of number `index` there is another thread by now: nothing is known of it. */
export function replaceThread(index: u32): void {
  forgetStack(cachedAt(index));
  threadAt(index).serial = ++ThreadTable.serial;
  forgetName(index);
}

/** The id of a thread is known only now: a state is made by another thread, and has that one's up to 3.11. */
export function identifyThread(index: u32, pthread: u64): void {
  const thread = cachedAt(index);
  if (thread.pthread == pthread) return;
  thread.pthread = pthread;
  forgetName(index);
  ThreadTable.identified++;
}

function forgetName(index: u32): void {
  threadAt(index).name = 0;
  cachedAt(index).namedIn = 0;
}

/** The owner's number of the entry at `index`: the index at which it was used first, plus 1. */
function ownerAt(index: u32): u32 {
  const owner = cachedAt(index).owner;
  return owner == 0 ? index + 1 : owner;
}

function swap(a: u32, b: u32): void {
  cachedAt(a).owner = ownerAt(a);
  cachedAt(b).owner = ownerAt(b);
  exchange(changetype<usize>(threadAt(a)), changetype<usize>(threadAt(b)), RECORD_BYTES);
  exchange(changetype<usize>(cachedAt(a)), changetype<usize>(cachedAt(b)), CACHED_BYTES);
}

function exchange(a: usize, b: usize, size: u32): void {
  memory.copy(SPARE, a, size);
  memory.copy(a, b, size);
  memory.copy(b, SPARE, size);
}

function drop(index: u32): void {
  const thread = cachedAt(index);
  if (thread.frames != 0) giveBlock(thread.frames, thread.capacity);
}

/** The sample has `count` threads: the others have ended. */
export function forgetThreadsBehind(count: u32): void {
  for (let i = count; i < CachedThreads.count; i++) drop(i);
  setCachedThreads(min(CachedThreads.count, count));
}
