// The ranges of the attempt under way. In: addresses the walk needs. Out: pointers to their copies, or a
// request for the memory source. It also makes the plan: the ranges that this attempt used, in the order of
// use, are asked for at once at the next, so that a steady target costs one call a sample. The plan has sections,
// copied one behind the other, of which an attempt may leave out some.
import {
  COPY_BYTES,
  MAX_RANGE_BYTES,
  MAX_REQUESTS,
  RESERVED_BYTES,
  RESERVED_FOR_THREADS,
  RESERVED_REQUESTS,
} from "../abi/limits";
import { COPY, REQUESTS } from "../abi/memory";
import { Request } from "../abi/records";
import { ABSENT, Layout } from "../layouts/layout";

/** The bytes are not here yet: return to the source, come back. */
export const PENDING: usize = 0;
/** The target has no such bytes. */
export const UNREADABLE: usize = 1;

const REQUEST_BYTES: u32 = offsetof<Request>();

// An open-addressed table from address to request, emptied by raising `stamp`.
const SLOT_BITS: u32 = 16; // twice as many slots as requests
const SLOTS: u32 = 1 << SLOT_BITS;
const SLOT_BYTES: u32 = 16; // u64 address, u32 stamp, u32 request
const TABLE: usize = heap.alloc(SLOTS * SLOT_BYTES);

// Per request: the attempt that planned its use, the length to ask for next time, the section, the owner, and the
// rank.
const TOUCHED_BYTES: u32 = 20;
const TOUCHED: usize = heap.alloc(MAX_REQUESTS * TOUCHED_BYTES);

/** The lists of interpreters. */
export const LISTS: u32 = 0;
/** Thread states and their frames. */
export const STACKS: u32 = 1;
/** What tells whether code objects are the ones that are known. */
export const GUARDS: u32 = 2;
const SECTIONS: u32 = 3;

/** Owner of a range that may change whoever stands still. */
export const NOBODY: u32 = 0xffff_ffff;
/** Rank of a range that is planned in the order of use. */
export const IN_TURN: u32 = 0;
/** The first of those that belong together, up to the next such. */
export const BEGINS: u32 = 1;
/** To be copied before all others that it belongs together with. */
export const LEADS: u32 = 2;

/** Bits of all sections, as startAttempt and plan take them. */
export const ALL_SECTIONS: u32 = 7;
export const ONLY_STACKS: u32 = 1 << STACKS;

// The plan: u64 address, u32 length, u32 samples since its last use, u32 its request in this attempt, u32 owner. Each
// section has two buffers, swapped.
const PLAN_ENTRY_BYTES: u32 = 24;
const PLANS: usize = heap.alloc(SECTIONS * 2 * MAX_REQUESTS * PLAN_ENTRY_BYTES);
// Per section: which buffer is in force, and how many entries it has.
const BUFFER: usize = heap.alloc(SECTIONS * 4);
const PLANNED: usize = heap.alloc(SECTIONS * 4);
memory.fill(BUFFER, 0, SECTIONS * 4);
memory.fill(PLANNED, 0, SECTIONS * 4);
/** Samples that an unused range stays in the plan: stacks shrink and grow again. */
const PLAN_PATIENCE: u32 = 8;
/** The same of a pointer alone where there is one for each way into the interpreter (3.11, 3.12): it costs next to nothing. */
const POINTER_PATIENCE: u32 = 64;

export class Ranges {
  /** Requests made in this attempt. */
  static count: u32 = 0;
  /** Requests that the source has filled. */
  static filled: u32 = 0;
  /** True when a range was needed that the plan did not have. */
  static missed: bool = false;
  /** True when this attempt had no room for another range. */
  static exhausted: bool = false;

  /** Of the table's entries that are in force. */
  static stamp: u32 = 0;
  /** Of what this attempt touched. */
  static attempt: u32 = 0;
  static bytes: u32 = 0;
  /** The requests that were made are those of the stacks' plan, as the next attempt would make them. */
  static standing: bool = false;
  /** The section to which ranges belong that are planned now. */
  static section: u32 = STACKS;
  static touchedCount: u32 = 0;
  /** The walk is under way: some room is kept back for what comes behind it. */
  static walking: bool = true;
  /** The first request that is young enough to be used. */
  static oldest: u32 = 0;
  /**
   * Threads run at once, and of the ranges of this attempt only those are to stand still that the thread of this native id
   * owns; 0 = all.
   */
  static watched: u32 = 0;
}

// Requests in the order in which they were touched.
const TOUCH_ORDER: usize = heap.alloc(MAX_REQUESTS * 4);

