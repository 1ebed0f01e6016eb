// Whether the list of threads that was walked last is still right, without walking it. In: the interpreter's head of the list, and
// the links of the threads' own states. Out: the next known thread, ready to be walked; or that the list is another one. These are
// inferences: only for stacks that must be proven.
import { Layout } from "../layouts/layout";
import { word } from "../remote/read";
import { beginReads } from "../remote/reads";
import { PENDING, UNREADABLE } from "../remote/requests";
import { Attempt } from "../threads/attempt";
import { cachedAt, threadAt } from "../threads/cached_thread";
import { isListUnchanged } from "./gil";
import { Interpreter, LIST_END, LIST_GO_ON, LIST_WANTS, LIST_WANTS_STATE } from "./interpreter_list";
import { KnownList } from "./known_list";
import { noteMainThread } from "./native_id";
import { isGap } from "./omitted_threads";
import { needThread } from "./state_slices";
import { beginThread, identityAt, needCurrentFrame } from "./thread_state";

/**
 * Whether the interpreter's list is the known one: its head is the same, there is no other interpreter, and since only the thread
 * that holds the GIL can have run, no other one has ended.
 * @param recent whether this very sample has walked it already: what else there is to know, the threads' own links tell
 */
export function isKnownList(recent: bool): bool {
  if (
    !Attempt.isProving ||
    !KnownList.isTrusted ||
    !(recent || isListUnchanged()) ||
    Interpreter.next != 0 ||
    Attempt.interpreters != 1 ||
    KnownList.count == 0
  )
    return false;
  if (threadAt(0).address != Interpreter.threads || cachedAt(0).interpreter != Interpreter.address) return false;
  for (let i: u32 = 0; i < KnownList.count; i++) threadAt(i).collecting = Interpreter.collecting;
  noteMainThread(); // or its id would be doubted already
  return true;
}

/** Begin the next of the known threads: LIST_GO_ON, LIST_WANTS, LIST_WANTS_STATE, or LIST_END where the list is another one. */
export function nextKnownThread(): u32 {
  const index = Attempt.threads;
  const record = threadAt(index);
  const thread = cachedAt(index);
  beginReads(thread.owner);
  const at = needThread(record.address);
  if (at == PENDING) return LIST_WANTS_STATE;
  const interpreter = thread.interpreter;
  if (
    at == UNREADABLE ||
    word(at + Layout.threadInterpreter) != interpreter ||
    // One that has only begun does not have its own id yet.
    identityAt(at) != thread.identity ||
    (!isGap(index) && word(at + Layout.threadPrevious) != neighbour(index - 1, interpreter)) ||
    (!isGap(index + 1) && word(at + Layout.threadNext) != neighbour(index + 1, interpreter))
  ) {
    return LIST_END;
  }
  const frame = needCurrentFrame(at);
  if (frame == PENDING) return LIST_WANTS;
  beginThread(at, frame);
  return LIST_GO_ON;
}

/** The known thread at `index`, if it is the interpreter's; else 0. Below 0 it wraps around, to no thread. */
function neighbour(index: u32, interpreter: u64): u64 {
  return index < KnownList.count && cachedAt(index).interpreter == interpreter ? threadAt(index).address : 0;
}
