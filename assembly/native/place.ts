// Where the unwinding of a stack has come to. In: what a rule, or a search, has found. Out: the place of the next frame.

export class Place {
  static pc: u64 = 0;
  static pointer: u64 = 0;
  static framePointer: u64 = 0;
  static hasFramePointer: bool = false;
  /** `pc` is the very instruction, not the one behind a call. */
  static isExact: bool = false;
  /** Flags of the frame that stands there. */
  static flags: u32 = 0;
}

export function setPlace(pc: u64, pointer: u64, isExact: bool, flags: u32): void {
  Place.pc = pc;
  Place.pointer = pointer;
  Place.isExact = isExact;
  Place.flags = flags;
}

export function setFramePointer(value: u64, isKnown: bool): void {
  Place.framePointer = value;
  Place.hasFramePointer = isKnown;
}
