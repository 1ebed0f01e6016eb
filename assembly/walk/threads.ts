// The threads of the sample, and what is remembered of each from one sample to the next: its stack, root first, as it was
// decoded last. In: a thread's raw frames. Out: where the stack begins to differ from what it was. It knows no code
// objects and reads nothing.
import { MAX_THREADS } from "../abi/limits";
import { THREADS } from "../abi/memory";
import { ThreadRecord } from "../abi/records";
import { NO_CODE } from "../objects/codes";
import { RAW_FRAME_BYTES, RawFrame, rawFrameAt, Walk } from "./state";
import { emptyStore, giveBlock, roomFor, takeBlock, trimBlock } from "./store";

/** What is remembered of a thread, beside its record. */
@unmanaged
export class Memory {
  interpreter: u64;
  /** Raw frames, root first; 0 where there is no room for any. */
  frames: u32;
  /** Their ids. */
  ids: u32;
  room: u32;
  count: u32;
  /** Leading frames whose code objects are known and hold their instructions. */
  resolved: u32;
  /** Leading frames into which known edges lead. */
  certified: u32;
  /** Leading frames that are as they were when the ids were made. */
  emitted: u32;
  /** How many ids there are. */
  idCount: u32;
  /** 1 where ids and frames don't stand side by side, or a frame has a reason: all ids are made anew. */
  irregular: u32;
  /** Copies in a row that showed this stack, the place in its newest frame aside. */
  steady: u32;
  /** Reasons of the walk. */
  reasons: u32;
  /** Bytes of the datastack's newest chunk that are worth copying. */
  reach: u32;
  /** What tells its native id: thread_id, or the id itself. */
  identity: u64;
  /** Its thread_id: where the C library has it, struct pthread. */
  pthread: u64;
  /** Its datastack's newest chunk; 0 where there is none. */
  chunk: u64;
  /** 1 where the last copy showed anything else than the one before. */
  moved: u32;
  /** 1 where its newest frame would be the newest for certain if the thread stood still. */
  settled: u32;
  /** 1 where something in the last copy of this thread does not fit together. */
  torn: u32;
  /** The samples in which the stack was proven, and in which a whole copy of it was not (apart.ts); 0 = none. */
  provenIn: u32;
  /** Code object, not known yet, of what may be a frame above its newest one; 0 = none. */
  beyond: u64;
  /** 1 where its newest frame may not have been the newest (newest.ts). */
  doubtful: u32;
  /** Where its state pointed in the last copy that showed another newest frame, and that one: 0 = it was the same. */
  overtaker: u64;
  overtaken: u64;
  /** The instruction at which it was. */
  overtakenAt: u64;
  unprovenIn: u32;
  /** Number of its GIL (gils.ts); 0 = not known. */
  gil: u32;
  /** 1 where the system has no such thread (native_id.ts). */
  gone: u32;
  /** The same of a thread without a frame, and 1 once that was looked for (frameless.ts). */
  ended: u32;
  lookedFor: u32;
  /** Index of another state of the same thread, in a ring; its own where there is none. */
  sibling: u32;
  /** Its number as the owner of ranges (ranges.ts), which goes with this memory from one thread to the next. */
  owner: u32;
  /** The GIL's count of switches (gil.ts) as long as which its stack is as it is remembered, plus 1; 0 = there is none. */
  quietAt: u64;
  /** Address of its _PyCFrame (3.11, 3.12); 0 = not known. */
  cframe: u64;
  /** The attempt that walked it last. */
  walkedIn: u32;
  /** The fill of that attempt from which all of its ranges came, plus 1; 0 where they came from several, or there were none. */
  fill: u32;
  /** 1 where that was late, and the sample in which one was. */
  late: u32;
  lateIn: u32;
  /** 1 where its state names no frame. */
  bare: u32;
  /** 1 where it was walked as one that stands still, by its links alone. */
  straight: u32;
  /** 1 where the code objects of its frames were read while it stood still. */
  held: u32;
}