function requestAt(index: u32): Request {
  return changetype<Request>(REQUESTS + index * REQUEST_BYTES);
}

function slotOf(address: u64): usize {
  // Fibonacci hashing: objects lie on multiples of 8 and 16
  let index = ((address * 0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS)) as u32;
  let slot = TABLE + index * SLOT_BYTES;
  while (load<u32>(slot, 8) == Ranges.stamp && load<u64>(slot) != address) {
    index = (index + 1) & (SLOTS - 1);
    slot = TABLE + index * SLOT_BYTES;
  }
  return slot;
}

/** True for ranges that can exist in the target's address space. */
function plausible(address: u64, length: u32): bool {
  if (address < 4096 || length == 0 || length > MAX_RANGE_BYTES) return false;
  return Layout.wordSize == 8
    ? address < 0x8000_0000_0000_0000 - (length as u64)
    : address <= 0x1_0000_0000 - (length as u64);
}

/** Append a request. Returns its index, or MAX_REQUESTS where there is no room; during the walk, some is kept back. */
export function request(address: u64, length: u32): u32 {
  const size = (length + 7) & ~7;
  const requests = Ranges.walking ? MAX_REQUESTS - RESERVED_REQUESTS : MAX_REQUESTS;
  const bytes = Ranges.walking ? COPY_BYTES - RESERVED_BYTES : COPY_BYTES;
  if (Ranges.count >= requests || Ranges.bytes + size > bytes) {
    Ranges.exhausted = true;
    return MAX_REQUESTS;
  }
  const index = Ranges.count++;
  const record = requestAt(index);
  record.address = address;
  record.length = length;
  record.destination = (COPY + Ranges.bytes) as u32;
  record.copied = 0;
  record.moving = Ranges.watched != 0 ? 1 : 0;
  Ranges.bytes += size;
  return index;
}

function find(address: u64, minimum: u32, wanted: u32): u32 {
  const slot = slotOf(address);
  if (load<u32>(slot, 8) == Ranges.stamp) {
    const index = load<u32>(slot, 12);
    if (index >= Ranges.oldest && requestAt(index).length >= minimum) return index;
  }
  const index = request(address, wanted);
  if (index == MAX_REQUESTS) return index;
  Ranges.missed = true;
  store<u64>(slot, address);
  store<u32>(slot, Ranges.stamp, 8);
  store<u32>(slot, index, 12);
  return index;
}

function pointerOf(index: u32, minimum: u32): usize {
  if (index >= Ranges.filled) return PENDING;
  const record = requestAt(index);
  return record.copied >= minimum ? (record.destination as usize) : UNREADABLE;
}

/**
 * The copy of a range that is read once (names, tables, code objects at first sight).
 * @param minimum bytes without which the answer is UNREADABLE
 * @param wanted bytes to ask for where the range is new; at least `minimum`
 */
export function need(address: u64, minimum: u32, wanted: u32): usize {
  if (!plausible(address, wanted)) return UNREADABLE;
  const index = find(address, minimum, wanted);
  return index == MAX_REQUESTS ? UNREADABLE : pointerOf(index, minimum);
}

/**
 * The copy of a range that every sample needs: it joins the plan.
 * @param wanted bytes to ask for at the next sample, and now where the range is new
 * @param rank IN_TURN, BEGINS or LEADS
 */
export function needPlanned(address: u64, minimum: u32, wanted: u32, rank: u32 = IN_TURN): usize {
  if (!plausible(address, wanted)) return UNREADABLE;
  const index = find(address, minimum, wanted);
  if (index == MAX_REQUESTS) return UNREADABLE;
  const touched = TOUCHED + index * TOUCHED_BYTES;
  if (load<u32>(touched) != Ranges.attempt) {
    store<u32>(touched, Ranges.attempt);
    store<u32>(touched, Ranges.section, 8);
    store<u32>(touched, 0, 12);
    store<u32>(touched, rank, 16);
    store<u32>(TOUCH_ORDER + Ranges.touchedCount * 4, index);
    Ranges.touchedCount++;
  }
  store<u32>(touched, wanted, 4);
  return pointerOf(index, minimum);
}

/** The ranges that were touched from number `first` on are those of one thread, by its native id, or of NOBODY. */
export function ownTouched(first: u32, owner: u32): void {
  for (let i = first; i < Ranges.touchedCount; i++) {
    store<u32>(TOUCHED + load<u32>(TOUCH_ORDER + i * 4) * TOUCHED_BYTES, owner, 12);
  }
}

