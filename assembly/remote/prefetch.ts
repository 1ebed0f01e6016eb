// The prefetch list: the ranges that the last attempt used, in the order of use, are requested at once at the next, so that a
// steady target costs one call a sample. In: the uses of an attempt. Out: the requests that the next one begins with. The list has
// sections, copied one behind the other, of which an attempt may leave out some. Guards are asked for once a walk is over, and
// only where they are wanted: there is one for each code object, copying them takes ten times as long as a stack, and an off-CPU copy
// keeps its thread from running for so long.
import { MAX_REQUESTS } from "../abi/limits";
import { ABSENT, Layout } from "../layouts/layout";
import { fillAtOnce } from "./fills";
import {
  isMoving,
  NO_REQUEST,
  OWNER_NUMBERS,
  Requests,
  requestAddress,
  requestAt,
  requestOf,
  setExhausted,
  setOwner,
  setReserve,
} from "./requests";
import { isDropped, isSkipped, Selection } from "./selection";
import { FIRST, GUARDS, IN_ORDER, isUsed, LISTS, SECTIONS, STACKS, Uses, usedAt, useOf } from "./uses";

/** Bits of sections. */
export const LISTS_AND_STACKS: u32 = (1 << LISTS) | (1 << STACKS);
export const ONLY_STACKS: u32 = 1 << STACKS;

/** A range on the list. */
@unmanaged
class Entry {
  address: u64;
  length: u32;
  /** Samples since its last use. */
  idle: u32;
  /** Its request in this attempt; NO_REQUEST where it was skipped. */
  request: u32;
  owner: u32;
}

// Each section has two buffers, swapped. Per section: which one is in force, and how many entries it has.
const ENTRY_BYTES: u32 = offsetof<Entry>();
const ENTRIES: usize = heap.alloc(SECTIONS * 2 * MAX_REQUESTS * ENTRY_BYTES);
const BUFFER: usize = heap.alloc(SECTIONS * 4);
const COUNT: usize = heap.alloc(SECTIONS * 4);
memory.fill(BUFFER, 0, SECTIONS * 4);
memory.fill(COUNT, 0, SECTIONS * 4);

/** Samples that an unused range stays on the list: stacks shrink and grow again. */
const PATIENCE: u32 = 8;
/** The same of a pointer alone where there is one for each way into the interpreter (3.11, 3.12): it costs next to nothing. */
const POINTER_PATIENCE: u32 = 64;
/**
 * Unused ranges that stay, beside as many as were used. Where a stack of thousands of frames that lie by themselves has ended, copying
 * them all would take longer than what runs then.
 */
const MAX_IDLE: u32 = 256;

export class Prefetch {
  /** The requests that were made are those that the next attempt at stacks alone would make. */
  static isRepeatable: bool = false;
  /** The guards were asked for in this attempt. */
  static hasGuards: bool = false;
}

function entryAt(section: u32, buffer: u32, index: u32): Entry {
  return changetype<Entry>(ENTRIES + ((section * 2 + buffer) * MAX_REQUESTS + index) * ENTRY_BYTES);
}

function countOf(section: u32): u32 {
  return load<u32>(COUNT + section * 4);
}

function bufferOf(section: u32): u32 {
  return load<u32>(BUFFER + section * 4);
}

/** Empty the list. */
export function forgetPrefetch(): void {
  memory.fill(COUNT, 0, SECTIONS * 4);
}

/** Requests were made that are no attempt's. */
export function noteOtherRequests(): void {
  Prefetch.isRepeatable = false;
}

/** Begin an attempt: its guards have not been asked for. */
export function clearGuards(): void {
  Prefetch.hasGuards = false;
}

/** Ask for the guards, once: some are needed. */
export function requestGuards(): void {
  if (Prefetch.hasGuards) return;
  Prefetch.hasGuards = true;
  const owner = Requests.owner;
  const exhausted = Requests.exhausted;
  requestSection(GUARDS, 0, false);
  setOwner(owner);
  setExhausted(exhausted);
}

