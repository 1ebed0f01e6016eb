// Who may have run. In: where the interpreter's GIL lies. Out: which threads can't have run Python since they were copied:
// a thread that takes the GIL from another raises a count first (take_gil in Python/ceval_gil.c). So among hundreds of
// threads only the one that holds it is copied, until the count moves.
import { INTERPRETERS } from "../abi/memory";
import { ABSENT, Layout } from "../layouts/layout";
import { copyOf, LISTS, needPlanned, PENDING, Ranges, request, UNREADABLE } from "../remote/ranges";
import { word } from "../remote/read";
import { Walk } from "./state";
import { threadAt } from "./threads";

export class Gil {
  /** Address of _gil_runtime_state; 0 = not known, or there is more than one. */
  static address: u64 = 0;
  /** Request of this attempt's copy, behind the frames. */
  static request: u32 = 0;
  static requested: bool = false;
  /** What the last two attempts saw. */
  static switches: u64 = 0;
  static before: u64 = 0;
  static seen: bool = false;
  /** All threads but the holder are remembered as they are while the count of switches is this. */
  static settled: bool = false;
  static settledAt: u64 = 0;
  /** The thread that holds the GIL, or held it last. */
  static holder: u64 = 0;
  /** Threads that don't hold it can be left out in this attempt. */
  static quiet: bool = false;

  /** Begin with another target, or another set of interpreters. */
  static forget(): void {
    Gil.address = 0;
    Gil.seen = false;
    Gil.settled = false;
    Gil.quiet = false;
  }
}

/** The struct's part with last_holder and switch_number. */
function start(): u32 {
  return min(Layout.gilHolder, Layout.gilSwitches);
}

function length(): u32 {
  return max(Layout.gilHolder, Layout.gilSwitches) + Layout.wordSize - start();
}

/** Find the GIL, once the interpreters are walked. False while bytes are wanted. */
export function findGil(): bool {
  if (Walk.interpreters != 1 || Walk.threads < 2 || Layout.gilSwitches == ABSENT || Layout.gilHolder == ABSENT) {
    Gil.forget();
    return true;
  }
  let address: u64 = 0;
  if (Layout.runtimeGil != ABSENT) {
    address = Walk.runtime + (Layout.runtimeGil as u64);
  } else if (Layout.interpreterGil != ABSENT) {
    Ranges.section = LISTS;
    const at = needPlanned(load<u64>(INTERPRETERS) + (Layout.interpreterGil as u64), Layout.wordSize, Layout.wordSize);
    if (at == PENDING) return false;
    if (at != UNREADABLE) address = word(at);
  }
  if (address != Gil.address) {
    Gil.forget();
    Gil.address = address;
  }
  return true;
}

/** Begin an attempt: ask for the GIL behind all frames. */
export function requestGil(): void {
  Gil.requested = Gil.address != 0;
  Gil.quiet = false;
  if (!Gil.requested) return;
  Gil.request = Ranges.count;
  request(Gil.address + (start() as u64), length());
}

/** The attempt's copies have come: find out who may have run. */
export function readGil(): void {
  if (!Gil.requested) return;
  const at = copyOf(Gil.request, length());
  if (at == UNREADABLE) {
    Gil.forget();
    return;
  }
  const offset = start();
  Gil.before = Gil.switches;
  Gil.switches = word(at + (Layout.gilSwitches - offset));
  Gil.holder = word(at + (Layout.gilHolder - offset));
  Gil.quiet = Gil.settled && Gil.switches == Gil.settledAt;
}

/** Whether the thread can't have run since it was remembered. */
export function isQuiet(index: u32): bool {
  return Gil.quiet && threadAt(index).address != Gil.holder;
}

/**
 * All threads were walked in this attempt.
 * @param whole whether their stacks are of one moment
 */
export function settleGil(whole: bool): void {
  if (!Gil.requested || Gil.quiet) return;
  // What an earlier attempt saw is older than this one's frames: in between nobody else took the GIL.
  Gil.settled = whole && Gil.seen && Gil.before == Gil.switches;
  Gil.settledAt = Gil.switches;
  Gil.seen = true;
}
