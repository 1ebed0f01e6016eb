// Room for the stacks that threads had, so that the next sample decodes only what changed. In: how many frames. Out: a
// block with room for that many raw frames and, behind them, their ids. It knows no threads.
import { MAX_FRAMES, STACK_STORE_BYTES } from "../abi/limits";
import { STACK_STORE } from "../abi/memory";
import { RAW_FRAME_BYTES } from "./state";

/** Bytes of a frame and its id. */
const PLACE_BYTES: u32 = RAW_FRAME_BYTES + 4;
/** The smallest block has room for this many frames; each next class for twice as many. */
const SMALLEST: u32 = 32;
const CLASSES: u32 = 13;

// Per class: the first free block, whose first word leads to the next; 0 = none.
const FREE: usize = heap.alloc(CLASSES * 4);
memory.fill(FREE, 0, CLASSES * 4);

class Store {
  static used: u32 = 0;
}

/** Forget all blocks. */
export function emptyStore(): void {
  Store.used = 0;
  memory.fill(FREE, 0, CLASSES * 4);
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
  const size = classOf(frames);
  const free = load<u32>(FREE + size * 4);
  if (free != 0) {
    store<u32>(FREE + size * 4, load<u32>(free));
    return free;
  }
  const bytes = (SMALLEST << size) * PLACE_BYTES;
  if (Store.used + bytes > STACK_STORE_BYTES) return 0;
  const block = STACK_STORE + Store.used;
  Store.used += bytes;
  return block;
}

/** Give back a block that was taken for `room` frames. */
export function giveBlock(block: usize, room: u32): void {
  const size = classOf(room);
  store<u32>(block, load<u32>(FREE + size * 4));
  store<u32>(FREE + size * 4, block as u32);
}
