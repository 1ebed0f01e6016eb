// The ranges of the attempt under way. In: addresses the walk needs. Out: pointers to their copies, or a
// request for the memory source. It also makes the plan: the ranges that this attempt used, in the order of
// use, are asked for at once at the next, so that a steady target costs one call a sample. The plan has sections,
// copied one behind the other, of which an attempt may leave out some. Guards are asked for once a walk is over, and only where
// they are wanted: there is one for each code object, copying them takes ten times as long as a stack, and a still copy keeps
// its thread from running for so long.
import {
  COPY_BYTES,
  MAX_RANGE_BYTES,
  MAX_REQUESTS,
  MAX_THREADS,
  REQUESTS_AT_ONCE,
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

// Per request: the attempt that planned its use, the length to ask for next time, the section, the owner, the rank, and the
// samples since its last use.
const TOUCHED_BYTES: u32 = 24;
const TOUCHED: usize = heap.alloc(MAX_REQUESTS * TOUCHED_BYTES);
// Per request: its owner; and once it is filled, the number of the fill, and whether that was late.
const OWNERS: usize = heap.alloc(MAX_REQUESTS * 4);
const FILLS: usize = heap.alloc(MAX_REQUESTS * 4);
const LATE: u32 = 1 << 31;

/** The lists of interpreters. */
export const LISTS: u32 = 0;
/** Thread states and their frames. */
export const STACKS: u32 = 1;
/** What tells whether code objects are the ones that are known. */
export const GUARDS: u32 = 2;
const SECTIONS: u32 = 3;

/** Owners are numbers from 1 to MAX_THREADS, 0 where none is known; this one is of ranges that may change whoever stands still. */
export const NOBODY: u32 = MAX_THREADS + 1;
const OWNER_NUMBERS: u32 = MAX_THREADS + 2;
/** Rank of a range that is planned in the order of use, among those of its owner. */
export const IN_TURN: u32 = 0;
/** To be copied before all others of its owner. */
export const LEADS: u32 = 1;

/** What an attempt does with the planned ranges of an owner's stack: it asks for them … */
export const ASKED: u32 = 0;
/** … or not, but they stay in the plan … */
export const SPARED: u32 = 1;
/** … or they leave it. */
export const DISMISSED: u32 = 2;
const HANDLING: usize = heap.alloc(OWNER_NUMBERS);
memory.fill(HANDLING, 0, OWNER_NUMBERS);

/** Bits of sections, as startAttempt and plan take them. */
export const LISTS_AND_STACKS: u32 = (1 << LISTS) | (1 << STACKS);
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
/** Stands for the request of an entry that wasn't asked for. */
const NO_REQUEST: u32 = 0xffff_ffff;
/** Samples that an unused range stays in the plan: stacks shrink and grow again. */
const PLAN_PATIENCE: u32 = 8;
/**
 * Unused ranges that stay, beside as many as were used. Where a stack of thousands of frames that lie by themselves has ended, copying
 * them all would take longer than what runs then.
 */
const IDLE_RANGES: u32 = 256;
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
  /** The plan's guards were asked for in this attempt. */
  static isGuarding: bool = false;
  /**
   * Threads run at once, and of the ranges of this attempt only those are to stand still that the thread of this native id
   * owns; 0 = all.
   */
  static watched: u32 = 0;
  /** Owner of the ranges that are asked for now. */
  static owner: u32 = 0;
  /** What is filled is of one moment with the first fill, but for what is moving. */
  static held: bool = false;
  /** Some owner's ranges are not asked for. */
  static isSparing: bool = false;
  /** So many requests are to be filled at once the next time, whatever else may be. */
  static together: u32 = 0;

  /** Fills of this attempt. */
  static fills: u32 = 0;
  /** Of the turn that began last: the fill from which its ranges came, plus 1; 0 where there was none yet. */
  static turnFill: u32 = 0;
  /** Whether they came from several. */
  static isTurnMixed: bool = false;
  /** Whether any of these was late. */
  static isTurnLate: bool = false;

  /** The ranges that are used from here on are those of the owner's turn. */
  static beginTurn(owner: u32): void {
    Ranges.owner = owner;
    Ranges.turnFill = 0;
    Ranges.isTurnMixed = false;
    Ranges.isTurnLate = false;
  }
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
  store<u32>(OWNERS + index * 4, Ranges.owner);
  Ranges.bytes += size;
  return index;
}

