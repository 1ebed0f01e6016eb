// Which threads an interpreter has. In: the address of its newest thread state. Out: the sample's threads in the order of the list, each
// identified, and ready to be walked. A checkpoint walks the list; known_threads.ts goes through it between two.
import { MAX_THREADS } from "../abi/limits";
import { ABSENT, Layout } from "../layouts/layout";
import { longAt, word } from "../remote/read";
import { beginReads } from "../remote/reads";
import { PENDING, UNREADABLE } from "../remote/requests";
import { enterSection, LISTS, STACKS } from "../remote/uses";
import { Attempt, dropLastThread } from "../threads/attempt";
import { cachedAt, threadAt } from "../threads/cached_thread";
import { assignThread, identifyThread, replaceThread } from "../threads/thread_table";
import { forgetLookup } from "./frameless";
import {
  endInterpreter,
  Interpreter,
  LIST_END,
  LIST_GO_ON,
  LIST_WANTS,
  LIST_WANTS_STATE,
  loseThreads,
} from "./interpreter_list";
import { firstOfInterpreter, isCycle } from "./list_cycle";
import { findNativeId, NativeId, NativeIdResult, orphanThread } from "./native_id";
import { isFull, mayOmit, Omitted, omitThread, omittedAt } from "./omitted_threads";
import { needThread } from "./state_slices";
import { beginThread, identityAt, needCurrentFrame } from "./thread_state";

class ThreadList {
  /** The thread that comes next; 0 at the end of the interpreter's list. */
  static thread: u64 = 0;
  static next: u64 = 0;
}

/** Begin with the threads of the interpreter that was walked last. */
export function beginThreadList(): void {
  ThreadList.thread = Interpreter.threads;
}

/** Begin the next thread of the list: LIST_GO_ON, LIST_WANTS, LIST_WANTS_STATE, or LIST_END when it has no more. */
export function listThread(): u32 {
  if (ThreadList.thread == 0) return endInterpreter();
  if (isFull()) {
    const outcome = passThreads();
    if (outcome != LIST_GO_ON) return outcome;
  } else if (isCycle(ThreadList.thread)) {
    loseThreads();
    return endInterpreter();
  }
  const index = Attempt.threads;
  assignThread(index, ThreadList.thread);
  const thread = cachedAt(index);
  beginReads(thread.owner);
  const at = needThread(ThreadList.thread);
  if (at == PENDING) return LIST_WANTS_STATE;
  if (at == UNREADABLE || word(at + Layout.threadInterpreter) != Interpreter.address) {
    loseThreads();
    return endInterpreter();
  }
  ThreadList.next = word(at + Layout.threadNext);
  const frame = needCurrentFrame(at);
  if (frame == PENDING) return LIST_WANTS;
  if (!identify(at)) return LIST_WANTS;

  const record = threadAt(index);
  // One that begins where another one has ended may have its state and its stack there, too, and so that one's thread_id. An interpreter that
  // begins where another one has ended has its first thread there, too (3.12+ keep it within), of the same id.
  const isOther = record.nativeId != 0 && record.nativeId != NativeIdResult.id;
  if (isOther || (thread.interpreter != 0 && record.interpreterId != Interpreter.id)) replaceThread(index);
  if (record.nativeId != NativeIdResult.id) forgetLookup(thread);
  record.nativeId = NativeIdResult.id;
  record.interpreterId = Interpreter.id;
  record.collecting = Interpreter.collecting;
  if (thread.interpreter != Interpreter.address) thread.gil = 0;
  thread.interpreter = Interpreter.address;
  thread.orphaned = NativeIdResult.isOrphaned ? 1 : 0;
  thread.identity = identityAt(at);
  identifyThread(index, longAt(at + Layout.threadId));
  beginThread(at, frame);
  return LIST_GO_ON;
}

/** The thread is walked: go on with the next. */
export function endListed(): void {
  ThreadList.thread = ThreadList.next;
}

/** Find the thread's native id, in NativeIdResult. False while bytes are wanted. */
function identify(at: usize): bool {
  const stored = Layout.threadNativeId != ABSENT ? longAt(at + Layout.threadNativeId) : 0;
  const pthread = longAt(at + Layout.threadId);
  if (!findNativeId(stored, pthread, ThreadList.next == 0)) return false;
  if (Layout.threadNativeId == ABSENT && NativeId.hadOrphans && isOfYounger(pthread)) orphanThread();
  return true;
}

/** Whether a younger thread state of the interpreter, which its list has before this one, is of the same thread (3.9, 3.10). */
function isOfYounger(pthread: u64): bool {
  for (let i = firstOfInterpreter(); i < Attempt.threads; i++) {
    if (cachedAt(i).identity == pthread) return true;
  }
  return false;
}

/**
 * Count the threads that there is no room for, up to the main thread, which must not be missing: the oldest of the main
 * interpreter, hence the last in its list. LIST_GO_ON there, LIST_WANTS, or LIST_END.
 */
function passThreads(): u32 {
  enterSection(LISTS);
  beginReads(0);
  let outcome = LIST_END;
  while (ThreadList.thread != 0 && mayOmit()) {
    const at = needThread(ThreadList.thread);
    if (at == PENDING) {
      for (let i = Omitted.counted + 1; i < Omitted.count; i++) needThread(omittedAt(i));
      outcome = LIST_WANTS;
      break;
    }
    if (at == UNREADABLE || word(at + Layout.threadInterpreter) != Interpreter.address) {
      loseThreads();
      break;
    }
    const next = word(at + Layout.threadNext);
    if (next == 0 && Interpreter.id == 0) {
      makeRoom();
      outcome = LIST_GO_ON;
      break;
    }
    omitThread(ThreadList.thread);
    ThreadList.thread = next;
  }
  enterSection(STACKS);
  return outcome == LIST_END ? endInterpreter() : outcome;
}

/** Give the sample's last place to the main thread. */
function makeRoom(): void {
  if (Attempt.threads < MAX_THREADS) return;
  dropLastThread(cachedAt(Attempt.threads - 1).count);
  if (mayOmit()) omitThread(threadAt(Attempt.threads).address);
}
