// Calls that the program is known to make. In: stacks that are known to have existed. Out: whether every call in another
// stack is one of theirs. An edge is (caller's code, its instruction) -> callee's code; into the root it comes from nowhere.
// A stack that joins two moments nearly always has an edge that no one ever saw.
import { MAX_EDGES } from "../abi/limits";
import { CODE_READY, codeAt, findCode, NO_CODE } from "../objects/codes";
import { CachedThread, frameOf } from "../threads/cached_thread";
import { FRAME_OF_GENERATOR, instructionOf, RawFrame } from "../threads/raw_frame";

const SLOT_BITS: u32 = 18; // twice as many slots as edges
const SLOTS: u32 = 1 << SLOT_BITS;
const TABLE: usize = heap.alloc(SLOTS * 8);

class Edges {
  static count: u32 = 0;
  /** Whether any of them leads into a generator. */
  static generators: bool = false;
}

export function forgetEdges(): void {
  if (Edges.count == 0) return;
  memory.fill(TABLE, 0, SLOTS * 8);
  Edges.count = 0;
  Edges.generators = false;
}

/** How many edges are known. */
export function edgeCount(): u32 {
  return Edges.count;
}

/** The edge into frame number `index`: exact, and never 0. */
function edgeInto(thread: CachedThread, index: u32): u64 {
  const callee = ((1 as u64) << 63) | (frameOf(thread, index).entry as u64);
  if (index == 0) return callee;
  return callee | callSiteOf(thread, callerOf(thread, index));
}

/**
 * The frame that called number `index`. Below that of an __init__ is one that is never shown, which can be between any class and any
 * caller (_Py_InitCleanup, 3.13+): it tells nothing.
 */
function callerOf(thread: CachedThread, index: u32): u32 {
  let caller = index - 1;
  while (caller > 0 && isNeverShown(frameOf(thread, caller))) caller--;
  return caller;
}

function isNeverShown(frame: RawFrame): bool {
  if ((frame.flags & FRAME_OF_GENERATOR) != 0 || frame.entry == NO_CODE) return false;
  return instructionOf(frame) < (codeAt(frame.entry).firstTraceable as i64);
}

/** Of a frame, its code and instruction. */
function callSiteOf(thread: CachedThread, index: u32): u64 {
  const caller = frameOf(thread, index);
  return callSite(caller.entry, instructionOf(caller));
}

/** Entries have 15 bits, instructions of a caller are known to lie in its code. */
function callSite(entry: u32, instruction: i64): u64 {
  return (((entry + 1) as u64) << 47) | (((instruction + 1) as u64) << 16);
}

/** Whether a frame is known to call another from its instruction. */
export function isKnownCall(caller: RawFrame, callee: RawFrame): bool {
  const from = findCode(caller.code);
  const to = findCode(callee.code);
  if (!isReady(from) || !isReady(to)) return false;
  return load<u64>(slotOf(((1 as u64) << 63) | (to as u64) | callSite(from, instructionOf(caller)))) != 0;
}

/** Stands for a callee that is a generator, any one. */
const ANY_GENERATOR: u64 = ((1 as u64) << 63) | 0x8000;

function slotOf(edge: u64): usize {
  let index = ((edge * 0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS)) as u32;
  let slot = TABLE + index * 8;
  while (load<u64>(slot) != 0 && load<u64>(slot) != edge) {
    index = (index + 1) & (SLOTS - 1);
    slot = TABLE + index * 8;
  }
  return slot;
}

function isKnown(thread: CachedThread, index: u32): bool {
  return isReady(frameOf(thread, index).entry);
}

function isReady(entry: u32): bool {
  return entry != NO_CODE && codeAt(entry).state == CODE_READY;
}

/** Whether every edge of the stack is known. */
export function areEdgesKnown(thread: CachedThread): bool {
  let i = thread.knownEdges;
  for (; i < thread.count; i++) {
    if (!isKnown(thread, i) || load<u64>(slotOf(edgeInto(thread, i))) == 0) break;
  }
  thread.knownEdges = i;
  return i == thread.count;
}

/** The stack existed: learn its edges. */
export function learnEdges(thread: CachedThread): void {
  for (let i = thread.knownEdges; i < thread.count; i++) {
    if (!isKnown(thread, i)) return;
    if (Edges.count >= MAX_EDGES) forgetEdges();
    if (i > 0 && (frameOf(thread, i).flags & FRAME_OF_GENERATOR) != 0) {
      learn(ANY_GENERATOR | callSiteOf(thread, i - 1));
      Edges.generators = true;
    }
    learn(edgeInto(thread, i));
  }
  thread.knownEdges = thread.count;
}

function learn(edge: u64): void {
  const slot = slotOf(edge);
  if (load<u64>(slot) != 0) return;
  store<u64>(slot, edge);
  Edges.count++;
}

/**
 * Whether the leaf of a stack whose edges are known is at an instruction that is known to resume a generator. That one's frame lies
 * elsewhere and is copied at another moment: it may have run all the same.
 */
export function mayResume(thread: CachedThread): bool {
  const count = thread.count;
  return Edges.generators && count > 0 && load<u64>(slotOf(ANY_GENERATOR | callSiteOf(thread, count - 1))) != 0;
}
