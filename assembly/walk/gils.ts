// Which GILs there are, and who had each one last. In: the interpreters and their threads. Out: for a thread, whether another
// one keeps it from running. Interpreters share one GIL up to 3.11; from 3.12 on each may have its own, and threads of
// different ones run at once.
import { MAX_INTERPRETERS } from "../abi/limits";
import { INTERPRETERS } from "../abi/memory";
import { ABSENT, Layout } from "../layouts/layout";
import { word } from "../remote/read";
import { needEachSample } from "../remote/reads";
import { copyOf, PENDING, request, UNREADABLE } from "../remote/requests";
import { enterSection, LISTS } from "../remote/uses";
import { Walk } from "./state";
import { Memory, memoryAt, threadAt } from "./threads";

/** A _gil_runtime_state. */
@unmanaged
class Entry {
  address: u64;
  /** The thread that has it, or had it last, and the count of switches, as they were copied last. */
  holder: u64;
  switches: u64;
  /** Its request in the attempt under way, and an earlier one, of a still copy. */
  request: u32;
  early: u32;
  /** The attempt in which its holder is known to have stood still, having it. */
  keptIn: u32;
}

const ENTRY_BYTES: u32 = offsetof<Entry>();
const TABLE: usize = heap.alloc(MAX_INTERPRETERS * ENTRY_BYTES);

export class Gils {
  /** Different GILs that are known. */
  static count: u32 = 0;
  /** Threads of different interpreters may run at once. */
  static several: bool = false;
  /** GILs that this attempt copies. */
  static requested: u32 = 0;
}

function entryAt(index: u32): Entry {
  return changetype<Entry>(TABLE + index * ENTRY_BYTES);
}

/** Begin with another target. */
export function forgetGils(): void {
  Gils.count = 0;
  Gils.several = false;
  Gils.requested = 0;
}

/** Stands for a GIL that is not known: no struct lies there. */
export const NO_GIL: u64 = 1;

/** Address of the interpreter's GIL; PENDING, or NO_GIL. Its pointer joins the section of the plan that is in force. */
export function gilOf(interpreter: u64): u64 {
  if (Layout.gilHolder == ABSENT) return NO_GIL;
  if (Layout.runtimeGil != ABSENT) return Walk.runtime + (Layout.runtimeGil as u64);
  if (Layout.interpreterGil == ABSENT) return NO_GIL;
  const at = needEachSample(interpreter + (Layout.interpreterGil as u64), Layout.wordSize, Layout.wordSize);
  if (at == PENDING) return PENDING;
  const gil = at == UNREADABLE ? 0 : word(at);
  return gil == 0 ? NO_GIL : gil;
}

/** Find the GILs, once the interpreters are walked: of use where there is more than one thread. False while bytes are wanted. */
export function findGils(): bool {
  if (Walk.threads < 2 || Layout.gilSwitches == ABSENT) {
    Gils.count = 0;
    Gils.several = Walk.interpreters > 1;
    for (let i: u32 = 0; i < Walk.threads; i++) memoryAt(i).gil = 0;
    return true;
  }
  enterSection(LISTS);
  let here = true;
  for (let i: u32 = 0; i < Walk.interpreters; i++) {
    if (gilOf(load<u64>(INTERPRETERS + i * 8)) == PENDING) here = false;
  }
  if (!here) return false;
  // Those that are known already keep their holders.
  const known = Gils.count;
  Gils.count = 0;
  let unknown = false;
  for (let i: u32 = 0; i < Walk.interpreters; i++) {
    const interpreter = load<u64>(INTERPRETERS + i * 8);
    const gil = gilOf(interpreter);
    if (gil == NO_GIL) unknown = true;
    give(interpreter, gil == NO_GIL ? 0 : place(gil, known));
  }
  Gils.several = Gils.count > 1 || (unknown && Walk.interpreters > 1);
  return true;
}

/** The number of a GIL, from 1. */
function place(gil: u64, known: u32): u32 {
  for (let i: u32 = 0; i < Gils.count; i++) {
    if (entryAt(i).address == gil) return i + 1;
  }
  const entry = entryAt(Gils.count);
  if (Gils.count >= known || entry.address != gil) {
    memory.fill(changetype<usize>(entry), 0, ENTRY_BYTES);
    entry.address = gil;
  }
  return ++Gils.count;
}

/** Note the GIL of an interpreter's threads. */
function give(interpreter: u64, gil: u32): void {
  for (let i: u32 = 0; i < Walk.threads; i++) {
    if (memoryAt(i).interpreter == interpreter) memoryAt(i).gil = gil;
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
 * @param early whether they are asked for before all else, for `noteStill`
 */
export function requestGils(wanted: bool, early: bool = false): void {
  Gils.requested = wanted ? Gils.count : 0;
  for (let i: u32 = 0; i < Gils.requested; i++) {
    const entry = entryAt(i);
    const made = request(entry.address + (start() as u64), length());
    entry.request = made;
    if (early) entry.early = made;
  }
}

/**
 * The copies have come. False where they don't tell: no GIL is known then.
 * @param early whether those are meant that were asked for before all else
 */
export function readGils(early: bool = false): bool {
  const offset = start();
  for (let i: u32 = 0; i < Gils.requested; i++) {
    const entry = entryAt(i);
    const at = copyOf(early ? entry.early : entry.request, length());
    if (at == UNREADABLE) {
      Gils.requested = 0;
      Gils.count = 0;
      return false;
    }
    entry.switches = word(at + (Layout.gilSwitches - offset));
    entry.holder = word(at + (Layout.gilHolder - offset));
  }
  return Gils.requested > 0;
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
function isKnown(thread: Memory): bool {
  return thread.gil != 0 && thread.gil <= Gils.count;
}

/** Whether the thread had its GIL last, when that was copied. */
export function isHolder(address: u64, thread: Memory): bool {
  return isKnown(thread) && holderOf(thread.gil - 1) == address;
}

/**
 * A thread stood still while this attempt's GILs were copied, together with stacks. Where it was the last that had one, nobody
 * else ran Python under that GIL meanwhile: who takes it becomes its last holder first (take_gil in Python/ceval_gil.c).
 */
export function noteStill(nativeId: u64, threads: u32): void {
  if (!readGils(true)) return;
  for (let i: u32 = 0; i < threads; i++) {
    if (threadAt(i).nativeId != nativeId) continue;
    const address = threadAt(i).address;
    for (let gil: u32 = 0; gil < Gils.requested; gil++) {
      if (entryAt(gil).holder == address) entryAt(gil).keptIn = Walk.attempt;
    }
  }
}

/** Whether a thread of this attempt couldn't run, since the one that stood still has their GIL. */
export function isKept(thread: Memory): bool {
  return isKnown(thread) && entryAt(thread.gil - 1).keptIn == Walk.attempt;
}
