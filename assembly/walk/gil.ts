// Who may have run, where all threads share one GIL. In: its last holder and its count of switches. Out: which threads can't
// have run Python since they were copied: a thread that takes the GIL from another raises the count first (take_gil in
// Python/ceval_gil.c). So among hundreds of threads only the one that holds it is copied, until the count moves.
import { addressOf, findGils, Gils, holderOf, readGils, requestGils, switchesOf } from "./gils";
import { Walk } from "./state";
import { threadAt } from "./threads";

export class Gil {
  /** Address of _gil_runtime_state; 0 = not known, or there is more than one interpreter. */
  static address: u64 = 0;
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

/** Find the GIL, and all others, once the interpreters are walked. False while bytes are wanted. */
export function findGil(): bool {
  if (!findGils()) return false;
  const address = Walk.interpreters == 1 && Gils.count == 1 ? addressOf(0) : 0;
  if (address != Gil.address) {
    Gil.forget();
    Gil.address = address;
  }
  return true;
}

/**
 * Begin an attempt: ask for the GIL behind all frames.
 * @param still whether a still copy is asked for, which wants to know of all GILs
 */
export function requestGil(still: bool): void {
  Gil.requested = Gil.address != 0;
  Gil.quiet = false;
  requestGils(Gil.requested || still);
}

/** The attempt's copies have come: find out who may have run. */
export function readGil(): void {
  if (!readGils()) {
    if (Gil.requested) Gil.forget();
    return;
  }
  if (!Gil.requested) return;
  Gil.before = Gil.switches;
  Gil.switches = switchesOf(0);
  Gil.holder = holderOf(0);
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
