// The ranges of the attempt under way. In: addresses the walk needs. Out: pointers to their copies, or a
// request for the memory source. It also makes the plan: the ranges that this attempt used, in the order of
// use, are asked for at once at the next, so that a steady target costs one call a sample.
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
import { Layout } from "../layouts/layout";

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
memory.fill(TABLE, 0, SLOTS * SLOT_BYTES);

// Per request: the stamp of the attempt that planned its use, and the length to ask for next time.
const TOUCHED: usize = heap.alloc(MAX_REQUESTS * 8); // u32 stamp, u32 length

// The plan: u64 address, u32 length, u32 samples since its last use. Two buffers, swapped.
const PLAN_ENTRY_BYTES: u32 = 16;
const PLANS: usize = heap.alloc(2 * MAX_REQUESTS * PLAN_ENTRY_BYTES);
/** Samples that an unused range stays in the plan: stacks shrink and grow again. */
const PLAN_PATIENCE: u32 = 8;

const NOT_YET: u32 = 0xffff_ffff;

export class Ranges {
  /** Requests made in this attempt. */
  static count: u32 = 0;
  /** Requests that the source has filled. */
  static filled: u32 = 0;
  /** True when a range was needed that the plan did not have. */
  static missed: bool = false;
  /** True when this attempt had no room for another range. */
  static exhausted: bool = false;

  static stamp: u32 = 0;
  static bytes: u32 = 0;
  static planBuffer: u32 = 0;
  static planCount: u32 = 0;
  /** Entries of the plan that are of the walk; the rest guard what the walk found. */
  static planWalk: u32 = 0;
  static touchedCount: u32 = 0;
  /** How many of the touched requests are of the walk; NOT_YET during the walk. */
  static touchedWalk: u32 = NOT_YET;
  /** The first request that is young enough to be used. */
  static oldest: u32 = 0;
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
  const walking = Ranges.touchedWalk == NOT_YET;
  const requests = walking ? MAX_REQUESTS - RESERVED_REQUESTS : MAX_REQUESTS;
  const bytes = walking ? COPY_BYTES - RESERVED_BYTES : COPY_BYTES;
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
 */
export function needPlanned(address: u64, minimum: u32, wanted: u32): usize {
  if (!plausible(address, wanted)) return UNREADABLE;
  const index = find(address, minimum, wanted);
  if (index == MAX_REQUESTS) return UNREADABLE;
  const touched = TOUCHED + index * 8;
  if (load<u32>(touched) != Ranges.stamp) {
    store<u32>(touched, Ranges.stamp);
    store<u32>(TOUCH_ORDER + Ranges.touchedCount * 4, index);
    Ranges.touchedCount++;
  }
  store<u32>(touched, wanted, 4);
  return pointerOf(index, minimum);
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
  Ranges.planCount = 0;
  Ranges.planWalk = 0;
  clear();
}

function clear(): void {
  Ranges.count = 0;
  Ranges.filled = 0;
  Ranges.bytes = 0;
  Ranges.missed = false;
  Ranges.exhausted = false;
  Ranges.touchedCount = 0;
  Ranges.touchedWalk = NOT_YET;
  Ranges.oldest = 0;
  Ranges.stamp++;
  if (Ranges.stamp == 0) {
    memory.fill(TABLE, 0, SLOTS * SLOT_BYTES);
    memory.fill(TOUCHED, 0, MAX_REQUESTS * 8);
    Ranges.stamp = 1;
  }
}

function planEntry(buffer: u32, index: u32): usize {
  return PLANS + (buffer * MAX_REQUESTS + index) * PLAN_ENTRY_BYTES;
}

/**
 * The walk is complete: what is planned from here on guards what it found. Guards are always copied behind the walk's
 * ranges, those unused of late too: a guard copied before the frame that it guards would prove nothing.
 * @param anew whether what was copied so far is too old for guards, so that they are asked for again
 */
export function endWalk(anew: bool): void {
  Ranges.touchedWalk = Ranges.touchedCount;
  if (anew) Ranges.oldest = Ranges.count;
}

/** Make the next attempt's plan from what this one used. Call once the guards are compared. */
export function plan(): void {
  const old = Ranges.planBuffer;
  const next = old ^ 1;
  const walk = min(Ranges.touchedWalk, Ranges.touchedCount);
  // The old plan's entries are the first requests, in order.
  const idle = Ranges.touchedCount < MAX_REQUESTS / 2 ? MAX_REQUESTS / 2 - Ranges.touchedCount : 0;
  let count = planTouched(next, 0, 0, walk);
  const kept = planIdle(next, count, 0, Ranges.planWalk, idle);
  count += kept;
  const planWalk = count;
  count = planTouched(next, count, walk, Ranges.touchedCount);
  count += planIdle(next, count, Ranges.planWalk, Ranges.planCount, idle - kept);
  Ranges.planBuffer = next;
  Ranges.planWalk = planWalk;
  Ranges.planCount = count;
}

/** Plan the touched requests `from` to `to`, in the order of use. Returns the plan's new length. */
function planTouched(next: u32, count: u32, from: u32, to: u32): u32 {
  for (let i = from; i < to; i++) {
    const index = load<u32>(TOUCH_ORDER + i * 4);
    const entry = planEntry(next, count++);
    store<u64>(entry, requestAt(index).address);
    store<u32>(entry, load<u32>(TOUCHED + index * 8, 4), 8);
    store<u32>(entry, 0, 12);
  }
  return count;
}

/** Plan at most `most` of the old entries `from` to `to` that were not used. Returns how many. */
function planIdle(next: u32, count: u32, from: u32, to: u32, most: u32): u32 {
  const old = next ^ 1;
  let kept: u32 = 0;
  for (let i = from; i < to && kept < most; i++) {
    if (load<u32>(TOUCHED + i * 8) == Ranges.stamp) continue;
    const before = planEntry(old, i);
    const idle = load<u32>(before, 12) + 1;
    if (idle > PLAN_PATIENCE || load<u32>(slotOf(load<u64>(before)), 12) != i) continue; // superseded by a longer range
    const entry = planEntry(next, count + kept++);
    store<u64>(entry, load<u64>(before));
    store<u32>(entry, load<u32>(before, 8), 8);
    store<u32>(entry, idle, 12);
  }
  return kept;
}

/** Start an attempt: everything forgotten but the plan, whose ranges are requested. */
export function startAttempt(): void {
  clear();
  const count = Ranges.planCount;
  let kept: u32 = 0;
  Ranges.touchedWalk = 0; // the plan may use all room there is
  for (let i: u32 = 0; i < count; i++) {
    const entry = planEntry(Ranges.planBuffer, i);
    const address = load<u64>(entry);
    const slot = slotOf(address);
    const index = request(address, load<u32>(entry, 8));
    if (index == MAX_REQUESTS) break;
    store<u64>(slot, address);
    store<u32>(slot, Ranges.stamp, 8);
    store<u32>(slot, index, 12);
    kept++;
  }
  Ranges.planCount = kept;
  Ranges.planWalk = min(Ranges.planWalk, kept);
  Ranges.exhausted = false;
  Ranges.touchedWalk = NOT_YET;
}

/** The source has filled all requests made so far. */
export function filled(): void {
  Ranges.filled = Ranges.count;
}
