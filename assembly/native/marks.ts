// Records of Python's that lie on the C stack, in frames of its eval loop: the marks of one thread. In: their addresses. Out: how far a mark lies from the CFA of the
// frame that has it, which is one constant a build; and with that, where a frame is that no rule leads to. It knows no Python.

export class Marks {
  /** u64 addresses, lowest first. */
  static at: usize = 0;
  static count: u32 = 0;
  /** The constant; 0 = not known yet. */
  static distance: u64 = 0;
  /** Two frames contradicted each other: there is no constant. */
  static isVarying: bool = false;
}

export function forgetDistance(): void {
  Marks.distance = 0;
  Marks.isVarying = false;
}

/** Begin with another thread. */
export function setMarks(at: usize, count: u32): void {
  Marks.at = at;
  Marks.count = count;
}

/** The lowest mark at or above an address; 0 = there is none. */
export function markFrom(address: u64): u64 {
  let low: u32 = 0;
  let high = Marks.count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (load<u64>(Marks.at + (middle as usize) * 8) < address) low = middle + 1;
    else high = middle;
  }
  return low < Marks.count ? load<u64>(Marks.at + (low as usize) * 8) : 0;
}

/** The constant, where it is known. */
export function distanceOfMarks(): u64 {
  return Marks.isVarying ? 0 : Marks.distance;
}

/** A frame that rules alone have led to lies from `pointer` to before `cfa`. */
export function learnDistance(pointer: u64, cfa: u64): void {
  const mark = markFrom(pointer);
  if (mark == 0 || mark >= cfa) return;
  const distance = cfa - mark;
  if (Marks.distance != 0 && Marks.distance != distance) Marks.isVarying = true;
  Marks.distance = distance;
}

export const HAS_NO_MARK: u32 = 0;
export const HAS_RIGHT_MARK: u32 = 1;
export const HAS_WRONG_MARK: u32 = 2;

/** Whether a frame has a mark, and at the place where the eval loop has it. */
export function markIn(pointer: u64, cfa: u64): u32 {
  const distance = distanceOfMarks();
  const mark = markFrom(pointer);
  if (distance == 0 || mark == 0 || mark >= cfa) return HAS_NO_MARK;
  return cfa - mark == distance ? HAS_RIGHT_MARK : HAS_WRONG_MARK;
}
