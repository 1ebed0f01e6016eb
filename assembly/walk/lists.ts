// Which threads there are. In: the runtime's address. Out: the sample's threads in the order of the interpreters' lists,
// and the copy of each one's state. A checkpoint walks the lists; between two, the links of the threads' own states tell
// whether the list that was walked last is still right.
import { MAX_COUNTED_THREADS, MAX_INTERPRETERS, MAX_THREADS } from "../abi/limits";
import { INTERPRETERS } from "../abi/memory";
import { REASON_NO_NATIVE_ID, REASON_NO_THREAD, REASON_THREADS_LOST } from "../abi/reasons";
import { ABSENT, Layout } from "../layouts/layout";
import { i32At, i64At, word } from "../remote/read";
import { beginReads, needEachSample, needFrame, requestFrame } from "../remote/reads";
import { PENDING, UNREADABLE } from "../remote/requests";
import { enterSection, LISTS, STACKS } from "../remote/uses";
import { isLeftOut } from "./apart";
import { needChunk } from "./datastack";
import { counterOffset, interpreterField, needInterpreter, needThread } from "./fields";
import { forgetLook, linkSiblings } from "./frameless";
import { isListQuiet } from "./gil";
import { addInterpreter, beginEpoch } from "./known_codes";
import { findNativeId, leaveBehind, NativeId, NativeIdResult, readNativeId } from "./native_id";
import { isShim } from "./prefix";
import { beginStack, LOST_FRAME } from "./stack";
import { Walk } from "./state";
import { ThreadList } from "./thread_list";
import { forgetThreadsBehind, frameOf, isInState, memoryAt, placeThread, replaceThread, threadAt } from "./threads";

export class Lists {
  static interpreter: u64 = 0;
  static nextInterpreter: u64 = 0;
  static interpreterId: i64 = 0;
  static collecting: u32 = 0;
  /** The thread whose turn it is; 0 at the end of an interpreter's list. */
  static thread: u64 = 0;
  static nextThread: u64 = 0;
  /** Threads that are not of the sample, since there are too many: of the last list, and of the one under way. */
  static beyond: u32 = 0;
  static counted: u32 = 0;
  /** Threads that the last checkpoint found; the walk between two goes through them. */
  static known: u32 = 0;
  /** Whether that list can be relied on. */
  static trusted: bool = false;
  /** The list is whole, but the native ids in it have turned out to be another process's: it must be walked once more. */
  static misnamed: bool = false;
}

export const LIST_GO_ON: u32 = 0;
export const LIST_WANTS: u32 = 1;
export const LIST_NONE: u32 = 2;
export const LIST_UNREADABLE: u32 = 3;
/** The list is walked. */
export const LIST_END: u32 = 4;

/** Find the first interpreter: LIST_GO_ON, LIST_WANTS, LIST_NONE or LIST_UNREADABLE. */
export function findInterpreters(): u32 {
  enterSection(LISTS);
  const at = needEachSample(Walk.runtime + (Layout.runtimeInterpretersHead as u64), Layout.wordSize, Layout.wordSize);
  if (at == PENDING) return LIST_WANTS;
  if (at == UNREADABLE) return LIST_UNREADABLE;
  Lists.interpreter = word(at);
  if (Lists.interpreter == 0) return LIST_NONE;
  Lists.counted = 0;
  Lists.misnamed = false;
  beginEpoch();
  NativeId.begin();
  return LIST_GO_ON;
}

/** Walk to the next interpreter: LIST_GO_ON, LIST_WANTS or LIST_END. */
export function walkInterpreter(): u32 {
  if (Lists.interpreter == 0) return endList();
  enterSection(LISTS);
  const outcome = needInterpreter(Lists.interpreter);
  if (outcome == PENDING) return LIST_WANTS;
  if (outcome == UNREADABLE || Walk.interpreters == MAX_INTERPRETERS || isWalked(Lists.interpreter)) {
    loseThreads();
    return endList();
  }
  store<u64>(INTERPRETERS + Walk.interpreters++ * 8, Lists.interpreter);
  Lists.interpreterId = i64At(interpreterField(Layout.interpreterId));
  Lists.nextInterpreter = word(interpreterField(Layout.interpreterNext));
  Lists.thread = word(interpreterField(Layout.interpreterThreadsHead));
  Lists.collecting =
    Layout.interpreterCollecting != ABSENT && i32At(interpreterField(Layout.interpreterCollecting)) != 0 ? 1 : 0;
  const counter: usize = counterOffset() == ABSENT ? 0 : interpreterField(counterOffset());
  addInterpreter(Lists.interpreter, Lists.interpreterId, counter);
  ThreadList.begin();
  enterSection(STACKS);
  return LIST_GO_ON;
}

