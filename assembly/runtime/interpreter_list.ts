// Which interpreters there are. In: the runtime's address. Out: one after the other, in the order of its list, with what a sample needs
// to know of it. A checkpoint walks the list.
import { MAX_INTERPRETERS } from "../abi/limits";
import { REASON_THREADS_LOST } from "../abi/reasons";
import { codeCounterOffset } from "../layouts/code_counters";
import { ABSENT, Layout } from "../layouts/layout";
import { i32At, i64At, word } from "../remote/read";
import { needEachSample } from "../remote/reads";
import { PENDING, UNREADABLE } from "../remote/requests";
import { enterSection, LISTS, STACKS } from "../remote/uses";
import { Attempt, addInterpreter, addReason, interpreterAt, tearAttempt } from "../threads/attempt";
import { beginList, keepList } from "./known_list";
import { beginCycleCheck } from "./list_cycle";
import { beginIds } from "./native_id";
import { beginOmitted } from "./omitted_threads";
import { Runtime } from "./runtime";
import { interpreterField, needInterpreter } from "./state_slices";

// How the walk of a list goes on.
export const LIST_GO_ON: u32 = 0;
/** Bytes are wanted. */
export const LIST_WANTS: u32 = 1;
/** The runtime has no interpreter. */
export const LIST_NONE: u32 = 2;
export const LIST_UNREADABLE: u32 = 3;
/** The list is walked. */
export const LIST_END: u32 = 4;
/** Bytes of a thread state are wanted: hence more may be of what was not prefetched. */
export const LIST_WANTS_STATE: u32 = 5;

/** The interpreter whose threads are walked. */
export class Interpreter {
  /** Its address; 0 at the end of the list. */
  static address: u64 = 0;
  static next: u64 = 0;
  static id: i64 = 0;
  /** 1 while its garbage collector runs. */
  static collecting: u32 = 0;
  /** Address of its newest thread state. */
  static threads: u64 = 0;
}

/** Find the first interpreter: LIST_GO_ON, LIST_WANTS, LIST_NONE or LIST_UNREADABLE. */
export function findInterpreters(): u32 {
  enterSection(LISTS);
  const at = needEachSample(
    Runtime.address + (Layout.runtimeInterpretersHead as u64),
    Layout.wordSize,
    Layout.wordSize,
  );
  if (at == PENDING) return LIST_WANTS;
  if (at == UNREADABLE) return LIST_UNREADABLE;
  Interpreter.address = word(at);
  if (Interpreter.address == 0) return LIST_NONE;
  beginOmitted();
  beginList();
  beginIds();
  return LIST_GO_ON;
}

/** Walk the interpreter that comes next: LIST_GO_ON, LIST_WANTS or LIST_END. */
export function walkInterpreter(): u32 {
  if (Interpreter.address == 0) return endList();
  enterSection(LISTS);
  const outcome = needInterpreter(Interpreter.address);
  if (outcome == PENDING) return LIST_WANTS;
  if (outcome == UNREADABLE || Attempt.interpreters == MAX_INTERPRETERS || isWalked(Interpreter.address)) {
    loseThreads();
    return endList();
  }
  addInterpreter(Interpreter.address);
  Interpreter.id = i64At(interpreterField(Layout.interpreterId));
  Interpreter.next = word(interpreterField(Layout.interpreterNext));
  Interpreter.threads = word(interpreterField(Layout.interpreterThreadsHead));
  Interpreter.collecting =
    Layout.interpreterCollecting != ABSENT && i32At(interpreterField(Layout.interpreterCollecting)) != 0 ? 1 : 0;
  beginCycleCheck();
  enterSection(STACKS);
  return LIST_GO_ON;
}

/** The copy of the interpreter's counter of code objects; 0 where it has none. */
export function codeCounterCopy(): usize {
  return codeCounterOffset() == ABSENT ? 0 : interpreterField(codeCounterOffset());
}

/** Whether the list of interpreters has come back to one. */
function isWalked(interpreter: u64): bool {
  for (let i: u32 = 0; i < Attempt.interpreters; i++) {
    if (interpreterAt(i) == interpreter) return true;
  }
  return false;
}

function endList(): u32 {
  keepList();
  return LIST_END;
}

/** The interpreter's threads are walked: go on with the next interpreter. */
export function endInterpreter(): u32 {
  Interpreter.address = Interpreter.next;
  return LIST_END;
}

/** A list broke off: threads are missing. */
export function loseThreads(): void {
  addReason(REASON_THREADS_LOST);
  tearAttempt();
}
