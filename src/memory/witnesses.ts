// What says which threads have run, read all at once: the records of native/held_copy.h. In: descriptors of files of a line, and what each ended with before. Out: which of
// them end so still.
import { addOn } from "./add_on.js";

/** struct Witness */
const RECORD_BYTES = 64;
const RECORD_WORDS = RECORD_BYTES / 4;
const FIELD = { descriptor: 0, isSame: 4, length: 5, ending: 6 } as const;
const FIRST_ROOM = 64;
/** No ending that is longer has a place. */
export const MOST_ENDING_BYTES = RECORD_BYTES - FIELD.ending;

export class Witnesses {
  #bytes = new Uint8Array(FIRST_ROOM * RECORD_BYTES);
  #words = new Int32Array(this.#bytes.buffer);
  /** What each record has in its place. */
  #endings: string[] = [];

  /** Record number `index` is of this file, which ended so: in ASCII, and no longer than MOST_ENDING_BYTES. */
  set(index: number, descriptor: number, ending: string): void {
    if ((index + 1) * RECORD_BYTES > this.#bytes.length) this.#grow();
    this.#words[index * RECORD_WORDS] = descriptor;
    if (this.#endings[index] === ending) return;
    this.#endings[index] = ending;
    const at = index * RECORD_BYTES;
    this.#bytes[at + FIELD.length] = ending.length;
    for (let i = 0; i < ending.length; i++) this.#bytes[at + FIELD.ending + i] = ending.charCodeAt(i);
  }

  /** Read the first `count`. */
  compare(count: number): void {
    if (count > 0) addOn().compareWitnesses(this.#bytes, count);
  }

  isSame(index: number): boolean {
    return this.#bytes[index * RECORD_BYTES + FIELD.isSame] !== 0;
  }

  #grow(): void {
    const bytes = new Uint8Array(2 * this.#bytes.length);
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#words = new Int32Array(bytes.buffer);
  }
}
