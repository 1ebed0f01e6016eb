// The raw frames of the thread being walked, leaf first. In: frames' copies. Out: a stack that frames are added to and dropped from at
// its leaf, and put behind at its root. It reads nothing.
import { MAX_FRAMES } from "../abi/limits";
import { fillFrame, NO_FRAME, RAW_FRAME_BYTES, RawFrame } from "./raw_frame";

const RAW_FRAMES: usize = heap.alloc(MAX_FRAMES * RAW_FRAME_BYTES);

export class RawStack {
  /** How many frames there are. */
  static count: u32 = 0;
}

/** Frame number `index`, from the leaf. */
export function rawFrameAt(index: u32): RawFrame {
  return changetype<RawFrame>(RAW_FRAMES + index * RAW_FRAME_BYTES);
}

export function clearRawStack(): void {
  RawStack.count = 0;
}

/** Read a frame from its copy behind the others, without adding it yet: the place there is free. */
export function readBehind(address: u64, at: usize, code: u64): RawFrame {
  const frame = rawFrameAt(RawStack.count);
  fillFrame(frame, address, at, code);
  return frame;
}

/** Add what `readBehind` has read, towards the root. */
export function pushBehind(): void {
  RawStack.count++;
}

/** Add a frame that stands for what can't be read, towards the root. */
export function pushUnreadable(): void {
  const frame = rawFrameAt(RawStack.count++);
  frame.address = 0;
  frame.previous = 0;
  frame.code = NO_FRAME;
  frame.instruction = 0;
  frame.flags = 0;
}

/** Add a leaf. @param entry of its code object */
export function pushLeaf(address: u64, at: usize, code: u64, entry: u32): void {
  const leaf = rawFrameAt(0);
  if (RawStack.count > 0) {
    const first = changetype<usize>(leaf);
    memory.copy(first + RAW_FRAME_BYTES, first, RawStack.count * RAW_FRAME_BYTES);
  }
  RawStack.count++;
  fillFrame(leaf, address, at, code);
  leaf.entry = entry;
}

/** Drop frames at the leaf. */
export function dropLeaves(count: u32): void {
  if (count == 0) return;
  RawStack.count -= count;
  const first = changetype<usize>(rawFrameAt(0));
  memory.copy(first, first + count * RAW_FRAME_BYTES, RawStack.count * RAW_FRAME_BYTES);
}
