// Decoders that wait for a process. In: those whose process has ended. Out: one for the next process. An instance takes
// some milliseconds to make and much address space, and is never given back: it is used again.
import { Decoder } from "../decoder/index.js";

export class Decoders {
  readonly #free: Decoder[];
  readonly #make: () => Decoder;
  #size: number;

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

  take(): Decoder {
    const free = this.#free.pop();
    if (free === undefined) this.#size++;
    return free ?? this.#make();
  }

  /** Nobody uses it any more. Its ids go on, so that it never gives one twice. */
  giveBack(decoder: Decoder): void {
    this.#free.push(decoder);
  }
}