const RECORD_BYTES: u32 = offsetof<ThreadRecord>();
const MEMORY_BYTES: u32 = (offsetof<Memory>() + 7) & ~7;
const MEMORIES: usize = heap.alloc(MAX_THREADS * MEMORY_BYTES);
const SPARE: usize = heap.alloc(max(RECORD_BYTES, MEMORY_BYTES));

class Threads {
  /** Threads that are remembered; the sample's come first, in its order. */
  static known: u32 = 0;
  static serial: u32 = 0;
}

/** How many threads are remembered. */
export function knownThreads(): u32 {
  return Threads.known;
}

export function threadAt(index: u32): ThreadRecord {
  return changetype<ThreadRecord>(THREADS + index * RECORD_BYTES);
}

export function memoryAt(index: u32): Memory {
  return changetype<Memory>(MEMORIES + index * MEMORY_BYTES);
}

/** Larger than any PyThreadState. */
const MAX_THREAD_STATE: u64 = 4096;

/** Whether `address` lies in the thread state of number `index`. */
export function isInState(index: u32, address: u64): bool {
  return address - threadAt(index).address < MAX_THREAD_STATE;
}

/** Frame number `index` of a thread, from its root. */
export function frameOf(thread: Memory, index: u32): RawFrame {
  return changetype<RawFrame>(thread.frames + index * RAW_FRAME_BYTES);
}

/** Forget all threads. */
export function forgetThreads(): void {
  Threads.known = 0;
  emptyStore();
}

/** Forget all stacks: their code objects may be others. */
export function forgetStacks(): void {
  for (let i: u32 = 0; i < Threads.known; i++) empty(memoryAt(i));
  emptyStore();
}

function empty(thread: Memory): void {
  thread.frames = 0;
  thread.ids = 0;
  thread.room = 0;
  forgetStack(thread);
}

/** Forget a thread's stack. */
export function forgetStack(thread: Memory): void {
  thread.count = 0;
  thread.resolved = 0;
  thread.certified = 0;
  thread.emitted = 0;
  thread.idCount = 0;
  thread.irregular = 0;
  thread.steady = 0;
  thread.provenIn = 0;
  thread.quietAt = 0;
}

/** Make the thread at `address` number `index` of the sample: with what is remembered of it, or anew. */
export function placeThread(index: u32, address: u64): void {
  if (index < Threads.known && threadAt(index).address == address) return;
  let from = index + 1;
  while (from < Threads.known && threadAt(from).address != address) from++;
  if (from < Threads.known) {
    swap(index, from);
    return;
  }
  // Remembered threads that the sample may still come to move behind.
  if (index < Threads.known && Threads.known < MAX_THREADS) swap(index, Threads.known++);
  else if (index < Threads.known) drop(index);
  else Threads.known = index + 1;
  const owner = ownerAt(index);
  memory.fill(changetype<usize>(threadAt(index)), 0, RECORD_BYTES);
  memory.fill(changetype<usize>(memoryAt(index)), 0, MEMORY_BYTES);
  memoryAt(index).owner = owner;
  threadAt(index).address = address;
  threadAt(index).serial = ++Threads.serial;
}

/** At the address of number `index` there is another thread by now: nothing is known of it. */
export function replaceThread(index: u32): void {
  forgetStack(memoryAt(index));
  threadAt(index).serial = ++Threads.serial;
}

/** The owner's number of the memory at `index`: the place at which it was used first, plus 1. */
function ownerAt(index: u32): u32 {
  const owner = memoryAt(index).owner;
  return owner == 0 ? index + 1 : owner;
}

function swap(a: u32, b: u32): void {
  memoryAt(a).owner = ownerAt(a);
  memoryAt(b).owner = ownerAt(b);
  exchange(changetype<usize>(threadAt(a)), changetype<usize>(threadAt(b)), RECORD_BYTES);
  exchange(changetype<usize>(memoryAt(a)), changetype<usize>(memoryAt(b)), MEMORY_BYTES);
}

function exchange(a: usize, b: usize, size: u32): void {
  memory.copy(SPARE, a, size);
  memory.copy(a, b, size);
  memory.copy(b, SPARE, size);
}