/** Whether the list of interpreters has come back to one. */
function isWalked(interpreter: u64): bool {
  for (let i: u32 = 0; i < Walk.interpreters; i++) {
    if (load<u64>(INTERPRETERS + i * 8) == interpreter) return true;
  }
  return false;
}

function endList(): u32 {
  forgetThreadsBehind(Walk.threads);
  Lists.known = Walk.threads;
  Lists.beyond = Lists.counted;
  linkSiblings();
  beginReads(0);
  Lists.misnamed = Walk.threads > 0 && !NativeId.settle();
  if (Lists.misnamed) Walk.torn = true;
  Lists.trusted = Layout.threadPrevious != ABSENT && !Lists.misnamed;
  enterSection(STACKS);
  return LIST_END;
}

function loseThreads(): void {
  Walk.reasons |= REASON_THREADS_LOST;
  Walk.torn = true;
}

/**
 * Whether the interpreter's list is the one that is known: its head is the same, there is no other interpreter, and since
 * only the thread that holds the GIL can have run, no other one has ended. It's an inference: only for stacks that must be
 * proven.
 * @param recent whether this very sample has walked it already: what else there is to know, the threads' own links tell
 */
export function isKnownList(recent: bool): bool {
  if (
    !Walk.proving ||
    !Lists.trusted ||
    !(recent || isListQuiet()) ||
    Lists.nextInterpreter != 0 ||
    Walk.interpreters != 1 ||
    Lists.known == 0
  )
    return false;
  if (threadAt(0).address != Lists.thread || memoryAt(0).interpreter != Lists.interpreter) return false;
  for (let i: u32 = 0; i < Lists.known; i++) threadAt(i).collecting = Lists.collecting;
  NativeId.seen = true; // or it would be doubted already
  return true;
}

/** Begin the next thread of the interpreter's list: LIST_GO_ON, LIST_WANTS, or LIST_END when it has no more. */
export function listThread(): u32 {
  if (Lists.thread == 0) return endInterpreter();
  if (isFull()) {
    const outcome = passThreads();
    if (outcome != LIST_GO_ON) return outcome;
  } else if (ThreadList.isCircle(Lists.thread)) {
    loseThreads();
    return endInterpreter();
  }
  placeThread(Walk.threads, Lists.thread);
  beginReads(memoryAt(Walk.threads).owner);
  const at = needThread(Lists.thread);
  if (at == PENDING) {
    expectThreads(true);
    return LIST_WANTS;
  }
  if (at == UNREADABLE || word(at + Layout.threadInterpreter) != Lists.interpreter) {
    loseThreads();
    return endInterpreter();
  }
  Lists.nextThread = word(at + Layout.threadNext);
  const frame = newestFrame(at);
  if (frame == PENDING) return LIST_WANTS;
  if (!identify(at)) return LIST_WANTS;

  const record = threadAt(Walk.threads);
  if (record.nativeId != NativeIdResult.id) forgetLook(memoryAt(Walk.threads));
  record.nativeId = NativeIdResult.id;
  // An interpreter that begins where another one has ended has its first thread there, too (3.12+ keep it within), of the same id.
  if (memoryAt(Walk.threads).interpreter != 0 && record.interpreterId != Lists.interpreterId)
    replaceThread(Walk.threads);
  record.interpreterId = Lists.interpreterId;
  record.collecting = Lists.collecting;
  if (memoryAt(Walk.threads).interpreter != Lists.interpreter) memoryAt(Walk.threads).gil = 0;
  memoryAt(Walk.threads).interpreter = Lists.interpreter;
  memoryAt(Walk.threads).gone = NativeIdResult.gone ? 1 : 0;
  memoryAt(Walk.threads).identity = identityAt(at);
  memoryAt(Walk.threads).pthread = word(at + Layout.threadId);
  begin(at, frame);
  return LIST_GO_ON;
}

