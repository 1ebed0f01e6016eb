// Decoders that wait for a process. In: those whose process has ended. Out: one for the next process. An instance takes
// some milliseconds to make and much address space, and is never given back: it is used again.

import { NoAddressSpace } from "../decoder/errors.js";
import { Decoder } from "../decoder/index.js";

export class Decoders {
  readonly #free: Decoder[];
  readonly #make: () => Decoder;
  #size: number;
  /** There was no room for one more: V8 has collected all its garbage to find some, so that asking again is dear, and vain. */
  #full: NoAddressSpace | undefined;

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

  /** @throws NoAddressSpace; later calls give one again once one was given back */
  take(): Decoder {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#full !== undefined) throw this.#full;
    try {
      const made = this.#make();
      this.#size++;
      return made;
    } catch (error) {
      if (error instanceof NoAddressSpace) this.#full = error;
      throw error;
    }
  }

  /** Nobody uses it any more. Its ids go on, so that it never gives one twice. */
  giveBack(decoder: Decoder): void {
    this.#free.push(decoder);
  }
}
