// The ranges of one fill: where each begins in the target, and how long it is. Nearly always they are those of the fill
// before, so that it is enough to say what differs.
import { LENGTH_WORD, REQUEST_WORDS } from "../memory/source.js";

export class RangeList {
  constructor(
    readonly count: number,
    /** The lower and the upper half of each address. */
    readonly low: Uint32Array,
    readonly high: Uint32Array,
    readonly lengths: Uint32Array,
  ) {}

  static readonly EMPTY = new RangeList(0, new Uint32Array(0), new Uint32Array(0), new Uint32Array(0));

  /** The list in the request records at byte `requests` of a decoder's memory, given as 32-bit words. */
  static of(words: Uint32Array, requests: number, count: number): RangeList {
    const list = new RangeList(count, new Uint32Array(count), new Uint32Array(count), new Uint32Array(count));
    for (let i = 0, at = requests >>> 2; i < count; i++, at += REQUEST_WORDS) {
      list.low[i] = words[at] as number;
      list.high[i] = words[at + 1] as number;
      list.lengths[i] = words[at + LENGTH_WORD] as number;
    }
    return list;
  }

  /** Whether the request records at byte `requests` are these ranges. */
  equals(words: Uint32Array, requests: number, count: number): boolean {
    if (count !== this.count) return false;
    for (let i = 0, at = requests >>> 2; i < count; i++, at += REQUEST_WORDS) {
      if (words[at] !== this.low[i] || words[at + LENGTH_WORD] !== this.lengths[i]) return false;
      if (words[at + 1] !== this.high[i]) return false;
    }
    return true;
  }
}