/** The copy of a frame that lies by itself: it joins the plan, but leaves room for what else there is to walk. */
export function needFrame(address: u64, size: u32): usize {
  if (Ranges.count >= MAX_REQUESTS - RESERVED_REQUESTS - RESERVED_FOR_THREADS && !isRequested(address, size)) {
    Ranges.exhausted = true;
    return UNREADABLE;
  }
  return needPlanned(address, size, size);
}

function isRequested(address: u64, minimum: u32): bool {
  const slot = slotOf(address);
  return load<u32>(slot, 8) == Ranges.stamp && requestAt(load<u32>(slot, 12)).length >= minimum;
}

/** Bytes that came of the range that starts at `address` and is here. */
export function copiedOf(address: u64): u32 {
  return requestAt(load<u32>(slotOf(address), 12)).copied;
}

/** The address that a pointer into a filled request was copied to; for requests outside the plan. */
export function copyOf(index: u32, minimum: u32): usize {
  return index < Ranges.filled && requestAt(index).copied >= minimum
    ? (requestAt(index).destination as usize)
    : UNREADABLE;
}

/** Forget everything, the plan included. */
export function forget(): void {
  memory.fill(PLANNED, 0, SECTIONS * 4);
  clearRequests();
  clearUse();
}

function clearRequests(): void {
  Ranges.count = 0;
  Ranges.bytes = 0;
  Ranges.watched = 0;
  Ranges.stamp++;
  if (Ranges.stamp == 0) {
    memory.fill(TABLE, 0, SLOTS * SLOT_BYTES);
    Ranges.stamp = 1;
  }
}

/** Forget what came of the requests, and who used them. */
function clearUse(): void {
  Ranges.filled = 0;
  Ranges.missed = false;
  Ranges.exhausted = false;
  Ranges.touchedCount = 0;
  Ranges.section = STACKS;
  Ranges.walking = true;
  Ranges.oldest = 0;
  Ranges.attempt++;
  if (Ranges.attempt == 0) {
    memory.fill(TOUCHED, 0, MAX_REQUESTS * TOUCHED_BYTES);
    Ranges.attempt = 1;
  }
}

function planEntry(section: u32, buffer: u32, index: u32): usize {
  return PLANS + ((section * 2 + buffer) * MAX_REQUESTS + index) * PLAN_ENTRY_BYTES;
}

/**
 * The walk is complete: what is planned from here on guards what it found, and is always copied behind it. A guard copied
 * before the frame that it guards would prove nothing.
 * @param anew whether what was copied so far is too old for guards, so that they are asked for again
 */
export function endWalk(anew: bool): void {
  Ranges.section = GUARDS;
  Ranges.walking = false;
  if (anew) Ranges.oldest = Ranges.count;
}

/**
 * Make the next attempt's plan from what this one used.
 * @param sections bits of the sections that this attempt asked for; the others stay as they are
 */
export function plan(sections: u32 = ALL_SECTIONS): void {
  Ranges.standing = false;
  if (sections == ONLY_STACKS && isAsPlanned()) {
    // All that was planned was requested: so many requests are no others.
    Ranges.standing = Ranges.count == load<u32>(PLANNED + STACKS * 4) && Ranges.watched == 0;
    return;
  }
  let idle = Ranges.touchedCount < MAX_REQUESTS / 2 ? MAX_REQUESTS / 2 - Ranges.touchedCount : 0;
  for (let section: u32 = 0; section < SECTIONS; section++) {
    if ((sections & (1 << section)) == 0) continue;
    const next = load<u32>(BUFFER + section * 4) ^ 1;
    const used = planTouched(section, next);
    const kept = planIdle(section, next, used, idle);
    idle -= kept;
    store<u32>(BUFFER + section * 4, next);
    store<u32>(PLANNED + section * 4, used + kept);
  }
}

/** Whether this attempt used what was planned of the stacks, all of it, and nothing else. */
function isAsPlanned(): bool {
  const planned = load<u32>(PLANNED + STACKS * 4);
  if (Ranges.touchedCount != planned) return false;
  const buffer = load<u32>(BUFFER + STACKS * 4);
  for (let i: u32 = 0; i < planned; i++) {
    const entry = planEntry(STACKS, buffer, i);
    const touched = TOUCHED + load<u32>(entry, 16) * TOUCHED_BYTES;
    if (
      load<u32>(touched) != Ranges.attempt ||
      load<u32>(touched, 4) != load<u32>(entry, 8) ||
      load<u32>(touched, 8) != STACKS ||
      load<u32>(touched, 12) != load<u32>(entry, 20) ||
      load<u32>(entry, 12) != 0
    )
      return false;
  }
  return true;
}