function find(address: u64, minimum: u32, wanted: u32): u32 {
  const slot = slotOf(address);
  if (load<u32>(slot, 8) == Ranges.stamp) {
    const index = load<u32>(slot, 12);
    if (index >= Ranges.oldest && requestAt(index).length >= minimum) return index;
  }
  const index = requestIn(slot, address, wanted);
  if (index == MAX_REQUESTS) return index;
  Ranges.missed = true;
  if (Ranges.owner == Ranges.watched) requestAt(index).moving = 0;
  return index;
}

/** Append a request that is to be found in its slot. Returns as `request`. */
function requestIn(slot: usize, address: u64, length: u32): u32 {
  const index = request(address, length);
  if (index == MAX_REQUESTS) return index;
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
 * @param rank IN_TURN or LEADS
 * @param dated whether it matters from which fill it comes
 */
export function needPlanned(address: u64, minimum: u32, wanted: u32, rank: u32 = IN_TURN, dated: bool = true): usize {
  if (!plausible(address, wanted)) return UNREADABLE;
  const index = find(address, minimum, wanted);
  if (index == MAX_REQUESTS) return UNREADABLE;
  const touched = TOUCHED + index * TOUCHED_BYTES;
  if (load<u32>(touched) != Ranges.attempt) {
    store<u32>(touched, Ranges.attempt);
    store<u32>(touched, Ranges.section, 8);
    store<u32>(touched, Ranges.owner, 12);
    store<u32>(touched, rank, 16);
    store<u32>(touched, 0, 20);
    store<u32>(TOUCH_ORDER + Ranges.touchedCount * 4, index);
    Ranges.touchedCount++;
  } else if (Ranges.section == STACKS && load<u32>(touched, 8) == LISTS) {
    // A thread that was only passed before is of the sample after all.
    store<u32>(touched, STACKS, 8);
    store<u32>(touched, Ranges.owner, 12);
  }
  store<u32>(touched, wanted, 4);
  if (dated && index < Ranges.filled) noteUse(load<u32>(FILLS + index * 4));
  return pointerOf(index, minimum);
}

/** A range of the turn under way came from a fill. */
function noteUse(fill: u32): void {
  if ((fill & LATE) != 0) Ranges.isTurnLate = true;
  const number = (fill & ~LATE) + 1;
  if (Ranges.turnFill == 0) Ranges.turnFill = number;
  else if (Ranges.turnFill != number) Ranges.isTurnMixed = true;
}

/** The copy of a frame that lies by itself: it joins the plan, but leaves room for what else there is to walk. */
export function needFrame(address: u64, size: u32): usize {
  if (isFullOfFrames() && !isRequested(address, size)) {
    Ranges.exhausted = true;
    return UNREADABLE;
  }
  return needPlanned(address, size, size);
}

/** The copy of a frame that lies by itself, where this attempt has one already; else UNREADABLE. */
export function plannedFrame(address: u64, size: u32): usize {
  if (!isRequested(address, size)) return UNREADABLE;
  const at = needFrame(address, size);
  return at == PENDING ? UNREADABLE : at;
}

/**
 * Ask for a frame that lies by itself, behind all that the plan has: this attempt's walk will need it, where others do without.
 * @param owner whose stack it is of
 */
export function expectFrame(address: u64, size: u32, owner: u32): void {
  if (!plausible(address, size) || isFullOfFrames()) return;
  const slot = slotOf(address);
  if (load<u32>(slot, 8) == Ranges.stamp) return;
  Ranges.owner = owner;
  const index = requestIn(slot, address, size);
  if (index != MAX_REQUESTS) requestAt(index).moving = isMoving(owner);
}

/** Whether what room is left is for other things than frames that lie by themselves. */
function isFullOfFrames(): bool {
  return Ranges.count >= MAX_REQUESTS - RESERVED_REQUESTS - RESERVED_FOR_THREADS;
}

/** Whether an owner's stack may change during a still copy. Where nobody is known to own it, it may be the watched one's. */
function isMoving(owner: u32): u16 {
  return Ranges.watched != 0 && owner != 0 && owner != Ranges.watched ? 1 : 0;
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
  Ranges.isGuarding = false;
  Ranges.held = false;
  Ranges.fills = 0;
  Ranges.together = 0;
  Ranges.beginTurn(0);
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
 * The walk is complete: what is planned from here on guards what it found. A guard copied before the frame that it guards would
 * prove nothing, so nothing counts that was copied so far.
 */
export function endWalk(): void {
  Ranges.section = GUARDS;
  Ranges.walking = false;
  Ranges.oldest = Ranges.count;
}

/** Ask for the plan's guards, once: some are needed. */
export function requestGuards(): void {
  if (Ranges.isGuarding) return;
  Ranges.isGuarding = true;
  const owner = Ranges.owner;
  const exhausted = Ranges.exhausted;
  requestSection(GUARDS, 0, false);
  Ranges.owner = owner;
  Ranges.exhausted = exhausted;
}

/**
 * Make the next attempt's plan from what this one used. Guards that weren't asked for stay as they are.
 * @param sections bits of the sections that this attempt asked for; the others stay as they are
 */
export function plan(sections: u32 = LISTS_AND_STACKS): void {
  Ranges.standing = false;
  if (sections == ONLY_STACKS && isAsPlanned()) {
    // All that was planned was requested: so many requests are no others.
    Ranges.standing = Ranges.count == load<u32>(PLANNED + STACKS * 4) && Ranges.watched == 0 && !Ranges.isSparing;
    return;
  }
  let room = Ranges.touchedCount < MAX_REQUESTS / 2 ? MAX_REQUESTS / 2 - Ranges.touchedCount : 0;
  let idle = min(room, Ranges.touchedCount + IDLE_RANGES);
  for (let section: u32 = 0; section < SECTIONS; section++) {
    if (section == GUARDS ? !Ranges.isGuarding : (sections & (1 << section)) == 0) continue;
    const next = load<u32>(BUFFER + section * 4) ^ 1;
    linkTouched(section);
    const kept = linkIdle(section, next ^ 1, idle);
    idle -= kept;
    room -= kept;
    const count = planLinked(section, next);
    store<u32>(BUFFER + section * 4, next);
    store<u32>(PLANNED + section * 4, count + planSpared(section, next, count, room));
  }
}

/** Whether this attempt used what it asked for of the stacks, all of it, and nothing else, and nothing leaves the plan. */
function isAsPlanned(): bool {
  const planned = load<u32>(PLANNED + STACKS * 4);
  if (Ranges.touchedCount > planned) return false;
  const buffer = load<u32>(BUFFER + STACKS * 4);
  let used: u32 = 0;
  for (let i: u32 = 0; i < planned; i++) {
    const entry = planEntry(STACKS, buffer, i);
    if (load<u32>(entry, 16) == NO_REQUEST) {
      if (handlingOf(load<u32>(entry, 20)) == DISMISSED) return false;
      continue;
    }
    used++;
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
  return used == Ranges.touchedCount;
}

// Owners in the order of their first use; of each, its requests of the section, linked in the order of use.
const OWNER_ORDER: usize = heap.alloc(OWNER_NUMBERS * 4);
const FIRST: usize = heap.alloc(OWNER_NUMBERS * 4);
const LAST: usize = heap.alloc(OWNER_NUMBERS * 4);
const NEXT: usize = heap.alloc(MAX_REQUESTS * 4);
memory.fill(FIRST, 0xff, OWNER_NUMBERS * 4);
let owners: u32 = 0;

/** Link what the attempt used of a section. */
function linkTouched(section: u32): void {
  owners = 0;
  for (let i: u32 = 0; i < Ranges.touchedCount; i++) {
    const index = load<u32>(TOUCH_ORDER + i * 4);
    const touched = TOUCHED + index * TOUCHED_BYTES;
    if (load<u32>(touched, 8) == section) link(index, load<u32>(touched, 12));
  }
}

/** Link a request behind the others of its owner. */
function link(index: u32, owner: u32): void {
  if (load<u32>(FIRST + owner * 4) == NO_REQUEST) {
    store<u32>(FIRST + owner * 4, index);
    store<u32>(OWNER_ORDER + owners++ * 4, owner);
  } else {
    store<u32>(NEXT + load<u32>(LAST + owner * 4) * 4, index);
  }
  store<u32>(LAST + owner * 4, index);
  store<u32>(NEXT + index * 4, NO_REQUEST);
}

/** Link at most `most` of the section's old entries that were asked for and not used. Returns how many. */
function linkIdle(section: u32, buffer: u32, most: u32): u32 {
  const planned = load<u32>(PLANNED + section * 4);
  let kept: u32 = 0;
  for (let i: u32 = 0; i < planned && kept < most; i++) {
    const entry = planEntry(section, buffer, i);
    const index = load<u32>(entry, 16);
    if (index == NO_REQUEST) continue;
    const touched = TOUCHED + index * TOUCHED_BYTES;
    if (load<u32>(touched) == Ranges.attempt) continue;
    const idle = load<u32>(entry, 12) + 1;
    const length = load<u32>(entry, 8);
    const isPointer = Layout.threadCFrame != ABSENT && length == Layout.wordSize;
    const patience = isPointer ? POINTER_PATIENCE : PLAN_PATIENCE;
    if (idle > patience || load<u32>(slotOf(load<u64>(entry)), 12) != index) continue; // superseded by a longer range
    store<u32>(touched, length, 4);
    store<u32>(touched, load<u32>(entry, 20), 12);
    store<u32>(touched, IN_TURN, 16);
    store<u32>(touched, idle, 20);
    link(index, load<u32>(entry, 20));
    kept++;
  }
  return kept;
}

/**
 * Plan what is linked, owner by owner, each one's in the order of use, but those first that lead the others. Returns how many.
 */
function planLinked(section: u32, next: u32): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < owners; i++) {
    const owner = load<u32>(OWNER_ORDER + i * 4);
    const first = load<u32>(FIRST + owner * 4);
    count = planOwned(section, next, count, first, true);
    count = planOwned(section, next, count, first, false);
    store<u32>(FIRST + owner * 4, NO_REQUEST);
  }
  return count;
}

/** Plan the linked requests that lead or don't, behind `count` others. Returns how many. */
function planOwned(section: u32, next: u32, count: u32, first: u32, leading: bool): u32 {
  for (let index = first; index != NO_REQUEST; index = load<u32>(NEXT + index * 4)) {
    const touched = TOUCHED + index * TOUCHED_BYTES;
    if ((load<u32>(touched, 16) == LEADS) != leading) continue;
    const entry = planEntry(section, next, count++);
    store<u64>(entry, requestAt(index).address);
    store<u32>(entry, load<u32>(touched, 4), 8);
    store<u32>(entry, load<u32>(touched, 20), 12);
    store<u32>(entry, load<u32>(touched, 12), 20);
  }
  return count;
}

/** Plan at most `most` of the section's old entries that were spared, behind `count` others. Returns how many. */
function planSpared(section: u32, next: u32, count: u32, most: u32): u32 {
  const planned = load<u32>(PLANNED + section * 4);
  let kept: u32 = 0;
  for (let i: u32 = 0; i < planned && kept < most; i++) {
    const before = planEntry(section, next ^ 1, i);
    if (load<u32>(before, 16) != NO_REQUEST) continue;
    if (handlingOf(load<u32>(before, 20)) == DISMISSED || isUsed(load<u64>(before))) continue;
    const entry = planEntry(section, next, count + kept++);
    store<u64>(entry, load<u64>(before));
    store<u32>(entry, load<u32>(before, 8), 8);
    store<u32>(entry, load<u32>(before, 12), 12);
    store<u32>(entry, load<u32>(before, 20), 20);
  }
  return kept;
}

/** Whether the attempt used the range at `address`. */
function isUsed(address: u64): bool {
  const slot = slotOf(address);
  if (load<u32>(slot, 8) != Ranges.stamp) return false;
  return load<u32>(TOUCHED + load<u32>(slot, 12) * TOUCHED_BYTES) == Ranges.attempt;
}

function handlingOf(owner: u32): u32 {
  return load<u8>(HANDLING + owner);
}

/** The attempts from here on ask for the stack ranges of all owners. */
export function askAll(): void {
  if (Ranges.isSparing) memory.fill(HANDLING, 0, OWNER_NUMBERS);
  Ranges.isSparing = false;
}

/**
 * Until `askAll`, attempts don't ask for an owner's stack ranges.
 * @param handling SPARED or DISMISSED
 */
export function spare(owner: u32, handling: u32): void {
  store<u8>(HANDLING + owner, handling as u8);
  Ranges.isSparing = true;
}

/**
 * Start an attempt: everything forgotten but the plan, whose ranges are requested.
 * @param sections bits of the sections to ask for
 */
export function startAttempt(sections: u32 = LISTS_AND_STACKS): void {
  clearUse();
  if (Ranges.standing && sections == ONLY_STACKS && !Ranges.isSparing) {
    for (let i: u32 = 0; i < Ranges.count; i++) requestAt(i).copied = 0;
    return;
  }
  clearRequests();
  requestPlan(sections, 0);
}

/**
 * Start an attempt at a still copy, up to where its plan is to be requested: what is requested before comes first.
 * @param watched see Ranges.watched
 */
export function startStillAttempt(watched: u32): void {
  clearUse();
  clearRequests();
  Ranges.watched = watched;
}

/**
 * Request the plan.
 * @param sections bits of the sections to ask for
 * @param first the owner whose ranges come before all other stacks', and are filled with all that comes before; 0 = nobody
 */
export function requestPlan(sections: u32, first: u32): void {
  Ranges.walking = false; // the plan may use all room there is
  for (let section = LISTS; section <= STACKS; section++) {
    if ((sections & (1 << section)) == 0) continue;
    if (section == STACKS && first != 0) {
      requestSection(section, first, true);
      Ranges.together = Ranges.count;
    }
    requestSection(section, first, false);
  }
  Ranges.exhausted = false;
  Ranges.walking = true;
  Ranges.owner = 0;
}

/**
 * Request a section's entries.
 * @param apart of the stacks, an owner whose entries are requested apart from the others; 0 = nobody
 * @param own whether it's these, and not the others
 */
function requestSection(section: u32, apart: u32, own: bool): void {
  const count = load<u32>(PLANNED + section * 4);
  const buffer = load<u32>(BUFFER + section * 4);
  for (let i: u32 = 0; i < count; i++) {
    const entry = planEntry(section, buffer, i);
    Ranges.owner = load<u32>(entry, 20);
    if (section == STACKS) {
      if (apart != 0 && (Ranges.owner == apart) != own) continue;
      if (Ranges.isSparing && handlingOf(Ranges.owner) != ASKED) {
        store<u32>(entry, NO_REQUEST, 16);
        continue;
      }
    }
    const address = load<u64>(entry);
    const index = requestIn(slotOf(address), address, load<u32>(entry, 8));
    if (index == MAX_REQUESTS) {
      store<u32>(PLANNED + section * 4, i);
      return;
    }
    if (section == STACKS) requestAt(index).moving = isMoving(Ranges.owner);
    store<u32>(entry, index, 16);
  }
}

/**
 * Up to which request, not included, all is to be filled now. Where there are many, it's some of them, and never a part of
 * those of one owner that stand together: a stack of thousands of ranges takes long, and makes nobody else's late.
 */
export function endOfFill(): u32 {
  const count = Ranges.count;
  const first = max(Ranges.filled, Ranges.together);
  const most = first + REQUESTS_AT_ONCE;
  if (count <= most) return count;
  let end = most;
  while (end > first && isWithinOwned(end)) end--;
  if (end > first) return end;
  end = most;
  while (end < count && isWithinOwned(end)) end++;
  return end;
}

/** Whether all requests are filled at once. */
export function isOneFill(): bool {
  return endOfFill() == Ranges.count;
}

/** Whether a request and the one before it have the same owner. */
function isWithinOwned(index: u32): bool {
  return load<u32>(OWNERS + index * 4) == load<u32>(OWNERS + (index - 1) * 4);
}

/**
 * The source has filled the requests up to `endOfFill`.
 * @param late whether they may be of different moments
 */
export function filled(late: bool = false): void {
  const end = endOfFill();
  const fill = late ? Ranges.fills | LATE : Ranges.fills;
  for (let i = Ranges.filled; i < end; i++) {
    const isHeld = Ranges.held && requestAt(i).moving == 0;
    store<u32>(FILLS + i * 4, isHeld ? 0 : fill);
  }
  Ranges.fills++;
  Ranges.filled = end;
}
