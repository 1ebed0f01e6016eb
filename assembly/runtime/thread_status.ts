// The status of threads: whether their interpreter's garbage collector runs, and who holds the GIL. In: the interpreters and threads
// of the walk. Out: two fields of each thread's record, of the same moment as the stacks. A few small ranges an interpreter:
// only for those who want them.
import { GIL_HELD, GIL_HELD_LAST, GIL_NOT_HELD } from "../abi/gil";
import { ABSENT, Layout } from "../layouts/layout";
import { i32At, word } from "../remote/read";
import { beginReads, needEachSample } from "../remote/reads";
import { PENDING, SHARED, UNREADABLE } from "../remote/requests";
import { enterSection, STACKS } from "../remote/uses";
import { Attempt, interpreterAt } from "../threads/attempt";
import { cachedAt, threadAt } from "../threads/cached_thread";
import { gilOf, NO_GIL } from "./gil_table";

/** Find out the status of all threads. False while bytes are wanted. */
export function readStatus(collecting: bool, holder: bool): bool {
  enterSection(STACKS);
  beginReads(SHARED);
  let here = true;
  for (let i: u32 = 0; i < Attempt.interpreters; i++) {
    const interpreter = interpreterAt(i);
    if (collecting && !readCollecting(interpreter)) here = false;
    if (holder && !readHolder(interpreter)) here = false;
  }
  beginReads(0);
  return here;
}

function readCollecting(interpreter: u64): bool {
  if (Layout.interpreterCollecting == ABSENT) return true;
  const at = needEachSample(interpreter + (Layout.interpreterCollecting as u64), 4, 4);
  if (at == PENDING) return false;
  const collecting: u32 = at != UNREADABLE && i32At(at) != 0 ? 1 : 0;
  for (let i: u32 = 0; i < Attempt.threads; i++) {
    if (cachedAt(i).interpreter == interpreter) threadAt(i).collecting = collecting;
  }
  return true;
}

function readHolder(interpreter: u64): bool {
  if (Layout.freeThreaded) {
    // Each may run Python, as one that holds a GIL of its own.
    for (let i: u32 = 0; i < Attempt.threads; i++) threadAt(i).holder = GIL_HELD;
    return true;
  }
  const gil = gilOf(interpreter);
  if (gil == PENDING) return false;
  // In struct _gil_runtime_state, the int `locked` stands behind last_holder (3.9 to 3.15).
  const size = Layout.wordSize;
  const at = gil == NO_GIL ? UNREADABLE : needEachSample(gil + (Layout.gilHolder as u64), size + 4, size + 4);
  if (at == PENDING) return false;
  const holder = at == UNREADABLE ? 0 : word(at);
  const held = holder != 0 && i32At(at + size) != 0 ? GIL_HELD : GIL_HELD_LAST;
  for (let i: u32 = 0; i < Attempt.threads; i++) {
    if (cachedAt(i).interpreter != interpreter) continue;
    threadAt(i).holder = threadAt(i).address == holder ? held : GIL_NOT_HELD;
  }
  return true;
}
