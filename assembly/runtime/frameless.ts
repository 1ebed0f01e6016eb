// Threads without a frame: which of them are threads that run no Python function. In: the threads of a walk. Out: of each one's record,
// whether it is left out, and why. That there is no frame, one word of the thread state tells, which is of one moment; here it is found out
// whether there is a thread that it says something of: the system has it, no other state shows what it runs, and the interpreter
// neither starts nor ends. It knows no frames.
import { LEFT_OUT_SILENTLY, LEFT_OUT_WITH_REASON, NOT_LEFT_OUT } from "../abi/left_out";
import { REASON_NO_ROOM, REASON_NO_THREAD, REASON_STARTS_OR_ENDS } from "../abi/reasons";
import { ThreadRecord } from "../abi/records";
import { ABSENT, Layout } from "../layouts/layout";
import { i32At, u32At } from "../remote/read";
import { beginReads, need, needEachSample } from "../remote/reads";
import { PENDING, SHARED, UNREADABLE } from "../remote/requests";
import { enterSection, STACKS } from "../remote/uses";
import { Attempt } from "../threads/attempt";
import { CachedThread, cachedAt, threadAt } from "../threads/cached_thread";
import { NativeId, searchNativeId } from "./native_id";
import { Runtime } from "./runtime";

/** Threads of which a checkpoint asks again whether they are there. */
const LOOKED_UP: u32 = 8;

class Frameless {
  /** The runtime neither starts nor ends, as it was copied last. */
  static isRunning: bool = true;
  /** The first thread of which the next checkpoint asks whether it is there. */
  static next: u32 = 0;
}

/** Whether a thread that was walked has no frame; else there may have been no room for them. */
export function isFrameless(thread: CachedThread): bool {
  return thread.count == 0 && (thread.reasons & REASON_NO_ROOM) == 0;
}

/** Find out what `markFrameless` needs to know. False while bytes are wanted. */
export function examineFrameless(isCheckpoint: bool): bool {
  let any = false;
  let here = true;
  for (let i: u32 = 0; i < Attempt.threads; i++) {
    const thread = cachedAt(i);
    if (!isFrameless(thread)) continue;
    any = true;
    const isDue = thread.lookedUp == 0 || (isCheckpoint && i - Frameless.next < LOOKED_UP);
    if (Attempt.isProving && isDue && !lookUp(threadAt(i), thread)) here = false;
  }
  if (any && !examineRuntime()) here = false;
  if (here && isCheckpoint)
    Frameless.next = Frameless.next + LOOKED_UP < Attempt.threads ? Frameless.next + LOOKED_UP : 0;
  return here;
}

function examineRuntime(): bool {
  Frameless.isRunning = true;
  if (Layout.runtimeInitialized == ABSENT) return true;
  enterSection(STACKS);
  beginReads(SHARED);
  const at = needEachSample(Runtime.address + (Layout.runtimeInitialized as u64), 4, 4);
  beginReads(0);
  if (at == PENDING) return false;
  Frameless.isRunning = at != UNREADABLE && i32At(at) != 0;
  return true;
}

/**
 * Look whether the thread is there. One that has ended may have left its state behind, as C code may do that attaches threads of its own: then
 * its struct pthread has another id or none, or is gone (native_id.ts). False while bytes are wanted.
 */
function lookUp(record: ThreadRecord, thread: CachedThread): bool {
  if (thread.pthread != 0 && record.nativeId != 0) {
    // One that has ended doesn't tell where its id was: the oldest hardly has.
    const oldest = Attempt.threads - 1;
    if (thread.lookedUp == 0 && !(findTid(record, thread) && findTid(threadAt(oldest), cachedAt(oldest)))) return false;
    if (NativeId.offset != 0 && NativeId.isCertain) {
      const at = need(thread.pthread + (NativeId.offset as u64), 4, 4);
      if (at == PENDING) return false;
      thread.ended = at == UNREADABLE || (u32At(at) as u64) != record.nativeId ? 1 : 0;
    }
  }
  thread.lookedUp = 1;
  return true;
}

/** Find out where the C library has ids, if it isn't known. False while bytes are wanted. */
function findTid(record: ThreadRecord, thread: CachedThread): bool {
  return NativeId.offset != 0 || searchNativeId(thread.pthread, false, record.nativeId as u32);
}

/** It is another thread by now. */
export function forgetLookup(thread: CachedThread): void {
  thread.lookedUp = 0;
  thread.ended = 0;
}

/** Say of a thread without a frame whether it is left out. */
export function markFrameless(index: u32): void {
  const record = threadAt(index);
  record.reasons &= ~(REASON_NO_THREAD | REASON_STARTS_OR_ENDS);
  record.leftOut = LEFT_OUT_WITH_REASON;
  if (hasEnded(cachedAt(index))) record.reasons |= REASON_NO_THREAD;
  else if (!Frameless.isRunning) record.reasons |= REASON_STARTS_OR_ENDS;
  else record.leftOut = hasNotBegun(record) || isOfAnotherState(index) ? LEFT_OUT_SILENTLY : NOT_LEFT_OUT;
}

function hasEnded(thread: CachedThread): bool {
  return thread.orphaned != 0 || thread.ended != 0;
}

/** Whether it's a state whose thread has yet to take it (3.12+). In 3.11 and before it has its maker's id until then. */
function hasNotBegun(record: ThreadRecord): bool {
  return Layout.threadNativeId != ABSENT && record.nativeId == 0;
}

/** Whether the thread has another state that shows what it runs, or, where none does, an older one: it's one thread. */
function isOfAnotherState(index: u32): bool {
  for (let i = cachedAt(index).sibling; i != index; i = cachedAt(i).sibling) {
    const other = cachedAt(i);
    if (!isFrameless(other) || (i > index && !hasEnded(other))) return true;
  }
  return false;
}

const SLOT_BITS: u32 = 13; // twice as many slots as threads
const SLOTS: u32 = 1 << SLOT_BITS;
// By a thread's id, one of its states: its index, plus 1.
const STATES: usize = heap.alloc(SLOTS * 4);

/** The threads are listed anew: link the states of each in a ring, the older behind the younger. */
export function linkSiblings(): void {
  if (Attempt.threads > 1) memory.fill(STATES, 0, SLOTS * 4);
  for (let i: u32 = 0; i < Attempt.threads; i++) {
    const thread = cachedAt(i);
    thread.sibling = i;
    if (Attempt.threads == 1) return;
    const id = idOf(i);
    let slot = slotOf(id);
    while (load<u32>(STATES + slot * 4) != 0 && idOf(load<u32>(STATES + slot * 4) - 1) != id)
      slot = (slot + 1) & (SLOTS - 1);
    const before = load<u32>(STATES + slot * 4);
    store<u32>(STATES + slot * 4, i + 1);
    if (before == 0 || id == 0) continue;
    thread.sibling = cachedAt(before - 1).sibling;
    cachedAt(before - 1).sibling = i;
  }
}

/** What tells threads apart: the native id, or where that isn't known, where the C library has the thread. */
function idOf(index: u32): u64 {
  const nativeId = threadAt(index).nativeId;
  return nativeId != 0 ? nativeId : cachedAt(index).pthread;
}

function slotOf(id: u64): u32 {
  return ((id * 0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS)) as u32;
}
