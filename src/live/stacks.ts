// All distinct stacks, as a tree in arrays. In: threads and places by their numbers. Out: a number for each stack; a caller's is smaller than
// its callees', so that one run over the arrays sums up a tree. Knows no samples.
import { grown } from "./sums.js";

const NONE = -1;

/** Of a stack, whether no caller is in the same function, and none at the same place: only there recursion counts in totals. */
export const FIRST_OF_FUNCTION = 1;
export const FIRST_OF_PLACE = 2;

export class Stacks {
  count = 0;
  /** Number of the caller's stack; -1 of a thread's root. */
  parent = new Int32Array(1024);
  /** Number of the place; -1 of a thread's root. */
  place = new Int32Array(1024);
  /** Number of the thread. */
  thread = new Int32Array(1024);
  firstChild = new Int32Array(1024);
  nextSibling = new Int32Array(1024);
  first = new Uint8Array(1024);
  /** Open addressing: numbers of stacks and 1, 0 where there is none. */
  #table = new Int32Array(4096);

  /** A thread's empty stack: a new one. */
  root(thread: number): number {
    return this.#add(NONE, NONE, thread, 0);
  }

  /** @param functionOf of a place, the number of its function */
  child(caller: number, place: number, functionOf: Int32Array): number {
    const { parent, place: places } = this;
    let mask = this.#table.length - 1;
    let slot = hash(caller, place) & mask;
    for (let found = this.#table[slot] as number; found !== 0; found = this.#table[slot] as number) {
      if (parent[found - 1] === caller && places[found - 1] === place) return found - 1;
      slot = (slot + 1) & mask;
    }
    const stack = this.#add(caller, place, this.thread[caller] as number, this.#firstBits(caller, place, functionOf));
    this.nextSibling[stack] = this.firstChild[caller] as number;
    this.firstChild[caller] = stack;
    if (2 * this.count > this.#table.length) this.#rehash();
    mask = this.#table.length - 1;
    slot = hash(caller, place) & mask;
    while (this.#table[slot] !== 0 && this.#table[slot] !== stack + 1) slot = (slot + 1) & mask;
    this.#table[slot] = stack + 1;
    return stack;
  }

  #firstBits(caller: number, place: number, functionOf: Int32Array): number {
    const of = functionOf[place];
    let bits = FIRST_OF_FUNCTION | FIRST_OF_PLACE;
    for (let at = caller; bits !== 0 && (this.place[at] as number) >= 0; at = this.parent[at] as number) {
      const other = this.place[at] as number;
      if (other === place) bits = 0;
      else if (functionOf[other] === of) bits &= ~FIRST_OF_FUNCTION;
    }
    return bits;
  }

  #add(parent: number, place: number, thread: number, first: number): number {
    const stack = this.count++;
    if (this.count > this.parent.length) {
      this.parent = grown(this.parent, this.count);
      this.place = grown(this.place, this.count);
      this.thread = grown(this.thread, this.count);
      this.firstChild = grown(this.firstChild, this.count);
      this.nextSibling = grown(this.nextSibling, this.count);
      this.first = grown(this.first, this.count);
    }
    this.parent[stack] = parent;
    this.place[stack] = place;
    this.thread[stack] = thread;
    this.firstChild[stack] = NONE;
    this.nextSibling[stack] = NONE;
    this.first[stack] = first;
    return stack;
  }

  #rehash(): void {
    const table = new Int32Array(2 * this.#table.length);
    const mask = table.length - 1;
    for (let stack = 0; stack < this.count; stack++) {
      const caller = this.parent[stack] as number;
      if (caller < 0) continue;
      let slot = hash(caller, this.place[stack] as number) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = stack + 1;
    }
    this.#table = table;
  }
}

function hash(caller: number, place: number): number {
  let mixed = Math.imul(caller, 0x9e3779b1) ^ Math.imul(place + 1, 0x85ebca6b);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
