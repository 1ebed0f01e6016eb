// Who may have run, where all threads share one GIL. In: its last holder and its count of switches. Out: which threads can't
// have run Python since they were copied: a thread that takes the GIL from another raises the count first (take_gil in
// Python/ceval_gil.c). So among hundreds of threads only the one that holds it is copied, until the count moves; and those whose
// copies lie between two readings that tell the same stood still, however long these copies took.
import { Fills } from "../remote/fills";
import { hasFilledSince } from "../remote/reads";
import { addressOf, findGils, Gils, holderOf, readGils, requestGils, switchesOf } from "./gils";
import { Walk } from "./state";
import { knownThreads, memoryAt, threadAt } from "./threads";

export class Gil {
  /** Address of _gil_runtime_state; 0 = not known, or there is more than one interpreter. */
  static address: u64 = 0;
  static requested: bool = false;
  /** It was asked for and has not been read yet. */
  static isAsked: bool = false;
  /** Fills of this attempt up to the last reading. */
  static fills: u32 = 0;
  /** What the last reading told: the count, and the thread that holds the GIL, or held it last. */
  static switches: u64 = 0;
  static holder: u64 = 0;
  /** Native id of that thread; 0 = not known. */
  static holderId: u64 = 0;
  static seen: bool = false;
  /** This attempt has read it. */
  static isRead: bool = false;
  /** All readings of this attempt told what the one before it told: nobody but the holder ran Python since then. */
  static isSteady: bool = false;
  /** The list of threads is the one that is known as long as the count is this, less 1; 0 = no such count. */
  static listedAt: u64 = 0;

  /** Begin with another target, or another set of interpreters. */
  static forget(): void {
    Gil.address = 0;
    Gil.seen = false;
    Gil.isRead = false;
    Gil.isSteady = false;
    Gil.listedAt = 0;
    for (let i: u32 = 0; i < knownThreads(); i++) memoryAt(i).quietAt = 0;
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
  Gil.isRead = false;
  Gil.isSteady = false;
  Gil.isAsked = Gil.requested || still;
  requestGils(Gil.isAsked);
}

/** Ask for it again, where copies came behind its own, and it may yet tell of them. @returns whether it's asked for */
export function requestGilAgain(): bool {
  if (!Gil.isSteady || !hasFilledSince(Gil.fills)) return false;
  Gil.isAsked = true;
  requestGils(true);
  return true;
}

/** Copies have come, the GIL's behind all others: find out who may have run. */
export function readGil(): void {
  Gil.isAsked = false;
  Gil.fills = Fills.count;
  if (!readGils()) {
    if (Gil.requested) Gil.forget();
    Gil.requested = false;
    return;
  }
  if (!Gil.requested) return;
  const switches = switchesOf(0);
  const holder = holderOf(0);
  // Both are stored one after the other: where they were copied in between, the next reading tells another holder.
  const isSame = Gil.seen && switches == Gil.switches && holder == Gil.holder;
  Gil.isSteady = isSame; // it's read again only where it was
  if (!isSame || Gil.holderId == 0) findHolder(holder);
  Gil.switches = switches;
  Gil.holder = holder;
  Gil.seen = true;
  Gil.isRead = true;
}

function findHolder(address: u64): void {
  Gil.holderId = 0;
  for (let i: u32 = 0; i < knownThreads(); i++) {
    if (threadAt(i).address == address) Gil.holderId = threadAt(i).nativeId;
  }
}

/** Whether a thread runs no Python while the holder has the GIL. Up to 3.11 one thread may swap its states without the GIL noticing. */
function isOther(index: u32): bool {
  const record = threadAt(index);
  return record.address != Gil.holder && (record.nativeId != Gil.holderId || record.nativeId == 0);
}

/** Whether a thread that this attempt copies stood still from before that on until the last reading. */
export function stood(index: u32): bool {
  return Gil.isSteady && isOther(index);
}

/** Whether the thread can't have run since it was remembered. */
export function isQuiet(index: u32): bool {
  return Gil.isRead && willBeQuiet(index);
}

/** Whether that is so if the count hasn't moved since it was read last. */
export function willBeQuiet(index: u32): bool {
  return Gil.seen && memoryAt(index).quietAt == Gil.switches + 1 && isOther(index);
}

/** A thread was walked in this attempt. @param whole whether it's remembered as it was copied */
export function settle(index: u32, whole: bool): void {
  memoryAt(index).quietAt = whole && stood(index) ? Gil.switches + 1 : 0;
}

/** The list of threads was walked in this attempt, whole: only the holder can have changed it, at its head. */
export function settleList(): void {
  Gil.listedAt = Gil.isSteady ? Gil.switches + 1 : 0;
}

/** Whether nobody but the holder can have changed the list since then. */
export function isListQuiet(): bool {
  return Gil.isRead && Gil.listedAt == Gil.switches + 1;
}
