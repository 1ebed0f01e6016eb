// Room for the stacks that threads had, so that the next sample decodes only what changed. In: how many frames. Out: a
// block with room for that many raw frames and, behind them, their ids. Buddies: a block is split into halves, and halves that
// are free become one again, so that room which deep stacks had is there for shallow ones, and the other way round. It knows
// no threads.
import { MAX_FRAMES, STACK_STORE_BYTES } from "../abi/limits";
import { STACK_STORE } from "../abi/memory";
import { RAW_FRAME_BYTES } from "./raw_frame";

/** Bytes of a frame and its id. */
const FRAME_AND_ID_BYTES: u32 = RAW_FRAME_BYTES + 4;
/** The smallest block has room for this many frames; each next class for twice as many. */
const SMALLEST: u32 = 32;
const CLASSES: u32 = 13;
const UNIT_BYTES: u32 = SMALLEST * FRAME_AND_ID_BYTES;
/** Blocks begin at multiples of their own size, counted in units. */
const UNITS: u32 = STACK_STORE_BYTES / UNIT_BYTES;

const NONE: u32 = 0xffff_ffff;
// Per class: the first free block's unit. A free block begins with the units of the next and of the one before.
const FREE: usize = heap.alloc(CLASSES * 4);
// Per unit: 1 + the class of the free block that begins there, else 0.
const FREE_CLASS: usize = heap.alloc(UNITS);
emptyStore();

/** Forget all blocks. */
export function emptyStore(): void {
  memory.fill(FREE, 0xff, CLASSES * 4);
  memory.fill(FREE_CLASS, 0, UNITS);
  let unit: u32 = 0;
  for (let size = CLASSES; size > 0; size--) {
    const units: u32 = 1 << (size - 1);
    while (unit + units <= UNITS) {
      addFree(unit, size - 1);
      unit += units;
    }
  }
}

function blockAt(unit: u32): usize {
  return STACK_STORE + unit * UNIT_BYTES;
}

function addFree(unit: u32, size: u32): void {
  const next = load<u32>(FREE + size * 4);
  store<u32>(blockAt(unit), next);
  store<u32>(blockAt(unit), NONE, 4);
  if (next != NONE) store<u32>(blockAt(next), unit, 4);
  store<u32>(FREE + size * 4, unit);
  store<u8>(FREE_CLASS + unit, (size + 1) as u8);
}

function takeFree(unit: u32, size: u32): void {
  const next = load<u32>(blockAt(unit));
  const before = load<u32>(blockAt(unit), 4);
  if (next != NONE) store<u32>(blockAt(next), before, 4);
  if (before != NONE) store<u32>(blockAt(before), next);
  else store<u32>(FREE + size * 4, next);
  store<u8>(FREE_CLASS + unit, 0);
}

function classOf(frames: u32): u32 {
  let size: u32 = 0;
  while (SMALLEST << size < frames) size++;
  return size;
}

/** How many frames the block for `frames` has room for. */
export function roomFor(frames: u32): u32 {
  return SMALLEST << classOf(frames);
}

/** A block for so many frames; 0 where there is no room. */
export function takeBlock(frames: u32): usize {
  if (frames > MAX_FRAMES) return 0;
  const wanted = classOf(frames);
  let size = wanted;
  while (size < CLASSES && load<u32>(FREE + size * 4) == NONE) size++;
  if (size == CLASSES) return 0;
  const unit = load<u32>(FREE + size * 4);
  takeFree(unit, size);
  giveHalves(unit, size, wanted);
  return blockAt(unit);
}

/** Of a block of class `size`, keep the beginning, of class `wanted`. */
function giveHalves(unit: u32, size: u32, wanted: u32): void {
  while (size > wanted) {
    size--;
    addFree(unit + (1 << size), size);
  }
}

/** Give back a block that was taken for `room` frames. */
export function giveBlock(block: usize, room: u32): void {
  let unit = ((block - STACK_STORE) as u32) / UNIT_BYTES;
  let size = classOf(room);
  for (; size + 1 < CLASSES; size++) {
    const buddy = unit ^ (1 << size);
    // A buddy may begin beyond the last unit: there is none.
    if (buddy >= UNITS || load<u8>(FREE_CLASS + buddy) != size + 1) break;
    takeFree(buddy, size);
    unit &= ~(1 << size);
  }
  addFree(unit, size);
}

/** Of a block that was taken for `room` frames, keep the beginning, with room for `frames`. */
export function trimBlock(block: usize, room: u32, frames: u32): void {
  const unit = ((block - STACK_STORE) as u32) / UNIT_BYTES;
  giveHalves(unit, classOf(room), classOf(frames));
}