/**
 * Request what is on the list.
 * @param sections bits of the sections to ask for
 * @param first the owner whose ranges come before all other stacks', and are filled with all that comes before; 0 = none
 */
export function requestPrefetch(sections: u32, first: u32): void {
  setReserve(false); // the list may use all room there is
  for (let section = LISTS; section <= STACKS; section++) {
    if ((sections & (1 << section)) == 0) continue;
    if (section == STACKS && first != 0) {
      requestSection(section, first, true);
      fillAtOnce();
    }
    requestSection(section, first, false);
  }
  setExhausted(false);
  setReserve(true);
  setOwner(0);
}

/**
 * Request a section's entries.
 * @param separate of the stacks, an owner whose entries are requested separately; 0 = none
 * @param own whether it's these, and not the others
 */
function requestSection(section: u32, separate: u32, own: bool): void {
  const count = countOf(section);
  const buffer = bufferOf(section);
  for (let i: u32 = 0; i < count; i++) {
    const entry = entryAt(section, buffer, i);
    const owner = entry.owner;
    setOwner(owner);
    if (section == STACKS) {
      if (separate != 0 && (owner == separate) != own) continue;
      if (isSkipped(owner)) {
        entry.request = NO_REQUEST;
        continue;
      }
    }
    const index = requestAddress(entry.address, entry.length);
    if (index == MAX_REQUESTS) {
      store<u32>(COUNT + section * 4, i);
      return;
    }
    if (section == STACKS) requestAt(index).moving = isMoving(owner);
    entry.request = index;
  }
}

/**
 * Make the next attempt's list from what this one used. Guards that weren't asked for stay as they are.
 * @param sections bits of the sections that this attempt asked for; the others stay as they are
 */
export function updatePrefetch(sections: u32 = LISTS_AND_STACKS): void {
  Prefetch.isRepeatable = false;
  if (sections == ONLY_STACKS && isAsUsed()) {
    // All that was on the list was requested: so many requests are no others.
    Prefetch.isRepeatable = Requests.count == countOf(STACKS) && Requests.offCpuOwner == 0 && !Selection.isPartial;
    return;
  }
  let room = Uses.count < MAX_REQUESTS / 2 ? MAX_REQUESTS / 2 - Uses.count : 0;
  let idle = min(room, Uses.count + MAX_IDLE);
  for (let section: u32 = 0; section < SECTIONS; section++) {
    if (section == GUARDS ? !Prefetch.hasGuards : (sections & (1 << section)) == 0) continue;
    const next = bufferOf(section) ^ 1;
    linkUsed(section);
    const kept = linkIdle(section, next ^ 1, idle);
    idle -= kept;
    room -= kept;
    const count = addLinked(section, next);
    store<u32>(BUFFER + section * 4, next);
    store<u32>(COUNT + section * 4, count + addSkipped(section, next, count, room));
  }
}

/** Whether this attempt used what it asked for of the stacks, all of it, and nothing else, and nothing leaves the list. */
function isAsUsed(): bool {
  const count = countOf(STACKS);
  if (Uses.count > count) return false;
  const buffer = bufferOf(STACKS);
  let used: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const entry = entryAt(STACKS, buffer, i);
    if (entry.request == NO_REQUEST) {
      if (isDropped(entry.owner)) return false;
      continue;
    }
    used++;
    const use = useOf(entry.request);
    if (
      use.attempt != Uses.attempt ||
      use.length != entry.length ||
      use.section != STACKS ||
      use.owner != entry.owner ||
      entry.idle != 0
    )
      return false;
  }
  return used == Uses.count;
}

