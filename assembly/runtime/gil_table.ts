// Which GILs there are, and who had each one last. In: the interpreters and their threads. Out: for a thread, whether another
// one keeps it from running. Interpreters share one GIL up to 3.11; from 3.12 on each may have its own, and threads of
// different ones run concurrently.
import { MAX_INTERPRETERS } from "../abi/limits";
import { ABSENT, Layout } from "../layouts/layout";
import { longAt, word } from "../remote/read";
import { needEachSample } from "../remote/reads";
import { copyOf, PENDING, request, UNREADABLE } from "../remote/requests";
import { enterSection, LISTS } from "../remote/uses";
import { Attempt, interpreterAt } from "../threads/attempt";
import { CachedThread, cachedAt, threadAt } from "../threads/cached_thread";
import { Runtime } from "./runtime";

/** A _gil_runtime_state. */
@unmanaged
class Entry {
  address: u64;
  /** The thread that has it, or had it last, and the count of switches, as they were copied last. */
  holder: u64;
  switches: u64;
  /** Its request in the attempt under way, and of an off-CPU copy the one that was made before all others. */
  request: u32;
  firstRequest: u32;
  /** The attempt in which its holder is known to have been off its processor, having it. */
  blockedIn: u32;
}

const ENTRY_BYTES: u32 = offsetof<Entry>();
const TABLE: usize = heap.alloc(MAX_INTERPRETERS * ENTRY_BYTES);

export class GilTable {
  /** Different GILs that are known. */
  static count: u32 = 0;
  /** Threads of different interpreters may run concurrently. */
  static hasSeveral: bool = false;
  /** GILs that this attempt copies. */
  static requested: u32 = 0;
}

function entryAt(index: u32): Entry {
  return changetype<Entry>(TABLE + index * ENTRY_BYTES);
}

/** Begin with another target. */
export function forgetGils(): void {
  GilTable.count = 0;
  GilTable.hasSeveral = false;
  GilTable.requested = 0;
}

/** Stands for a GIL that is not known: no struct lies there. */
export const NO_GIL: u64 = 1;

/** Address of the interpreter's GIL; PENDING, or NO_GIL. Its pointer is prefetched with the section that is entered. */
export function gilOf(interpreter: u64): u64 {
  if (Layout.gilHolder == ABSENT) return NO_GIL;
  if (Layout.runtimeGil != ABSENT) return Runtime.address + (Layout.runtimeGil as u64);
  if (Layout.interpreterGil == ABSENT) return NO_GIL;
  const at = needEachSample(interpreter + (Layout.interpreterGil as u64), Layout.wordSize, Layout.wordSize);
  if (at == PENDING) return PENDING;
  const gil = at == UNREADABLE ? 0 : word(at);
  return gil == 0 ? NO_GIL : gil;
}

/** Find the GILs, once the interpreters are walked: of use where there is more than one thread. False while bytes are wanted. */
export function findGils(): bool {
  if (Attempt.threads < 2 || Layout.gilSwitches == ABSENT) {
    GilTable.count = 0;
    GilTable.hasSeveral = Attempt.interpreters > 1;
    for (let i: u32 = 0; i < Attempt.threads; i++) cachedAt(i).gil = 0;
    return true;
  }
  enterSection(LISTS);
  let here = true;
  for (let i: u32 = 0; i < Attempt.interpreters; i++) {
    if (gilOf(interpreterAt(i)) == PENDING) here = false;
  }
  if (!here) return false;
  // Those that are known already keep their holders.
  const known = GilTable.count;
  GilTable.count = 0;
  let unknown = false;
  for (let i: u32 = 0; i < Attempt.interpreters; i++) {
    const interpreter = interpreterAt(i);
    const gil = gilOf(interpreter);
    if (gil == NO_GIL) unknown = true;
    assignGil(interpreter, gil == NO_GIL ? 0 : findOrAdd(gil, known));
  }
  GilTable.hasSeveral = GilTable.count > 1 || (unknown && Attempt.interpreters > 1);
  return true;
}

