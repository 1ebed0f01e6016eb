// Where the code of Python's eval loop lies, for versions whose calls of it are counted (3.9, 3.10). In: ranges of addresses. Out: whether a place is in one.
import type { NativeCall } from "./unwinder.js";

/** What compilers call it, and the pieces that they take out of it (.cold, .part.0). */
export const EVAL = /^_PyEval_EvalFrameDefault(?:\.|$)/;

export class EvalPlaces {
  static readonly NONE = new EvalPlaces([]);

  /** @param ranges each from its first address to before its last */
  constructor(readonly ranges: readonly (readonly [start: bigint, end: bigint])[]) {}

  has({ pc, isExact }: NativeCall): boolean {
    const place = isExact ? pc : pc - 1n;
    return this.ranges.some(([start, end]) => place >= start && place < end);
  }
}
