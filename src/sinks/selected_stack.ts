// One thread's stack behind the filters, as it changes. In: its frame ids, and how many are as they were. Out: whether the stack
// is wanted, and references to the frames that are shown. What did not change is not asked again.
import type { FrameRefs } from "../mojo/frame_refs.js";
import type { FrameBits } from "./frame_bits.js";

const FIRST_ROOM = 64;

export class SelectedStack {
  isWanted = true;
  readonly #frames: FrameBits;
  /** For each frame: its bits, those of all up to it, and how many of them are shown. */
  #bits = new Uint8Array(FIRST_ROOM);
  #joined = new Uint8Array(FIRST_ROOM);
  #shownCounts = new Uint32Array(FIRST_ROOM);
  /** Ids of the frames that are shown. */
  #shown = new Uint32Array(FIRST_ROOM);

  constructor(frames: FrameBits) {
    this.#frames = frames;
  }

  /**
   * Encode what is shown of `ids[start]` to `ids[end - 1]`.
   *
   * @param unchanged how many of them are as they were at the last call
   */
  update(ids: Uint32Array, start: number, end: number, unchanged: number, refs: FrameRefs): void {
    const count = end - start;
    if (count > this.#shown.length) this.#grow(2 * count);
    const { filter } = this.#frames;
    let joined = unchanged === 0 ? 0 : (this.#joined[unchanged - 1] as number);
    let caller = unchanged === 0 ? 0 : (this.#bits[unchanged - 1] as number);
    const shownBefore = unchanged === 0 ? 0 : (this.#shownCounts[unchanged - 1] as number);
    let shown = shownBefore;
    for (let i = unchanged; i < count; i++) {
      const id = ids[start + i] as number;
      const bits = this.#frames.of(id);
      if (filter.shows(bits, caller)) this.#shown[shown++] = id;
      joined |= bits;
      caller = bits;
      this.#bits[i] = bits;
      this.#joined[i] = joined;
      this.#shownCounts[i] = shown;
    }
    refs.update(this.#shown, 0, shown, shownBefore);
    this.isWanted = filter.wants(joined);
  }

  #grow(room: number): void {
    this.#bits = grown(this.#bits, new Uint8Array(room));
    this.#joined = grown(this.#joined, new Uint8Array(room));
    this.#shownCounts = grown(this.#shownCounts, new Uint32Array(room));
    this.#shown = grown(this.#shown, new Uint32Array(room));
  }
}

function grown<Words extends Uint8Array | Uint32Array>(from: Words, to: Words): Words {
  to.set(from);
  return to;
}
