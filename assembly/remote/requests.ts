// The requests of the attempt under way. In: address, length and owner of a range. Out: a request for the memory source, and a
// pointer to the copy once that is filled. A table finds a request by its address. It knows neither who reads the copies nor
// what is requested ahead (reads.ts, prefetch.ts).
import {
  COPY_BYTES,
  MAX_RANGE_BYTES,
  MAX_REQUESTS,
  MAX_THREADS,
  RESERVED_BYTES,
  RESERVED_REQUESTS,
} from "../abi/limits";
import { COPY, REQUESTS } from "../abi/memory";
import { Request } from "../abi/records";
import { Layout } from "../layouts/layout";

/** The bytes are not here yet: return to the source, come back. */
export const PENDING: usize = 0;
/** The target has no such bytes. */
export const UNREADABLE: usize = 1;

/** No request. */
export const NO_REQUEST: u32 = 0xffff_ffff;

/** Owners are numbers of threads from 1 to MAX_THREADS, 0 where none is known; this one is of ranges that any thread may change. */
export const SHARED: u32 = MAX_THREADS + 1;
export const OWNER_NUMBERS: u32 = MAX_THREADS + 2;

const REQUEST_BYTES: u32 = offsetof<Request>();

// An open-addressed table from address to request, emptied by raising `stamp`: u64 address, u32 stamp, u32 request.
const SLOT_BITS: u32 = 16; // twice as many slots as requests
const SLOTS: u32 = 1 << SLOT_BITS;
const SLOT_BYTES: u32 = 16;
const TABLE: usize = heap.alloc(SLOTS * SLOT_BYTES);

// Per request: its owner.
const OWNERS: usize = heap.alloc(MAX_REQUESTS * 4);

export class Requests {
  /** Requests made in this attempt. */
  static count: u32 = 0;
  /** Requests that the source has filled. */
  static filled: u32 = 0;
  /** True when a range was needed that was not prefetched. */
  static missed: bool = false;
  /** True when this attempt had no room for another range. */
  static exhausted: bool = false;
  /** The first request whose copy may be used. */
  static firstUsable: u32 = 0;
  /** Owner of the ranges that are requested now. */
  static owner: u32 = 0;
  /**
   * Threads run concurrently, and the second reading of an off-CPU copy compares only the ranges that this owner has; 0 = all
   * ranges.
   */
  static offCpuOwner: u32 = 0;
  /** Bytes that the copies take. */
  static bytes: u32 = 0;
  /** Of the table's entries that are in force. */
  static stamp: u32 = 0;
  /** Some room is kept back for the code objects, which come behind the stacks. */
  static keepsReserve: bool = true;
}

export function requestAt(index: u32): Request {
  return changetype<Request>(REQUESTS + index * REQUEST_BYTES);
}

export function ownerOf(index: u32): u32 {
  return load<u32>(OWNERS + index * 4);
}

/** Forget all requests. */
export function clearRequests(): void {
  Requests.count = 0;
  Requests.bytes = 0;
  Requests.offCpuOwner = 0;
  Requests.stamp++;
  if (Requests.stamp == 0) {
    memory.fill(TABLE, 0, SLOTS * SLOT_BYTES);
    Requests.stamp = 1;
  }
}

/** Forget what the source has filled; the requests stay. */
export function clearFilled(): void {
  Requests.filled = 0;
  Requests.missed = false;
  Requests.exhausted = false;
  Requests.firstUsable = 0;
  Requests.keepsReserve = true;
}

/** The requests that were made last are wanted once more, as they are. */
export function repeatRequests(): void {
  for (let i: u32 = 0; i < Requests.count; i++) requestAt(i).copied = 0;
}

export function setOwner(owner: u32): void {
  Requests.owner = owner;
}

export function setOffCpuOwner(owner: u32): void {
  Requests.offCpuOwner = owner;
}

/** Whether some room is kept back from here on. */
export function setReserve(kept: bool): void {
  Requests.keepsReserve = kept;
}

export function setExhausted(exhausted: bool): void {
  Requests.exhausted = exhausted;
}

/** What was copied so far counts no more. */
export function discardCopies(): void {
  Requests.firstUsable = Requests.count;
}

/** The source has filled all requests before number `end`. */
export function setFilled(end: u32): void {
  Requests.filled = end;
}

/** True for ranges that can exist in the target's address space. */
export function isPlausible(address: u64, length: u32): bool {
  if (address < 4096 || length == 0 || length > MAX_RANGE_BYTES) return false;
  return Layout.wordSize == 8
    ? address < 0x8000_0000_0000_0000 - (length as u64)
    : address <= 0x1_0000_0000 - (length as u64);
}