/** The number of a GIL, from 1. @param known how many entries there were before */
function findOrAdd(gil: u64, known: u32): u32 {
  for (let i: u32 = 0; i < GilTable.count; i++) {
    if (entryAt(i).address == gil) return i + 1;
  }
  const entry = entryAt(GilTable.count);
  if (GilTable.count >= known || entry.address != gil) {
    memory.fill(changetype<usize>(entry), 0, ENTRY_BYTES);
    entry.address = gil;
  }
  return ++GilTable.count;
}

/** Note the GIL of an interpreter's threads. */
function assignGil(interpreter: u64, gil: u32): void {
  for (let i: u32 = 0; i < Attempt.threads; i++) {
    if (cachedAt(i).interpreter == interpreter) cachedAt(i).gil = gil;
  }
}

/** The struct's part with last_holder and switch_number. */
function start(): u32 {
  return min(Layout.gilHolder, Layout.gilSwitches);
}

function length(): u32 {
  return max(Layout.gilHolder, Layout.gilSwitches) + Layout.wordSize - start();
}

/**
 * Ask for all GILs, behind all frames that were asked for so far, if they are wanted.
 * @param first whether they are asked for before all else, for `noteOffCpu`
 */
export function requestGils(wanted: bool, first: bool = false): void {
  GilTable.requested = wanted ? GilTable.count : 0;
  for (let i: u32 = 0; i < GilTable.requested; i++) {
    const entry = entryAt(i);
    const made = request(entry.address + (start() as u64), length());
    entry.request = made;
    if (first) entry.firstRequest = made;
  }
}

/**
 * The copies have come. False where they don't tell: no GIL is known then.
 * @param first whether those are meant that were asked for before all else
 */
export function readGils(first: bool = false): bool {
  const offset = start();
  for (let i: u32 = 0; i < GilTable.requested; i++) {
    const entry = entryAt(i);
    const at = copyOf(first ? entry.firstRequest : entry.request, length());
    if (at == UNREADABLE) {
      GilTable.requested = 0;
      GilTable.count = 0;
      return false;
    }
    entry.switches = longAt(at + (Layout.gilSwitches - offset));
    entry.holder = word(at + (Layout.gilHolder - offset));
  }
  return GilTable.requested > 0;
}

export function switchesOf(index: u32): u64 {
  return entryAt(index).switches;
}

export function holderOf(index: u32): u64 {
  return entryAt(index).holder;
}

export function addressOf(index: u32): u64 {
  return entryAt(index).address;
}

/** Whether the thread's GIL is one of the table. */
function isKnown(thread: CachedThread): bool {
  return thread.gil != 0 && thread.gil <= GilTable.count;
}

/** Whether the thread had its GIL last, when that was copied. */
export function isHolder(address: u64, thread: CachedThread): bool {
  return isKnown(thread) && holderOf(thread.gil - 1) == address;
}

/**
 * A thread was off its processor while this attempt's GILs were copied, together with stacks. Where it was the last that had one,
 * nobody else ran Python under that GIL meanwhile: who takes it becomes its last holder first (take_gil in Python/ceval_gil.c).
 */
export function noteOffCpu(nativeId: u64, threads: u32): void {
  if (!readGils(true)) return;
  for (let i: u32 = 0; i < threads; i++) {
    if (threadAt(i).nativeId != nativeId) continue;
    const address = threadAt(i).address;
    for (let gil: u32 = 0; gil < GilTable.requested; gil++) {
      if (entryAt(gil).holder == address) entryAt(gil).blockedIn = Attempt.serial;
    }
  }
}

/** Whether a thread of this attempt couldn't run, since the one that was off its processor has their GIL. */
export function isBlocked(thread: CachedThread): bool {
  return isKnown(thread) && entryAt(thread.gil - 1).blockedIn == Attempt.serial;
}

/** Whether the threads run concurrently: then no copy of several is of one moment. */
export function runConcurrently(): bool {
  return Layout.freeThreaded || GilTable.hasSeveral;
}
