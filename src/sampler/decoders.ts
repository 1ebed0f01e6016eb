// Decoders that wait for a process. In: those whose process has ended. Out: one for the next process. An instance takes some
// milliseconds to make, most of them a collection of garbage, so it is used again. Idle ones hold some hundred KiB and much address space
// each: where there are more of them than a family makes use of, the oldest go, and V8 gives back what they held.
import { NoRoom } from "../decoder/errors.js";
import { Decoder } from "../decoder/index.js";

/** So many idle ones are kept in any case. */
const FEW = 4;

export class Decoders {
  readonly #free: Decoder[];
  readonly #make: () => Decoder;
  #size: number;
  /** There was no room for one more: V8 has collected all its garbage to find some, so that asking again is dear, and vain. */
  #full: NoRoom | undefined;

  /**
   * @param first some that are there already
   * @param make makes one
   */
  constructor(first: readonly Decoder[] = [], make: () => Decoder = () => new Decoder()) {
    this.#free = [...first];
    this.#size = first.length;
    this.#make = make;
  }

  /** How many there are, and how many of them nobody uses. */
  get size(): number {
    return this.#size;
  }
  get idle(): number {
    return this.#free.length;
  }

  /** @throws NoRoom; later calls give one again once one was given back */
  take(): Decoder {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#full !== undefined) throw this.#full;
    try {
      const made = this.#make();
      this.#size++;
      return made;
    } catch (error) {
      if (error instanceof NoRoom) this.#full = error;
      throw error;
    }
  }

  /** Nobody uses it any more. Its ids go on, so that it never gives one twice. As many are kept idle as are in use. */
  giveBack(decoder: Decoder): void {
    this.#free.push(decoder);
    // Where there was no room for one more, there may be none for the one that would be made in its place.
    if (this.#full !== undefined) return;
    const most = Math.max(FEW, this.#size - this.#free.length);
    for (const idle of this.#free.splice(0, this.#free.length - most)) {
      this.#size--;
      idle.retire();
    }
  }
}
