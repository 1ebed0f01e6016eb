// What a program calls one thread. In: a thread of the sample. Out: the name of its Thread object, written where the caller wants it. That is the
// thread's, and no other one's: `threading._active` has it under the thread's id, and it has that id itself.
import { MAX_NAME_CHARACTERS } from "../abi/limits";
import { Layout } from "../layouts/layout";
import { Attributes, findAttributes } from "../objects/attributes";
import { findHash, NO_ENTRY, readKeys, valueOf } from "../objects/dicts";
import { Natural, readNatural } from "../objects/integers";
import { readText, setTextLength } from "../objects/strings";
import { isOfKind, UNICODE_SUBCLASS } from "../objects/type_flags";
import { longAt, word } from "../remote/read";
import { need } from "../remote/reads";
import { PENDING, UNREADABLE } from "../remote/requests";
import { NativeId } from "../runtime/native_id";
import { Attempt } from "../threads/attempt";
import { cachedAt, threadAt } from "../threads/cached_thread";
import { findSlots, findThreadObjects, knownInterpreter, Slots, ThreadObjects } from "./thread_objects";

/** _PyHASH_MODULUS (Include/pyhash.h): an int that is no less than 0 has what remains of it for a hash. */
const WIDE_MODULUS: u64 = (1 << 61) - 1;
const NARROW_MODULUS: u64 = (1 << 31) - 1;

// "MainThread"
const MAIN_THREAD: usize = memory.data<u8>([0x4d, 0x61, 0x69, 0x6e, 0x54, 0x68, 0x72, 0x65, 0x61, 0x64]);
const MAIN_THREAD_LENGTH: u32 = 10;

/**
 * Read the name of thread number `index` of the sample to `target`: UTF-8.
 * @returns PENDING, UNREADABLE (also: it has none), or anything else when Text.length has its bytes
 */
export function readName(index: u32, target: usize): usize {
  const known = knownInterpreter(cachedAt(index).interpreter);
  const objects = findThreadObjects(known);
  if (objects <= UNREADABLE) {
    if (objects == UNREADABLE && ThreadObjects.isMissing && isAlone(index)) return takeMainThread(target);
    return objects;
  }
  const active = readKeys(ThreadObjects.keys);
  if (active <= UNREADABLE) return active;
  const id = cachedAt(index).pthread;
  // Whose state it is: one that has only been made has another id once its thread has begun.
  const state = need(threadAt(index).address + (Layout.threadId as u64), Layout.longSize, Layout.longSize);
  if (state <= UNREADABLE) return state;
  if (longAt(state) != id || hasOlderState(index)) return UNREADABLE;
  const entry = findHash(id % (Layout.wordSize == 8 ? WIDE_MODULUS : NARROW_MODULUS));
  if (entry == NO_ENTRY) return UNREADABLE;
  const found = findAttributes(valueOf(entry));
  if (found <= UNREADABLE) return found;
  const values = Attributes.values;
  const keys = findSlots(known, Attributes.keys);
  if (keys <= UNREADABLE) return keys;
  let name = valueOf(Slots.name);
  let ident = valueOf(Slots.ident);
  if (values != 0) {
    const bytes = (max(Slots.name, Slots.ident) + 1) * Layout.wordSize;
    const at = need(values, bytes, bytes);
    if (at <= UNREADABLE) return at;
    name = word(at + Slots.name * Layout.wordSize);
    ident = word(at + Slots.ident * Layout.wordSize);
  }
  const isOwn = readNatural(ident);
  const text = readString(name, target);
  if (isOwn == PENDING || text == PENDING) return PENDING;
  return isOwn != UNREADABLE && Natural.value == id ? text : UNREADABLE;
}

function readString(address: u64, target: usize): usize {
  const end = Layout.objectType + Layout.wordSize;
  const text = readText(address, target, MAX_NAME_CHARACTERS);
  if (text <= UNREADABLE) return text;
  const head = need(address, end, end);
  if (head <= UNREADABLE) return head;
  return isOfKind(head, UNICODE_SUBCLASS);
}

/**
 * Whether it is the process's first thread, and the main interpreter has no other: `threading`, which it has not imported, would call it
 * MainThread.
 */
function isAlone(index: u32): bool {
  if (threadAt(index).interpreterId != 0 || threadAt(index).nativeId != NativeId.main) return false;
  for (let i: u32 = 0; i < Attempt.threads; i++) if (i != index && threadAt(i).interpreterId == 0) return false;
  return true;
}

/** Whether another state of the interpreter, which was made before this one, has the same thread's id. */
function hasOlderState(index: u32): bool {
  const thread = cachedAt(index);
  for (let i = index + 1; i < Attempt.threads; i++) {
    const other = cachedAt(i);
    if (other.pthread == thread.pthread && other.interpreter == thread.interpreter) return true;
  }
  return false;
}

function takeMainThread(target: usize): usize {
  memory.copy(target, MAIN_THREAD, MAIN_THREAD_LENGTH);
  setTextLength(MAIN_THREAD_LENGTH);
  return target;
}