/** Plan the section's touched requests, in the order of use, but those first that lead others. Returns how many. */
function planTouched(section: u32, next: u32): u32 {
  let count: u32 = 0;
  let end: u32 = 0;
  while (end < Ranges.touchedCount) {
    const begin = end;
    let hasLeaders = false;
    for (end = begin; end < Ranges.touchedCount; end++) {
      const rank = load<u32>(TOUCHED + load<u32>(TOUCH_ORDER + end * 4) * TOUCHED_BYTES, 16);
      if (rank == BEGINS && end > begin) break;
      if (rank == LEADS) hasLeaders = true;
    }
    if (hasLeaders) count = planGroup(section, next, count, begin, end, true);
    count = planGroup(section, next, count, begin, end, false);
  }
  return count;
}

/** Plan those that were touched from number `begin` to `end`, and that lead or don't, behind `count` others. Returns how many. */
function planGroup(section: u32, next: u32, count: u32, begin: u32, end: u32, leading: bool): u32 {
  for (let i = begin; i < end; i++) {
    const index = load<u32>(TOUCH_ORDER + i * 4);
    const touched = TOUCHED + index * TOUCHED_BYTES;
    if (load<u32>(touched, 8) != section || (load<u32>(touched, 16) == LEADS) != leading) continue;
    const entry = planEntry(section, next, count++);
    store<u64>(entry, requestAt(index).address);
    store<u32>(entry, load<u32>(touched, 4), 8);
    store<u32>(entry, 0, 12);
    store<u32>(entry, load<u32>(touched, 12), 20);
  }
  return count;
}

/** Plan at most `most` of the section's old entries that were not used, behind `count` others. Returns how many. */
function planIdle(section: u32, next: u32, count: u32, most: u32): u32 {
  const planned = load<u32>(PLANNED + section * 4);
  let kept: u32 = 0;
  for (let i: u32 = 0; i < planned && kept < most; i++) {
    const before = planEntry(section, next ^ 1, i);
    const index = load<u32>(before, 16);
    if (load<u32>(TOUCHED + index * TOUCHED_BYTES) == Ranges.attempt) continue;
    const idle = load<u32>(before, 12) + 1;
    const isPointer = Layout.threadCFrame != ABSENT && load<u32>(before, 8) == Layout.wordSize;
    const patience = isPointer ? POINTER_PATIENCE : PLAN_PATIENCE;
    if (idle > patience || load<u32>(slotOf(load<u64>(before)), 12) != index) continue; // superseded by a longer range
    const entry = planEntry(section, next, count + kept++);
    store<u64>(entry, load<u64>(before));
    store<u32>(entry, load<u32>(before, 8), 8);
    store<u32>(entry, idle, 12);
    store<u32>(entry, load<u32>(before, 20), 20);
  }
  return kept;
}

/**
 * Start an attempt: everything forgotten but the plan, whose ranges are requested.
 * @param sections bits of the sections to ask for
 * @param watched see Ranges.watched
 */
export function startAttempt(sections: u32 = ALL_SECTIONS, watched: u32 = 0): void {
  clearUse();
  if (Ranges.standing && sections == ONLY_STACKS && watched == 0) {
    for (let i: u32 = 0; i < Ranges.count; i++) requestAt(i).copied = 0;
    return;
  }
  clearRequests();
  Ranges.watched = watched;
  Ranges.walking = false; // the plan may use all room there is
  for (let section: u32 = 0; section < SECTIONS; section++) {
    if ((sections & (1 << section)) != 0) requestSection(section);
  }
  Ranges.exhausted = false;
  Ranges.walking = true;
}

function requestSection(section: u32): void {
  const count = load<u32>(PLANNED + section * 4);
  const buffer = load<u32>(BUFFER + section * 4);
  const watched = Ranges.watched;
  for (let i: u32 = 0; i < count; i++) {
    const entry = planEntry(section, buffer, i);
    const address = load<u64>(entry);
    const slot = slotOf(address);
    const index = request(address, load<u32>(entry, 8));
    if (index == MAX_REQUESTS) {
      store<u32>(PLANNED + section * 4, i);
      return;
    }
    // Where nobody is known to own a stack's range, it may be the watched one's.
    if (section == STACKS && watched != 0) {
      const owner = load<u32>(entry, 20);
      requestAt(index).moving = owner != 0 && owner != watched ? 1 : 0;
    }
    store<u32>(entry, index, 16);
    store<u64>(slot, address);
    store<u32>(slot, Ranges.stamp, 8);
    store<u32>(slot, index, 12);
  }
}

/** The source has filled all requests made so far. */
export function filled(): void {
  Ranges.filled = Ranges.count;
}
