// The frames of a cached stack that are unchanged, from the root on: what lies on the datastack as it lay there
// before needs no second decoding, nor do the frames of generators and coroutines between it, where they are prefetched. In: the
// datastack's copy, and those frames'. Out: how many frames, from the root, are unchanged, and whether the walk from the leaf has
// come to one of them.

import { ABSENT, Layout } from "../layouts/layout";
import { i32At, word } from "../remote/read";
import { requestedFrame } from "../remote/reads";
import { UNREADABLE } from "../remote/requests";
import { Attempt } from "../threads/attempt";
import { CachedThread, frameOf } from "../threads/cached_thread";
import { codeAtFrame, endOfFrame, FRAME_OF_GENERATOR, FRAME_RUNNING, flagsAt } from "../threads/raw_frame";
import { RawStack, rawFrameAt } from "../threads/raw_stack";
import { chunkCopy, chunkOf, chunkStart, Datastack, NO_CHUNK } from "./datastack";
import { isShim } from "./shims";

class CachedPrefix {
  /** Unchanged frames that may still be met: the walk has passed those beyond. */
  static cursor: u32 = 0;
  /** How many of the unchanged frames are of generators. */
  static generators: u32 = 0;
}

/** Count the unchanged frames. @returns how many there are, from the root */
export function beginCachedPrefix(thread: CachedThread): u32 {
  CachedPrefix.cursor = countUnchanged(thread);
  return CachedPrefix.cursor;
}

/** This is done for each frame of each sample: what doesn't change meanwhile is loaded once. */
function countUnchanged(thread: CachedThread): u32 {
  CachedPrefix.generators = 0;
  let chunk = Datastack.chunks;
  const count = thread.count;
  if (chunk == 0 || count == 0) return 0;
  chunk--; // the oldest
  let start = chunkStart(chunk);
  let room = frameRoom(chunk);
  let copy = chunkCopy(chunk);
  const isWide = Layout.wordSize == 8;
  const tags = ~(Layout.tagMask as u64);
  const executable = Layout.frameExecutable;
  const previous = Layout.framePrevious;
  const instruction = Layout.frameInstruction;
  // Owners don't change while code and address stay; the other flags are of 3.11 to 3.13, or of free-threaded builds.
  const stackTop = Layout.frameStackTop;
  const hasStackTop = stackTop != ABSENT;
  const hasOthers = Layout.frameIsEntry != ABSENT || Layout.frameTlbcIndex != ABSENT;
  for (let i: u32 = 0; i < count; i++) {
    const frame = frameOf(thread, i);
    let at = copy + ((frame.address - start) as usize);
    if (frame.address - start >= room) {
      if ((frame.flags & FRAME_OF_GENERATOR) != 0) {
        at = generatorFrame(thread, i);
        if (at == UNREADABLE) return i;
        CachedPrefix.generators++;
      } else {
        do {
          if (chunk == 0) return i;
          chunk--;
          start = chunkStart(chunk);
          room = frameRoom(chunk);
          copy = chunkCopy(chunk);
        } while (frame.address - start >= room);
        at = copy + ((frame.address - start) as usize);
      }
    }
    // From 3.11 on, where there is a datastack, the instruction is a pointer.
    const pointer = (frame.code as i64) + frame.instruction;
    const isSame = isWide
      ? (load<u64>(at + executable) & tags) == frame.code &&
        load<u64>(at + previous) == frame.previous &&
        load<i64>(at + instruction) == pointer
      : codeAtFrame(at) == frame.code &&
        word(at + previous) == frame.previous &&
        (word(at + instruction) as i64) == pointer;
    if (!isSame) return i;
    if (hasOthers) {
      if (flagsAt(at) != frame.flags) return i;
    } else if (hasStackTop && i32At(at + stackTop) < 0 != ((frame.flags & FRAME_RUNNING) != 0)) {
      return i;
    }
  }
  return count;
}

/**
 * The copy of a generator's frame, number `index`, where it is prefetched, and the links lead as before from it to the frame below, through a shim
 * frame if C is between the two; else UNREADABLE. It's for stacks that must be proven: the copy is of another moment than the datastack's.
 * A root that compiled code has made (unwind.ts) looks no other once it has returned: only an off-CPU copy tells.
 */
