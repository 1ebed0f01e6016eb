// Native thread ids that no PyThreadState tells: the tid inside the C library's struct pthread, to which thread_id points. In:
// the main thread's native id, which is the process's. Out: the offset, found once, and ids.
//
// Up to 3.10 a thread state has no native id. From 3.11 on it has one, which CPython writes when the thread begins and, in the
// child of a fork, when PyOS_AfterFork_Child runs (Modules/posixmodule.c). Before that, and for good where C code forks and
// does not tell CPython, the ids are the parent's. That shows: no thread has the process's own id. The struct pthread is
// right all the same: the kernel writes the forking thread's tid there before the child runs (CLONE_CHILD_SETTID), and the C
// library marks the threads that the child doesn't have: glibc's by 0 (reclaim_stacks), musl's by -1. So does the kernel
// when a thread ends (CLONE_CHILD_CLEARTID). Their stacks, and so their struct pthread, are given to threads that the child
// starts: then two thread states of an interpreter are of one struct pthread, and the older one is left from the parent. A thread
// state without a thread is an orphan.
import { ABSENT, Layout } from "../layouts/layout";
import { u32At } from "../remote/read";
import { need, needEachSample } from "../remote/reads";
import { PENDING, UNREADABLE } from "../remote/requests";
import { enterSection, IN_ORDER, LISTS, Uses } from "../remote/uses";

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
  /** Whether C libraries are known that have it there: what is no id means that there is no such thread. */
  static isCertain: bool = false;
  /** Searches of the oldest thread that found nothing. */
  static searches: u32 = 0;
  /** A thread of the lists that are walked has the process's own id. */
  static hasMain: bool = false;
  /** None had once: the C library says which ids they have. */
  static isDoubted: bool = false;
  /** There were orphans, whose struct pthread another thread may get. */
  static hasOrphans: bool = false;
  /** The same, before the lists were walked. */
  static hadOrphans: bool = false;
  /** Threads of the lists that are walked were asked for their ids while it was not known where those lie. */
  static hasUnknown: bool = false;
}

export class NativeIdResult {
  /** 0 = unknown. */
  static id: u64 = 0;
  /** There is no such thread: it has ended, or a fork has left its state behind. */
  static isOrphaned: bool = false;
}

/** Begin with another target. */
export function forgetIds(main: u32): void {
  NativeId.main = main;
  NativeId.offset = 0;
  NativeId.isCertain = false;
  NativeId.searches = 0;
  NativeId.hasMain = false;
  NativeId.isDoubted = false;
  NativeId.hasOrphans = false;
  NativeId.hadOrphans = false;
  NativeId.hasUnknown = false;
}

/** The lists of threads are about to be walked. */
export function beginIds(): void {
  NativeId.hasMain = false;
  NativeId.hasUnknown = false;
}

/** The threads are the known ones, of which one has the process's own id. */
export function noteMainThread(): void {
  NativeId.hasMain = true;
}

/** The lists of threads are walked. Returns whether their ids can be believed; otherwise they are to be walked again. */
export function settleIds(): bool {
  // The oldest thread, which comes last, is the one that tells where ids lie.
  const isFoundSince = NativeId.hasUnknown && NativeId.offset != 0;
  const same = NativeId.hasOrphans == NativeId.hadOrphans && !isFoundSince;
  NativeId.hadOrphans = NativeId.hasOrphans;
  if (Layout.threadNativeId == ABSENT || NativeId.main == 0) return same;
  if (NativeId.hasMain || NativeId.isDoubted) return same;
  NativeId.isDoubted = true;
  return false;
}

/** Offsets of `tid` in glibc (x86-64 and AArch64: 720 and 208; i386: 104) and musl (48, 56, 32): tried first. */
function knownOffset(index: u32): u32 {
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
 * Look for the main thread's id behind `pthread`, or for the one that the thread state has.
 * @param oldest whether this is the oldest thread, hence the main one: only there may every word be tried, since
 *   older C libraries keep the process's id in each thread
 * @param stored what the thread state has; 0 = nothing
 * @returns false while bytes are wanted
 */
export function searchNativeId(pthread: u64, oldest: bool, stored: u32 = 0): bool {
  if (NativeId.searches == MAX_SEARCHES) return true;
  const at = need(pthread, 256, SEARCHED);
  if (at == PENDING) return false;
  if (at == UNREADABLE) {
    if (oldest) NativeId.searches++;
    return true;
  }
  const bytes: u32 = need(pthread, SEARCHED, SEARCHED) > UNREADABLE ? SEARCHED : 256;
  for (let i: u32 = 0; i < 6; i++) {
    const offset = knownOffset(i);
    if (offset + 4 > bytes) continue;
    const tid = u32At(at + offset);
    if (tid != NativeId.main && (stored == 0 || tid != stored)) continue;
    NativeId.offset = offset;
    NativeId.isCertain = true;
    return true;
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

/** A thread state is an orphan, as far as that is certain. */
export function orphanThread(): void {
  NativeIdResult.id = 0;
  NativeIdResult.isOrphaned = NativeId.isCertain;
  if (NativeId.isCertain) NativeId.hasOrphans = true;
}

/** The native id of the thread whose struct pthread lies at `pthread`. False while bytes are wanted. */
export function readNativeId(pthread: u64): bool {
  NativeIdResult.id = 0;
  NativeIdResult.isOrphaned = false;
  const section = Uses.section;
  // Only checkpoints look at it. (Captures of 3.9 and 3.10 have it among the stacks.)
  if (Layout.threadNativeId != ABSENT) enterSection(LISTS);
  // It may be of any moment.
  const at = needEachSample(pthread + (NativeId.offset as u64), 4, 4, IN_ORDER, false);
  enterSection(section);
  if (at == PENDING) return false;
  if (at == UNREADABLE) return true;
  const tid = u32At(at);
  if (tid == 0 || tid == u32.MAX_VALUE) orphanThread();
  else if (tid <= MAX_ID) NativeIdResult.id = tid as u64;
  return true;
}

/**
 * Find a thread's native id.
 * @param stored what the thread state has; 0 = nothing
 * @param oldest whether it is the interpreter's oldest thread
 * @returns false while bytes are wanted
 */
export function findNativeId(stored: u64, pthread: u64, oldest: bool): bool {
  NativeIdResult.id = stored;
  NativeIdResult.isOrphaned = false;
  if (Layout.threadNativeId != ABSENT) {
    if (stored == (NativeId.main as u64)) NativeId.hasMain = true;
    if (!NativeId.isDoubted) return true;
  }
  if (NativeId.offset == 0 && !searchNativeId(pthread, oldest, stored as u32)) return false;
  if (NativeId.offset == 0) {
    NativeId.hasUnknown = true;
    return true;
  }
  if (!readNativeId(pthread)) return false;
  // Of those that the parent had, only the thread that forked is there: it's the process's first one.
  const id = NativeIdResult.id;
  if (stored != 0 && id != stored && id != 0 && id != (NativeId.main as u64)) orphanThread();
  return true;
}
