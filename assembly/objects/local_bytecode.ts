// Thread-local bytecode (free-threaded 3.14+): every thread but the first runs copies of its own, which it specialises for
// itself. In: an entry of codes.ts, and a frame's tlbc_index. Out: where that copy lies, seen from the code object, and
// later whether it still does: a copy whose index no thread has is freed, and the next thread with it gets another
// (codeobject.c: create_tlbc_lock_held, _Py_ClearUnusedTLBC). It knows no frames.
import { MAX_LOCAL_BYTECODES } from "../abi/limits";
import { Layout } from "../layouts/layout";
import { signedWord, word } from "../remote/read";
import { need, needEachSample } from "../remote/reads";
import { PENDING, UNREADABLE } from "../remote/requests";
import { codeAt, noteCodesFull } from "./codes";

@unmanaged
class LocalBytecode {
  /** Entry of its code object << 32 | tlbc_index. */
  key: u64;
  /** Bytes from the code object to the copy. */
  distance: i64;
  /** Attempt in which it was read; 0 where it has turned out to be another. */
  readAt: u32;
  /** The checkpoint before which it was used last. */
  usedIn: u32;
  /** Number of another one of the same code object; 0 = no more. */
  next: u32;
}

const LOCAL_BYTES: u32 = (offsetof<LocalBytecode>() + 7) & ~7;
/** Numbers begin at 1. */
const LOCALS: usize = heap.alloc((MAX_LOCAL_BYTECODES + 1) * LOCAL_BYTES);

// Numbers, open-addressed by key.
const SLOT_BITS: u32 = 16; // twice as many slots as copies
const SLOTS: u32 = 1 << SLOT_BITS;
const TABLE: usize = heap.alloc(SLOTS * 4);

class Known {
  static count: u32 = 0;
}

export function forgetLocalBytecodes(): void {
  if (Known.count > 0) memory.fill(TABLE, 0, SLOTS * 4);
  Known.count = 0;
}

function localAt(number: u32): LocalBytecode {
  return changetype<LocalBytecode>(LOCALS + number * LOCAL_BYTES);
}

function keyOf(entry: u32, index: u32): u64 {
  return ((entry as u64) << 32) | (index as u64);
}

function slotOf(key: u64): usize {
  let slot = ((key * 0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS)) as u32;
  while (load<u32>(TABLE + slot * 4) != 0 && localAt(load<u32>(TABLE + slot * 4)).key != key) {
    slot = (slot + 1) & (SLOTS - 1);
  }
  return TABLE + slot * 4;
}

/** No copy: the distance to one that isn't known. */
export const NO_BYTECODE: i64 = i64.MIN_VALUE;

/** Bytes from the code object to the copy with that index; NO_BYTECODE where it isn't known. */
export function localBytecode(entry: u32, index: u32): i64 {
  const number = load<u32>(slotOf(keyOf(entry, index)));
  return number == 0 || localAt(number).readAt == 0 ? NO_BYTECODE : localAt(number).distance;
}

/** Whether the copy was read for the first time in this attempt: later than the frame that runs it. */
export function isNewBytecode(entry: u32, index: u32, attempt: u32): bool {
  const number = load<u32>(slotOf(keyOf(entry, index)));
  return number != 0 && localAt(number).readAt == attempt;
}

/** The copy is used before checkpoint `batch`. */
export function useBytecode(entry: u32, index: u32, batch: u32): void {
  const number = load<u32>(slotOf(keyOf(entry, index)));
  if (number != 0) localAt(number).usedIn = batch;
}

/**
 * Learn where the copy lies, if it isn't known. The code object is one that could be read.
 * @returns false while bytes are wanted; true even where there is no such copy
 */
export function readBytecode(entry: u32, index: u32, attempt: u32): bool {
  const slot = slotOf(keyOf(entry, index));
  let number = load<u32>(slot);
  if (number != 0 && localAt(number).readAt != 0) return true;
  const code = codeAt(entry);
  const at = need(code.address, Layout.codeSize, Layout.codeSize);
  if (at <= UNREADABLE) return at != PENDING;
  const length = arrayLength(index);
  const array = need(word(at + Layout.codeTlbc), length, length);
  if (array <= UNREADABLE) return array != PENDING;
  const start = copyAt(array, index);
  if (start == 0) return true;
  if (number == 0) {
    if (Known.count == MAX_LOCAL_BYTECODES) {
      noteCodesFull();
      return true;
    }
    number = ++Known.count;
    store<u32>(slot, number);
    localAt(number).key = keyOf(entry, index);
    localAt(number).usedIn = 0;
    localAt(number).next = code.bytecodes;
    code.bytecodes = number;
  }
  localAt(number).distance = (start - code.address) as i64;
  localAt(number).readAt = attempt;
  return true;
}

/** Bytes of an array that has an entry at `index`; more than can be asked for where there is none such. */
function arrayLength(index: u32): u32 {
  return min<u64>((Layout.tlbcEntries as u64) + ((index as u64) + 1) * Layout.wordSize, u32.MAX_VALUE) as u32;
}

/** The copy's address in an array's copy, or 0. */
function copyAt(array: usize, index: u32): u64 {
  if (signedWord(array + Layout.tlbcSize) <= (index as i64)) return 0;
  return word(array + Layout.tlbcEntries + index * Layout.wordSize);
}

/**
 * Whether the copies of one code object that are used before checkpoint `batch` lie where they lay; any other that doesn't
 * is forgotten. Their ranges will be prefetched.
 * @returns PENDING, UNREADABLE (also: one is elsewhere), or anything else when they do
 */
export function compareBytecodes(entry: u32, batch: u32): usize {
  const code = codeAt(entry);
  const at = needEachSample(code.address, Layout.codeSize, Layout.codeSize);
  if (at <= UNREADABLE) return at;
  let last: u32 = 0;
  for (let number = code.bytecodes; number != 0; number = localAt(number).next) {
    if (localAt(number).usedIn == batch) last = max(last, localAt(number).key as u32);
  }
  if (last == 0) return at;
  const length = arrayLength(last);
  const array = needEachSample(word(at + Layout.codeTlbc), length, length);
  if (array <= UNREADABLE) return array;
  let same = true;
  for (let number = code.bytecodes; number != 0; number = localAt(number).next) {
    const local = localAt(number);
    const index = local.key as u32;
    if (index > last || copyAt(array, index) - code.address == (local.distance as u64)) continue;
    if (local.usedIn == batch) same = false;
    local.readAt = 0;
  }
  return same ? array : UNREADABLE;
}
