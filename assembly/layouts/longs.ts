// What a long of 4 bytes beside pointers of 8 moves (Windows). In: the layout in force, as if a long were as wide as a pointer. Out: Layout. The
// distances are those of CPython's headers compiled for x86_64-windows-gnu: cpython/pystate.h, internal/pycore_gil.h.
import { ABSENT, Layout } from "./layout";

/** Bytes of an int. */
const INT: u32 = 4;

/** Whether pointers and longs can have these sizes. */
export function areSizes(wordSize: u32, longSize: u32): bool {
  return (wordSize == 4 || wordSize == 8) && (longSize == wordSize || longSize == 4);
}

/**
 * Say how wide a long of the target's is: 4 or 8 bytes.
 * @param isTable whether the layout is a table's; debug offsets know where the fields of a thread state are
 */
export function setLongs(longSize: u32, isTable: bool): void {
  Layout.longSize = longSize;
  if (longSize == Layout.wordSize) return;
  // int locked stands between the two.
  if (Layout.gilSwitches != ABSENT) Layout.gilSwitches = Layout.gilHolder + Layout.wordSize + INT;
  if (!isTable) return;
  if (Layout.threadNativeId == ABSENT) {
    // 3.9, 3.10: PyThread_get_thread_ident is GetCurrentThreadId (Python/thread_nt.h).
    Layout.threadNativeId = Layout.threadId;
    return;
  }
  // thread_id and native_thread_id follow one another, and what stands behind both begins a word earlier.
  Layout.threadNativeId = Layout.threadId + longSize;
  Layout.threadDatastackChunk -= Layout.wordSize;
  Layout.threadDatastackTop -= Layout.wordSize;
}