function generatorFrame(thread: CachedThread, index: u32): usize {
  if (!Attempt.isProving) return UNREADABLE;
  const frame = frameOf(thread, index);
  if (frame.previous == 0) return UNREADABLE;
  if (index > 0 && !leadsTo(frame.previous, frameOf(thread, index - 1).address)) return UNREADABLE;
  return requestedFrame(frame.address, Layout.frameSize);
}

function leadsTo(previous: u64, caller: u64): bool {
  if (previous == caller) return true;
  if (!isShim(previous)) return false;
  const shim = requestedFrame(previous, Layout.frameSize);
  return shim != UNREADABLE && word(shim + Layout.framePrevious) == caller;
}

/** Where the datastack ends for the first `reused` frames of the thread, of which those of generators lie elsewhere; 0 = not known. */
export function endOfReused(thread: CachedThread, reused: u32): u64 {
  const below = belowGenerators(thread, reused);
  if (below == 0) return 0;
  const frame = frameOf(thread, below - 1);
  return endOfFrame(frame.address, frame.entry);
}

/** How many of the first `count` frames there are up to the last one that is no generator's. */
function belowGenerators(thread: CachedThread, count: u32): u32 {
  while (count > 0 && (frameOf(thread, count - 1).flags & FRAME_OF_GENERATOR) != 0) count--;
  return count;
}

/** Bytes of a chunk's copy in which a whole frame can begin. */
function frameRoom(chunk: u32): u64 {
  const copied = Datastack.copied(chunk);
  return copied > Layout.frameSize ? ((copied - Layout.frameSize + 1) as u64) : 0;
}

/**
 * Whether the walk, at `address` now, goes on with frames that are unchanged.
 * @returns how many these are, from the root; 0 = it does not
 */
export function joinCached(thread: CachedThread, address: u64): u32 {
  if (CachedPrefix.cursor == 0) return 0;
  const chunk = chunkOf(address);
  if (chunk == NO_CHUNK) return joinGenerator(thread, address) ? CachedPrefix.cursor : joinThroughC(thread, address);
  passNewer(thread, chunk, address);
  return CachedPrefix.cursor > 0 && frameOf(thread, CachedPrefix.cursor - 1).address == address
    ? CachedPrefix.cursor
    : 0;
}

/** Whether the walk has come to the unchanged frame of a generator: then those above it are passed. */
function joinGenerator(thread: CachedThread, address: u64): bool {
  if (CachedPrefix.generators == 0) return false;
  for (let i = CachedPrefix.cursor; i > 0; i--) {
    if (frameOf(thread, i - 1).address != address) continue;
    CachedPrefix.cursor = i;
    return true;
  }
  return false;
}

/** Pass unchanged frames that lie beyond `address`, and generators' that those have called. */
function passNewer(thread: CachedThread, chunk: u32, address: u64): void {
  while (CachedPrefix.cursor > 0) {
    const below = belowGenerators(thread, CachedPrefix.cursor);
    if (below == 0) return;
    const frame = frameOf(thread, below - 1);
    const its = chunkOf(frame.address);
    if (its > chunk || (its == chunk && frame.address < address)) return;
    if (frame.address == address) {
      CachedPrefix.cursor = below;
      return;
    }
    CachedPrefix.cursor = below - 1;
  }
}

/**
 * The frame met last was entered from C. Frames follow each other on the datastack without a gap, whether C is between
 * them or not: so its caller, if unchanged, is the one that ends where it begins. This spares a range for each way into
 * the interpreter. Only addresses on C stacks will do: at others lie generators.
 * It's an inference: only for stacks that must be proven.
 */
function joinThroughC(thread: CachedThread, address: u64): u32 {
  if (!Attempt.isProving || RawStack.count == 0 || Layout.codeStackSize == ABSENT || !isShim(address)) return 0;
  const entered = rawFrameAt(RawStack.count - 1);
  const chunk = chunkOf(entered.address);
  if (chunk == NO_CHUNK) return 0;
  passNewer(thread, chunk, entered.address - 1);
  if (CachedPrefix.cursor == 0) return 0;
  return endOfReused(thread, CachedPrefix.cursor) == entered.address ? CachedPrefix.cursor : 0;
}
