// Native thread ids where PyThreadState has none (3.9, 3.10): the tid inside the C library's struct pthread, to which
// thread_id points. In: the main thread's native id, which is the process's. Out: the offset, found once, and ids.
import { Layout } from "../layouts/layout";
import { need, needPlanned, PENDING, UNREADABLE } from "../remote/ranges";
import { u32At } from "../remote/read";

/** Bytes of struct pthread to search. */
const SEARCHED: u32 = 1024;
/** Searches of the oldest thread after which the id is taken to be nowhere: no thread is the process's first one. */
const MAX_SEARCHES: u32 = 32;
/** pid_max's own maximum (linux/threads.h, PID_MAX_LIMIT). */
const MAX_ID: u32 = 1 << 22;

export class NativeId {
  /** Of the main thread, as the target sees it. */
  static main: u32 = 0;
  /** Where the tid lies in struct pthread; 0 = not yet found. */
  static offset: u32 = 0;
  /** Searches of the oldest thread that found nothing. */
  static searches: u32 = 0;

  /** Begin with another target. */
  static reset(main: u32): void {
    NativeId.main = main;
    NativeId.offset = 0;
    NativeId.searches = 0;
  }
}

/** Offsets of `tid` in glibc (x86-64 and AArch64: 720 and 208; i386: 104) and musl (48, 56, 32): tried first. */
function known(index: u32): u32 {
  switch (index) {
    case 0:
      return 720;
    case 1:
      return 208;
    case 2:
      return 104;
    case 3:
      return 56;
    case 4:
      return 48;
    default:
      return 32;
  }
}

/**
 * Look for the main thread's id behind `pthread`.
 * @param oldest whether this is the oldest thread, hence the main one: only there may every word be tried, since
 *   older C libraries keep the process's id in each thread
 * @returns false while bytes are wanted
 */
export function searchNativeId(pthread: u64, oldest: bool): bool {
  if (NativeId.searches == MAX_SEARCHES) return true;
  const at = need(pthread, 256, SEARCHED);
  if (at == PENDING) return false;
  if (at == UNREADABLE) {
    if (oldest) NativeId.searches++;
    return true;
  }
  const bytes: u32 = need(pthread, SEARCHED, SEARCHED) > UNREADABLE ? SEARCHED : 256;
  for (let i: u32 = 0; i < 6; i++) {
    const offset = known(i);
    if (offset + 4 <= bytes && u32At(at + offset) == NativeId.main) {
      NativeId.offset = offset;
      return true;
    }
  }
  if (!oldest) return true;
  for (let offset = Layout.wordSize * 4; offset + 4 <= bytes; offset += 4) {
    if (u32At(at + offset) == NativeId.main) {
      NativeId.offset = offset;
      return true;
    }
  }
  NativeId.searches++;
  return true;
}

export class NativeIdResult {
  static id: u64 = 0;
}

/** The native id of the thread whose struct pthread lies at `pthread`. False while bytes are wanted; 0 = unknown. */
export function readNativeId(pthread: u64): bool {
  NativeIdResult.id = 0;
  const at = needPlanned(pthread + (NativeId.offset as u64), 4, 4);
  if (at == PENDING) return false;
  if (at != UNREADABLE && u32At(at) <= MAX_ID) NativeIdResult.id = u32At(at) as u64;
  return true;
}