/** Begin the next of the threads that are known: LIST_GO_ON, LIST_WANTS, or LIST_END where the list is another one. */
export function nextKnownThread(): u32 {
  const record = threadAt(Walk.threads);
  beginReads(memoryAt(Walk.threads).owner);
  const at = needThread(record.address);
  if (at == PENDING) {
    expectThreads(false);
    return LIST_WANTS;
  }
  const interpreter = memoryAt(Walk.threads).interpreter;
  if (
    at == UNREADABLE ||
    word(at + Layout.threadInterpreter) != interpreter ||
    // One that has only begun does not have its own id yet.
    identityAt(at) != memoryAt(Walk.threads).identity ||
    (!isGap(Walk.threads) && word(at + Layout.threadPrevious) != neighbour(Walk.threads - 1, interpreter)) ||
    (!isGap(Walk.threads + 1) && word(at + Layout.threadNext) != neighbour(Walk.threads + 1, interpreter))
  ) {
    return LIST_END;
  }
  const frame = newestFrame(at);
  if (frame == PENDING) return LIST_WANTS;
  begin(at, frame);
  return LIST_GO_ON;
}

/**
 * Something was missing: ask at once for whatever else the known threads had, not for one thing after the other. Those that
 * can't have run are left out of samples, so the plan forgets them; once they may have run, all of them are wanted.
 * @param listing whether they are listed anew
 */
function expectThreads(listing: bool): void {
  for (let i = Walk.threads; i < Lists.known; i++) {
    const thread = memoryAt(i);
    beginReads(thread.owner);
    const isOut = isLeftOut(i);
    // As the plan has them: the frames first.
    if (!isOut && thread.chunk != 0) needChunk(thread.chunk, Layout.chunkData, thread.reach);
    needThread(threadAt(i).address);
    if (listing && Layout.threadNativeId == ABSENT && NativeId.offset != 0) readNativeId(thread.identity);
    if (isOut) continue;
    if (thread.cframe != 0) needCFrame(thread.cframe);
    if (thread.chunk != 0) continue;
    for (let f: u32 = 0; f < thread.count; f++) needFrame(frameOf(thread, f).address, Layout.frameSize);
  }
  beginReads(memoryAt(Walk.threads).owner);
}

/**
 * Ask for C's frames on the stacks that are remembered (3.12+). What stands still is walked by its links alone, through each of these;
 * plain copies do without (climb.ts), so that the plan doesn't have them, and a still copy would be in vain that lacks one.
 */
export function expectShims(): void {
  if (Layout.frameOwner == ABSENT) return;
  for (let i: u32 = 0; i < Lists.known; i++) {
    if (isLeftOut(i)) continue;
    const thread = memoryAt(i);
    for (let f: u32 = 0; f < thread.count; f++) {
      const previous = frameOf(thread, f).previous;
      if (isShim(previous)) requestFrame(previous, Layout.frameSize, thread.owner);
    }
  }
  beginReads(0);
}

/** The known thread at `index`, if it is the interpreter's; else 0. Below 0 it wraps around, to no thread. */
function neighbour(index: u32, interpreter: u64): u64 {
  return index < Lists.known && memoryAt(index).interpreter == interpreter ? threadAt(index).address : 0;
}

function begin(at: usize, frame: u64): void {
  const record = threadAt(Walk.threads);
  const thread = memoryAt(Walk.threads);
  if (thread.gone != 0) {
    // What it ran last, and never will again, is no stack of this process.
    record.reasons = REASON_NO_THREAD;
    frame = NO_FRAME_YET;
  } else {
    record.reasons = record.nativeId == 0 ? REASON_NO_NATIVE_ID : 0;
  }
  const hasDatastack = Layout.threadDatastackChunk != ABSENT;
  thread.chunk = hasDatastack ? word(at + Layout.threadDatastackChunk) : 0;
  thread.cframe = Layout.threadCFrame == ABSENT ? 0 : word(at + Layout.threadCFrame);
  const top = hasDatastack ? word(at + Layout.threadDatastackTop) : 0;
  beginStack(thread, frame == NO_FRAME_YET ? 0 : frame, thread.chunk, top);
}

/** Stands for a thread without a frame, where 0 is PENDING: an address that no frame lies at. */
const NO_FRAME_YET: u64 = 2;