function drop(index: u32): void {
  const thread = memoryAt(index);
  if (thread.frames != 0) giveBlock(thread.frames, thread.room);
}

/** The sample has `count` threads: the others have ended. */
export function forgetThreadsBehind(count: u32): void {
  for (let i = count; i < Threads.known; i++) drop(i);
  Threads.known = min(Threads.known, count);
}

/**
 * Remember a stack: its first `kept` frames are the ones that are remembered already, the others the raw frames of the
 * walk. False where there is no room.
 */
export function keepStack(thread: Memory, kept: u32): bool {
  const walked = Walk.frames;
  const total = kept + walked;
  if (total > thread.room && !enlarge(thread, total)) return false;
  const before = thread.count;
  let first = min(before, total);
  let sameCode = true;
  for (let i = kept; i < total; i++) {
    const from = rawFrameAt(total - 1 - i);
    const frame = frameOf(thread, i);
    const isKnown = i < before && frame.code == from.code;
    if (
      isKnown &&
      frame.instruction == from.instruction &&
      frame.address == from.address &&
      frame.previous == from.previous &&
      frame.marks == from.marks
    ) {
      continue;
    }
    if (!isKnown) sameCode = false;
    frame.address = from.address;
    frame.previous = from.previous;
    frame.code = from.code;
    frame.instruction = from.instruction;
    frame.marks = from.marks;
    if (!isKnown) frame.entry = NO_CODE;
    first = min(first, i);
  }
  thread.count = total;
  changed(thread, first, before, sameCode);
  return true;
}

/** Frames from `first` on are others than before. */
function changed(thread: Memory, first: u32, before: u32, sameCode: bool): void {
  const total = thread.count;
  thread.moved = first == total && total == before ? 0 : 1;
  if (thread.moved == 0) {
    thread.steady++;
    return;
  }
  Walk.changes++;
  thread.resolved = min(thread.resolved, first);
  if (total == before && first + 1 == total && sameCode) {
    // Only the newest frame went on.
    thread.steady++;
  } else {
    thread.steady = 0;
    thread.certified = min(thread.certified, first);
  }
  // Who is the newest matters to how a frame is shown.
  const newest = min(total, before);
  if (total != before) first = min(first, newest == 0 ? 0 : newest - 1);
  thread.emitted = min(thread.emitted, first);
}

function enlarge(thread: Memory, count: u32): bool {
  let block = takeBlock(count);
  if (block == 0) {
    shrinkAll();
    block = takeBlock(count);
    if (block == 0) return false;
  }
  moveTo(thread, block, roomFor(count));
  return true;
}

function moveTo(thread: Memory, block: usize, room: u32): void {
  const ids = block + room * RAW_FRAME_BYTES;
  if (thread.frames != 0) {
    memory.copy(block, thread.frames, thread.count * RAW_FRAME_BYTES);
    memory.copy(ids, thread.ids, thread.idCount * 4);
    giveBlock(thread.frames, thread.room);
  }
  thread.frames = block as u32;
  thread.ids = ids as u32;
  thread.room = room;
}

/** Room is needed: what threads have beyond the stacks that they have now is given back. */
function shrinkAll(): void {
  for (let i: u32 = 0; i < Threads.known; i++) {
    const thread = memoryAt(i);
    if (thread.frames == 0) continue;
    if (thread.count == 0) {
      giveBlock(thread.frames, thread.room);
      thread.frames = 0;
      thread.ids = 0;
      thread.room = 0;
      continue;
    }
    if (roomFor(thread.count) < thread.room) shrink(thread);
  }
}

/** Move a stack to a smaller block, that all of its own is free; where there is none, keep the beginning of its own. */
function shrink(thread: Memory): void {
  const room = roomFor(thread.count);
  const block = takeBlock(thread.count);
  if (block != 0) {
    moveTo(thread, block, room);
    return;
  }
  const ids = thread.frames + room * RAW_FRAME_BYTES;
  memory.copy(ids, thread.ids, thread.idCount * 4);
  trimBlock(thread.frames, thread.room, room);
  thread.ids = ids;
  thread.room = room;
}
