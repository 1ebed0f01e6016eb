// Who may have run, where all threads share one GIL. In: its last holder and its count of switches. Out: which threads can't
// have run Python since they were copied: a thread that takes the GIL from another raises the count first (take_gil in
// Python/ceval_gil.c). So among hundreds of threads only the one that holds it is copied, until the count changes; and those whose
// copies lie between two readings that tell the same did not run, however long these copies took.
import { Fills } from "../remote/fills";
import { hasFilledSince } from "../remote/reads";
import { Attempt } from "../threads/attempt";
import { CachedThreads, cachedAt, threadAt } from "../threads/cached_thread";
import { addressOf, findGils, GilTable, holderOf, readGils, requestGils, switchesOf } from "./gil_table";

export class Gil {
  /** Address of _gil_runtime_state; 0 = not known, or there is more than one. */
  static address: u64 = 0;
  static isRequested: bool = false;
  /** It was asked for and has not been read yet. */
  static isAsked: bool = false;
  /** Fills of this attempt up to the last reading. */
  static fills: u32 = 0;
  /** What the last reading told: the count, and the thread that holds the GIL, or held it last. */
  static switches: u64 = 0;
  static holder: u64 = 0;
  /** Native id of that thread; 0 = not known. */
  static holderId: u64 = 0;
  static wasRead: bool = false;
  /** This attempt has read it. */
  static isRead: bool = false;
  /** All readings of this attempt told what the one before it told: nobody but the holder ran Python since then. */
  static isConstant: bool = false;
  /** The list of threads is the known one as long as the count is this, less 1; 0 = no such count. */
  static listedAtSwitch: u64 = 0;
}

/** Begin with another target, or another set of interpreters. */
export function forgetGil(): void {
  Gil.address = 0;
  Gil.wasRead = false;
  Gil.isRead = false;
  Gil.isConstant = false;
  Gil.listedAtSwitch = 0;
  for (let i: u32 = 0; i < CachedThreads.count; i++) cachedAt(i).cachedAtSwitch = 0;
}

/** Find the GIL, and all others, once the interpreters are walked. False while bytes are wanted. */
export function findGil(): bool {
  if (!findGils()) return false;
  const address = Attempt.interpreters == 1 && GilTable.count == 1 ? addressOf(0) : 0;
  if (address != Gil.address) {
    forgetGil();
    Gil.address = address;
  }
  return true;
}

/**
 * Begin an attempt: ask for the GIL behind all frames.
 * @param offCpu whether an off-CPU copy is asked for, which wants to know of all GILs
 */
export function requestGil(offCpu: bool): void {
  Gil.isRequested = Gil.address != 0;
  Gil.isRead = false;
  Gil.isConstant = false;
  Gil.isAsked = Gil.isRequested || offCpu;
  requestGils(Gil.isAsked);
}

/** Ask for it again, where copies came behind its own, and it may yet tell of them. @returns whether it's asked for */
export function requestGilAgain(): bool {
  if (!Gil.isConstant || !hasFilledSince(Gil.fills)) return false;
  Gil.isAsked = true;
  requestGils(true);
  return true;
}

/** Copies have come, the GIL's behind all others: find out who may have run. */
export function readGil(): void {
  Gil.isAsked = false;
  Gil.fills = Fills.count;
  if (!readGils()) {
    if (Gil.isRequested) forgetGil();
    Gil.isRequested = false;
    return;
  }
  if (!Gil.isRequested) return;
  const switches = switchesOf(0);
  const holder = holderOf(0);
  // Both are stored one after the other: where they were copied in between, the next reading tells another holder.
  const isSame = Gil.wasRead && switches == Gil.switches && holder == Gil.holder;
  Gil.isConstant = isSame; // it's read again only where it was
  if (!isSame || Gil.holderId == 0) findHolder(holder);
  Gil.switches = switches;
  Gil.holder = holder;
  Gil.wasRead = true;
  Gil.isRead = true;
}

function findHolder(address: u64): void {
  Gil.holderId = 0;
  for (let i: u32 = 0; i < CachedThreads.count; i++) {
    if (threadAt(i).address == address) Gil.holderId = threadAt(i).nativeId;
  }
}

/** Whether a thread runs no Python while the holder has the GIL. Up to 3.11 one thread may swap its states without the GIL noticing. */
function isOther(index: u32): bool {
  const record = threadAt(index);
  return record.address != Gil.holder && (record.nativeId != Gil.holderId || record.nativeId == 0);
}

/** Whether a thread that this attempt copies ran no Python from before that on until the last reading, as the GIL tells. */
export function hadNoGil(index: u32): bool {
  return Gil.isConstant && isOther(index);
}

/** Whether the thread can't have run since it was cached. */
export function isUnchanged(index: u32): bool {
  return Gil.isRead && wasUnchanged(index);
}

/** Whether that was so when the count was read last. */
export function wasUnchanged(index: u32): bool {
  return Gil.wasRead && cachedAt(index).cachedAtSwitch == Gil.switches + 1 && isOther(index);
}

/** A thread was walked in this attempt. @param isWhole whether it's cached as it was copied */
export function noteSwitchCount(index: u32, isWhole: bool): void {
  cachedAt(index).cachedAtSwitch = isWhole && hadNoGil(index) ? Gil.switches + 1 : 0;
}

/** The list of threads was walked in this attempt, whole: only the holder can have changed it, at its head. */
export function noteListSwitchCount(): void {
  Gil.listedAtSwitch = Gil.isConstant ? Gil.switches + 1 : 0;
}

/** The list of threads turned out to be another one. */
export function forgetListSwitchCount(): void {
  Gil.listedAtSwitch = 0;
}

/** Whether nobody but the holder can have changed the list since then. */
export function isListUnchanged(): bool {
  return Gil.isRead && Gil.listedAtSwitch == Gil.switches + 1;
}