/** The address of the thread's newest frame; PENDING, or NO_FRAME_YET. */
function newestFrame(at: usize): u64 {
  let frame: u64 = 0;
  if (Layout.threadCFrame != ABSENT) {
    const cframe = word(at + Layout.threadCFrame);
    if (cframe != 0) {
      const from = needCFrame(cframe);
      if (from == PENDING) return PENDING;
      frame = from == UNREADABLE ? LOST_FRAME : word(from);
      // The thread state's own (root_cframe) is that of a thread that runs no Python. One that is on the C stack always names a frame, but
      // is soon something else: it was copied too late.
      if (frame == 0 && !isInState(Walk.threads, cframe)) frame = LOST_FRAME;
    }
  } else {
    frame = word(at + Layout.threadCurrentFrame);
  }
  return frame == 0 ? NO_FRAME_YET : frame;
}

function needCFrame(cframe: u64): usize {
  return needEachSample(cframe + (Layout.cframeCurrentFrame as u64), Layout.wordSize, Layout.wordSize);
}

function identityAt(at: usize): u64 {
  return word(at + (Layout.threadNativeId != ABSENT ? Layout.threadNativeId : Layout.threadId));
}

/** Find the thread's native id, in NativeIdResult. False while bytes are wanted. */
function identify(at: usize): bool {
  const stored = Layout.threadNativeId != ABSENT ? word(at + Layout.threadNativeId) : 0;
  const pthread = word(at + Layout.threadId);
  if (!findNativeId(stored, pthread, Lists.nextThread == 0)) return false;
  if (Layout.threadNativeId == ABSENT && NativeId.hadLeavings && isOfYounger(pthread)) leaveBehind();
  return true;
}

/** Whether a younger thread state of the interpreter, which its list has before this one, is of the same thread (3.9, 3.10). */
function isOfYounger(pthread: u64): bool {
  for (let i = ThreadList.first; i < Walk.threads; i++) {
    if (memoryAt(i).identity == pthread) return true;
  }
  return false;
}

/** The thread is walked: go on with the next. */
export function endListed(): void {
  Lists.thread = Lists.nextThread;
}

function endInterpreter(): u32 {
  Lists.interpreter = Lists.nextInterpreter;
  return LIST_END;
}

// Addresses of the threads beyond those of the sample, as they were found last.
const BEYOND: usize = heap.alloc(MAX_COUNTED_THREADS * 8);

/** Whether the thread at `index` does not follow the one before it in the list: there are others in between. */
function isGap(index: u32): bool {
  return Lists.beyond > 0 && index >= MAX_THREADS - 1;
}

/** Whether there is no place for one more thread. Where there were too many, the last place is the main thread's. */
function isFull(): bool {
  return Walk.threads + (Lists.beyond > 0 ? 1 : 0) >= MAX_THREADS;
}

/**
 * Count the threads that there is no place for, up to the main thread, which must not be missing: the oldest of the main
 * interpreter, hence the last in its list. LIST_GO_ON there, LIST_WANTS, or LIST_END.
 */
function passThreads(): u32 {
  enterSection(LISTS);
  beginReads(0);
  let outcome = LIST_END;
  while (Lists.thread != 0 && Lists.counted < MAX_COUNTED_THREADS) {
    const at = needThread(Lists.thread);
    if (at == PENDING) {
      for (let i = Lists.counted + 1; i < Lists.beyond; i++) needThread(load<u64>(BEYOND + i * 8));
      outcome = LIST_WANTS;
      break;
    }
    if (at == UNREADABLE || word(at + Layout.threadInterpreter) != Lists.interpreter) {
      loseThreads();
      break;
    }
    const next = word(at + Layout.threadNext);
    if (next == 0 && Lists.interpreterId == 0) {
      makePlace();
      outcome = LIST_GO_ON;
      break;
    }
    pass(Lists.thread);
    Lists.thread = next;
  }
  enterSection(STACKS);
  return outcome == LIST_END ? endInterpreter() : outcome;
}

function pass(thread: u64): void {
  store<u64>(BEYOND + Lists.counted * 8, thread);
  Lists.counted++;
}

/** Give the last place to another thread. */
function makePlace(): void {
  if (Walk.threads < MAX_THREADS) return;
  Walk.threads--;
  Walk.total -= memoryAt(Walk.threads).count;
  if (Lists.counted < MAX_COUNTED_THREADS) pass(threadAt(Walk.threads).address);
}
