// The stacks that threads had, so that the next sample decodes only what changed. In: a thread's raw frames. Out: where the stack
// begins to differ from what it was. It knows no code objects and reads nothing.
import { NO_CODE } from "../objects/codes";
import { CachedThread, CachedThreads, cachedAt, frameOf } from "./cached_thread";
import { RAW_FRAME_BYTES } from "./raw_frame";
import { RawStack, rawFrameAt } from "./raw_stack";
import { giveBlock, roomFor, takeBlock, trimBlock } from "./stack_store";

export class StackCache {
  /** Changes of stacks that were seen. */
  static changes: u32 = 0;
}

/** Forget a thread's stack. Its room stays. */
export function forgetStack(thread: CachedThread): void {
  thread.count = 0;
  thread.resolved = 0;
  thread.knownEdges = 0;
  thread.emitted = 0;
  thread.idCount = 0;
  thread.irregular = 0;
  thread.steady = 0;
  thread.provenIn = 0;
  thread.stoodUpTo = 0;
  thread.cachedAtSwitch = 0;
}

/**
 * Cache a stack: its first `reused` frames are the cached ones, the others the raw frames of the walk. False where there is no
 * room.
 */
export function cacheStack(thread: CachedThread, reused: u32): bool {
  const total = reused + RawStack.count;
  if (total > thread.capacity && !enlarge(thread, total)) return false;
  const before = thread.count;
  let first = min(before, total);
  let sameCode = true;
  for (let i = reused; i < total; i++) {
    const from = rawFrameAt(total - 1 - i);
    const frame = frameOf(thread, i);
    const isKnown = i < before && frame.code == from.code;
    if (
      isKnown &&
      frame.instruction == from.instruction &&
      frame.address == from.address &&
      frame.previous == from.previous &&
      frame.flags == from.flags
    ) {
      continue;
    }
    if (!isKnown) sameCode = false;
    frame.address = from.address;
    frame.previous = from.previous;
    frame.code = from.code;
    frame.instruction = from.instruction;
    frame.flags = from.flags;
    if (!isKnown) frame.entry = NO_CODE;
    first = min(first, i);
  }
  thread.count = total;
  noteChange(thread, first, before, sameCode);
  return true;
}

/** Frames from `first` on are others than the `before` frames that there were. */
function noteChange(thread: CachedThread, first: u32, before: u32, sameCode: bool): void {
  const total = thread.count;
  thread.changed = first == total && total == before ? 0 : 1;
  if (thread.changed == 0) {
    thread.steady++;
    return;
  }
  StackCache.changes++;
  thread.resolved = min(thread.resolved, first);
  if (total == before && first + 1 == total && sameCode) {
    // Only the leaf went on.
    thread.steady++;
  } else {
    thread.steady = 0;
    thread.knownEdges = min(thread.knownEdges, first);
  }
  // Which frame is the leaf matters to how it is shown.
  const leaf = min(total, before);
  if (total != before) first = min(first, leaf == 0 ? 0 : leaf - 1);
  thread.emitted = min(thread.emitted, first);
}

function enlarge(thread: CachedThread, count: u32): bool {
  let block = takeBlock(count);
  if (block == 0) {
    shrinkAll();
    block = takeBlock(count);
    if (block == 0) return false;
  }
  moveTo(thread, block, roomFor(count));
  return true;
}

function moveTo(thread: CachedThread, block: usize, capacity: u32): void {
  const ids = block + capacity * RAW_FRAME_BYTES;
  if (thread.frames != 0) {
    memory.copy(block, thread.frames, thread.count * RAW_FRAME_BYTES);
    memory.copy(ids, thread.ids, thread.idCount * 4);
    giveBlock(thread.frames, thread.capacity);
  }
  thread.frames = block as u32;
  thread.ids = ids as u32;
  thread.capacity = capacity;
}

/** Room is needed: what threads have beyond the stacks that they have now is given back. */
function shrinkAll(): void {
  for (let i: u32 = 0; i < CachedThreads.count; i++) {
    const thread = cachedAt(i);
    if (thread.frames == 0) continue;
    if (thread.count == 0) {
      giveBlock(thread.frames, thread.capacity);
      takeRoom(thread);
      continue;
    }
    if (roomFor(thread.count) < thread.capacity) shrink(thread);
  }
}

/** The thread has no room for frames any more. */
export function takeRoom(thread: CachedThread): void {
  thread.frames = 0;
  thread.ids = 0;
  thread.capacity = 0;
}

/** Move a stack to a smaller block, that all of its own is free; where there is none, keep the beginning of its own. */
function shrink(thread: CachedThread): void {
  const room = roomFor(thread.count);
  const block = takeBlock(thread.count);
  if (block != 0) {
    moveTo(thread, block, room);
    return;
  }
  const ids = thread.frames + room * RAW_FRAME_BYTES;
  memory.copy(ids, thread.ids, thread.idCount * 4);
  trimBlock(thread.frames, thread.capacity, room);
  thread.ids = ids;
  thread.capacity = room;
}
