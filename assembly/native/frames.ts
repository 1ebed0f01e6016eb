// The native frames of the stack that is unwound. In: one after the other, leaf first. Out: records that TypeScript reads. It knows no rules.

@unmanaged
export class NativeFrame {
  /** Where it is, or where its callee returns to. */
  pc: u64;
  /** Its stack: from here to before the CFA. */
  pointer: u64;
  cfa: u64;
  /** The function's own extent; 0 where no table tells. */
  start: u64;
  end: u64;
  /** Bits: FRAME_GUESSED and the like. */
  flags: u32;
  reserved: u32;
}

export const NATIVE_FRAME_BYTES: u32 = offsetof<NativeFrame>();
/** It was found by a search, or by a frame pointer where no rule says that there is one. */
export const FRAME_GUESSED: u32 = 1;
/** It was found by a record of Python's that lies in it; whatever lies between its callee and it is missing. */
export const FRAME_BEHIND_GAP: u32 = 2;
/** `pc` is the very instruction, not the one behind a call. */
export const FRAME_EXACT: u32 = 4;

export const MOST_FRAMES: u32 = 65536;
const FRAMES: usize = heap.alloc(MOST_FRAMES * NATIVE_FRAME_BYTES);

export class NativeFrames {
  static count: u32 = 0;
}

export function nativeFrame(index: u32): NativeFrame {
  return changetype<NativeFrame>(FRAMES + (index as usize) * NATIVE_FRAME_BYTES);
}

export function cutFrames(count: u32): void {
  NativeFrames.count = count;
}

/** Add a frame towards the root; false where there is no room. */
export function addFrame(pc: u64, pointer: u64, start: u64, end: u64, flags: u32): bool {
  if (NativeFrames.count == MOST_FRAMES) return false;
  const frame = nativeFrame(NativeFrames.count++);
  frame.pc = pc;
  frame.pointer = pointer;
  frame.cfa = 0;
  frame.start = start;
  frame.end = end;
  frame.flags = flags;
  return true;
}
