// One struct under examination. In: its size, then each of its fields. Out: whether every field lies within it, aligned,
// and on no other. It knows no CPython: what a struct is called doesn't matter here.

/** Fields that one struct can claim. */
const MAX_FIELDS: u32 = 24;
const FIELDS: usize = memory.data(192); // start and end of each, u32

export class Extent {
  /** False from the first struct or field that can't be. */
  static plausible: bool = true;
  private static size: u32 = 0;
  private static wordSize: u32 = 8;
  private static count: u32 = 0;

  /** Begin an examination of several structs. Word size in bytes. */
  static reset(wordSize: u32): void {
    Extent.plausible = true;
    Extent.wordSize = wordSize;
  }

  /** What was found by other means can't be. */
  static refute(): void {
    Extent.plausible = false;
  }

  /** Begin a struct of `size` bytes, which may have `most` at most: no field is in one that can't be. */
  static open(size: u32, most: u32): void {
    const isPossible = size >= Extent.wordSize && size <= most;
    if (!isPossible) Extent.plausible = false;
    Extent.size = isPossible ? size : 0;
    Extent.count = 0;
  }

  /** A field of `width` bytes at `offset`. */
  static claim(offset: u32, width: u32): void {
    if (!Extent.offer(offset, width)) Extent.plausible = false;
  }

  /** Whether there can be a field of `width` bytes at `offset`. It is claimed if so; nothing is implausible if not. */
  static offer(offset: u32, width: u32): bool {
    if (width == 0) return false;
    const alignment = min<u32>(width, Extent.wordSize);
    const end = offset + width;
    if (offset % alignment != 0 || end < offset || end > Extent.size || Extent.count == MAX_FIELDS) return false;
    for (let i: u32 = 0; i < Extent.count; i++) {
      const other = FIELDS + i * 8;
      if (offset < load<u32>(other, 4) && end > load<u32>(other)) return false;
    }
    const own = FIELDS + Extent.count++ * 8;
    store<u32>(own, offset);
    store<u32>(own, end, 4);
    return true;
  }

  /** A pointer, a size or an `unsigned long`. */
  static claimWord(offset: u32): void {
    Extent.claim(offset, Extent.wordSize);
  }
}