// Owners in the order of their first use; of each, its requests of the section, linked in the order of use.
const OWNER_ORDER: usize = heap.alloc(OWNER_NUMBERS * 4);
const FIRST_OF: usize = heap.alloc(OWNER_NUMBERS * 4);
const LAST_OF: usize = heap.alloc(OWNER_NUMBERS * 4);
const NEXT: usize = heap.alloc(MAX_REQUESTS * 4);
memory.fill(FIRST_OF, 0xff, OWNER_NUMBERS * 4);
let owners: u32 = 0;

/** Link what the attempt used of a section. */
function linkUsed(section: u32): void {
  owners = 0;
  for (let i: u32 = 0; i < Uses.count; i++) {
    const index = usedAt(i);
    const use = useOf(index);
    if (use.section == section) link(index, use.owner);
  }
}

/** Link a request behind the others of its owner. */
function link(index: u32, owner: u32): void {
  if (load<u32>(FIRST_OF + owner * 4) == NO_REQUEST) {
    store<u32>(FIRST_OF + owner * 4, index);
    store<u32>(OWNER_ORDER + owners++ * 4, owner);
  } else {
    store<u32>(NEXT + load<u32>(LAST_OF + owner * 4) * 4, index);
  }
  store<u32>(LAST_OF + owner * 4, index);
  store<u32>(NEXT + index * 4, NO_REQUEST);
}

/** Link at most `most` of the section's entries that were asked for and not used. Returns how many. */
function linkIdle(section: u32, buffer: u32, most: u32): u32 {
  const count = countOf(section);
  let kept: u32 = 0;
  for (let i: u32 = 0; i < count && kept < most; i++) {
    const entry = entryAt(section, buffer, i);
    const index = entry.request;
    if (index == NO_REQUEST || isUsed(index)) continue;
    const idle = entry.idle + 1;
    const isPointer = Layout.threadCFrame != ABSENT && entry.length == Layout.wordSize;
    const patience = isPointer ? POINTER_PATIENCE : PATIENCE;
    if (idle > patience || requestOf(entry.address) != index) continue; // superseded by a longer range
    const use = useOf(index);
    use.length = entry.length;
    use.owner = entry.owner;
    use.rank = IN_ORDER;
    use.idle = idle;
    link(index, entry.owner);
    kept++;
  }
  return kept;
}

/** Add what is linked, owner by owner, each one's in the order of use, but those of rank FIRST first. Returns how many. */
function addLinked(section: u32, next: u32): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < owners; i++) {
    const owner = load<u32>(OWNER_ORDER + i * 4);
    const first = load<u32>(FIRST_OF + owner * 4);
    count = addOwned(section, next, count, first, true);
    count = addOwned(section, next, count, first, false);
    store<u32>(FIRST_OF + owner * 4, NO_REQUEST);
  }
  return count;
}

/** Add an owner's linked requests that are of rank FIRST, or aren't, behind `count` others. Returns how many there are then. */
function addOwned(section: u32, next: u32, count: u32, first: u32, leading: bool): u32 {
  for (let index = first; index != NO_REQUEST; index = load<u32>(NEXT + index * 4)) {
    const use = useOf(index);
    if ((use.rank == FIRST) != leading) continue;
    const entry = entryAt(section, next, count++);
    entry.address = requestAt(index).address;
    entry.length = use.length;
    entry.idle = use.idle;
    entry.owner = use.owner;
  }
  return count;
}

/** Add at most `most` of the section's entries that were skipped, behind `count` others. Returns how many. */
function addSkipped(section: u32, next: u32, count: u32, most: u32): u32 {
  const before = countOf(section);
  let kept: u32 = 0;
  for (let i: u32 = 0; i < before && kept < most; i++) {
    const old = entryAt(section, next ^ 1, i);
    if (old.request != NO_REQUEST || isDropped(old.owner)) continue;
    const index = requestOf(old.address);
    if (index != NO_REQUEST && isUsed(index)) continue;
    const entry = entryAt(section, next, count + kept++);
    entry.address = old.address;
    entry.length = old.length;
    entry.idle = old.idle;
    entry.owner = old.owner;
  }
  return kept;
}
