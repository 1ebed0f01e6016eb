// What pieces of a stream stand for, by their bytes: the same bytes in the same scope give the same object. In: bytes in a window
// and their hash. Out: objects. It forgets everything when it has grown too large, so that memory stays bounded.

const FIRST_SLOTS = 256;
const FIRST_BYTES = 16 * 1024;
/** Odd, so that every bit of a byte reaches the upper ones. */
const PRIME = 0x01000193;

/** The hash of some bytes and one more. */
export function hashByte(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, PRIME);
}

export class ByteMap<T> {
  readonly #limitBytes: number;
  readonly #limitEntries: number;
  /** Of each slot, the number of its entry and 1; 0 is free. As many as a power of two. */
  #slots = new Int32Array(FIRST_SLOTS);
  #values: T[] = [];
  #hashes: number[] = [];
  #scopes: number[] = [];
  /** Where each entry's bytes begin in the store; the next one's beginning is their end. */
  #starts: number[] = [0];
  #store = new Uint8Array(FIRST_BYTES);

  constructor(limitBytes: number, limitEntries: number) {
    this.#limitBytes = limitBytes;
    this.#limitEntries = limitEntries;
  }

  /** What `bytes[start]` to `bytes[end - 1]` stand for in `scope`; undefined where that isn't known. */
  get(bytes: Uint8Array, start: number, end: number, hash: number, scope: number): T | undefined {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = spread(hash, scope) & mask; ; slot = (slot + 1) & mask) {
      const entry = (slots[slot] as number) - 1;
      if (entry < 0) return undefined;
      if (this.#hashes[entry] !== hash || this.#scopes[entry] !== scope) continue;
      if (this.#equals(entry, bytes, start, end)) return this.#values[entry];
    }
  }

  /** Add what wasn't there. */
  add(bytes: Uint8Array, start: number, end: number, hash: number, scope: number, value: T): void {
    const stored = this.#starts.at(-1) as number;
    if (stored + end - start > this.#limitBytes || this.#values.length >= this.#limitEntries) this.#clear();
    const from = this.#starts.at(-1) as number;
    const to = from + end - start;
    if (to > this.#store.length) {
      const grown = new Uint8Array(Math.max(to, 2 * this.#store.length));
      grown.set(this.#store);
      this.#store = grown;
    }
    this.#store.set(bytes.subarray(start, end), from);
    this.#starts.push(to);
    this.#hashes.push(hash);
    this.#scopes.push(scope);
    this.#values.push(value);
    if (2 * this.#values.length > this.#slots.length) this.#grow();
    else this.#place(this.#values.length - 1);
  }

  #equals(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    const store = this.#store;
    let at = this.#starts[entry] as number;
    if ((this.#starts[entry + 1] as number) - at !== end - start) return false;
    for (let i = start; i < end; i++) if (bytes[i] !== store[at++]) return false;
    return true;
  }

  #place(entry: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = spread(this.#hashes[entry] as number, this.#scopes[entry] as number) & mask;
    while (slots[slot] !== 0) slot = (slot + 1) & mask;
    slots[slot] = entry + 1;
  }

  #grow(): void {
    this.#slots = new Int32Array(2 * this.#slots.length);
    for (let entry = 0; entry < this.#values.length; entry++) this.#place(entry);
  }

  #clear(): void {
    this.#slots.fill(0);
    this.#values = [];
    this.#hashes = [];
    this.#scopes = [];
    this.#starts = [0];
  }
}

/** The lower bits of a product know nothing of the upper ones of what was multiplied. */
function spread(hash: number, scope: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15) ^ scope, 0x2c1b3c6d);
  return mixed ^ (mixed >>> 13);
}