/**
 * Append a request that no address finds again: `copyOf` gives its copy.
 * @returns its index, or MAX_REQUESTS where there is no room
 */
export function request(address: u64, length: u32): u32 {
  const size = (length + 7) & ~7;
  const requests = Requests.keepsReserve ? MAX_REQUESTS - RESERVED_REQUESTS : MAX_REQUESTS;
  const bytes = Requests.keepsReserve ? COPY_BYTES - RESERVED_BYTES : COPY_BYTES;
  if (Requests.count >= requests || Requests.bytes + size > bytes) {
    Requests.exhausted = true;
    return MAX_REQUESTS;
  }
  const index = Requests.count++;
  const record = requestAt(index);
  record.address = address;
  record.length = length;
  record.destination = (COPY + Requests.bytes) as u32;
  record.copied = 0;
  record.moving = Requests.offCpuOwner != 0 ? 1 : 0;
  store<u32>(OWNERS + index * 4, Requests.owner);
  Requests.bytes += size;
  return index;
}

function slotOf(address: u64): usize {
  // Fibonacci hashing: objects lie on multiples of 8 and 16
  let index = ((address * 0x9e37_79b9_7f4a_7c15) >> (64 - SLOT_BITS)) as u32;
  let slot = TABLE + index * SLOT_BYTES;
  while (load<u32>(slot, 8) == Requests.stamp && load<u64>(slot) != address) {
    index = (index + 1) & (SLOTS - 1);
    slot = TABLE + index * SLOT_BYTES;
  }
  return slot;
}

/** Append a request that its slot finds. Returns as `request`. */
function requestIn(slot: usize, address: u64, length: u32): u32 {
  const index = request(address, length);
  if (index == MAX_REQUESTS) return index;
  store<u64>(slot, address);
  store<u32>(slot, Requests.stamp, 8);
  store<u32>(slot, index, 12);
  return index;
}

/** Append a request that `requestOf` finds by its address, in place of an earlier one. Returns as `request`. */
export function requestAddress(address: u64, length: u32): u32 {
  return requestIn(slotOf(address), address, length);
}

/** The request of this attempt for what lies at `address`; NO_REQUEST where there is none. */
export function requestOf(address: u64): u32 {
  const slot = slotOf(address);
  return load<u32>(slot, 8) == Requests.stamp ? load<u32>(slot, 12) : NO_REQUEST;
}

/**
 * The request for a range: the one that there is, or a new one for `wanted` bytes where that is shorter than `minimum` or its
 * copy can't be used. Returns as `request`.
 */
export function findOrRequest(address: u64, minimum: u32, wanted: u32): u32 {
  const slot = slotOf(address);
  if (load<u32>(slot, 8) == Requests.stamp) {
    const index = load<u32>(slot, 12);
    if (index >= Requests.firstUsable && requestAt(index).length >= minimum) return index;
  }
  const index = requestIn(slot, address, wanted);
  if (index == MAX_REQUESTS) return index;
  Requests.missed = true;
  if (Requests.owner == Requests.offCpuOwner) requestAt(index).moving = 0;
  return index;
}

/** Whether a range of at least `minimum` bytes is requested. */
export function isRequested(address: u64, minimum: u32): bool {
  const index = requestOf(address);
  return index != NO_REQUEST && requestAt(index).length >= minimum;
}

/** Whether an owner's stack may change during an off-CPU copy. A range without a known owner may be the off-CPU thread's. */
export function isMoving(owner: u32): u16 {
  return Requests.offCpuOwner != 0 && owner != 0 && owner != Requests.offCpuOwner ? 1 : 0;
}

/** The copy of a request: PENDING, UNREADABLE where fewer than `minimum` bytes came, or a pointer. */
export function pointerOf(index: u32, minimum: u32): usize {
  if (index >= Requests.filled) return PENDING;
  const record = requestAt(index);
  return record.copied >= minimum ? (record.destination as usize) : UNREADABLE;
}

/** Bytes that came of the range that starts at `address` and is here. */
export function copiedOf(address: u64): u32 {
  return requestAt(load<u32>(slotOf(address), 12)).copied;
}

/** The copy that a request made with `request` got; UNREADABLE where there is none yet, or it is too short. */
export function copyOf(index: u32, minimum: u32): usize {
  return index < Requests.filled && requestAt(index).copied >= minimum
    ? (requestAt(index).destination as usize)
    : UNREADABLE;
}
