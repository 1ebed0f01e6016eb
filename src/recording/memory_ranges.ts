// Ranges of a process's memory that no decoder has asked for, as a decoder's requests have them: what a FillWriter takes. In: addresses and bytes. Out: one buffer with request
// records, and the bytes behind them.
import { MAX_FILL_BYTES, MAX_RANGE_BYTES, MAX_RANGES } from "../capture/format.js";
import { COPIED_WORD, DESTINATION_WORD, LENGTH_WORD, REQUEST_BYTES, REQUEST_WORDS } from "../memory/source.js";

export class MemoryRanges {
  /** Request records come first. */
  bytes = new Uint8Array(1 << 16);
  #words = new Uint32Array(this.bytes.buffer);
  readonly #ranges: { readonly address: bigint; readonly length: number; readonly bytes: Uint8Array }[] = [];

  get count(): number {
    return this.#ranges.length;
  }

  /** Whether one fill has room for them. */
  get isWithin(): boolean {
    return this.count <= MAX_RANGES && this.#ranges.reduce((sum, { length }) => sum + length, 0) <= MAX_FILL_BYTES;
  }

  /** Add a range of `length` bytes, of which these came. */
  add(address: bigint, bytes: Uint8Array, length = bytes.length): void {
    for (let at = 0; at === 0 || at < length; at += MAX_RANGE_BYTES) {
      const piece = bytes.subarray(at, at + MAX_RANGE_BYTES);
      this.#ranges.push({
        address: address + BigInt(at),
        length: Math.min(MAX_RANGE_BYTES, length - at),
        bytes: piece,
      });
    }
  }

  /** Lay them out in `bytes`. */
  lay(): void {
    const total = this.#ranges.reduce((sum, { bytes }) => sum + bytes.length, REQUEST_BYTES * this.count);
    if (total > this.bytes.length) {
      this.bytes = new Uint8Array(2 * Math.ceil(total / 8) * 8);
      this.#words = new Uint32Array(this.bytes.buffer);
    }
    let end = REQUEST_BYTES * this.count;
    this.#ranges.forEach(({ address, length, bytes }, i) => {
      const at = i * REQUEST_WORDS;
      this.#words[at] = Number(BigInt.asUintN(32, address));
      this.#words[at + 1] = Number(BigInt.asUintN(32, address >> 32n));
      this.#words[at + LENGTH_WORD] = length;
      this.#words[at + DESTINATION_WORD] = end;
      this.#words[at + COPIED_WORD] = bytes.length;
      this.bytes.set(bytes, end);
      end += bytes.length;
    });
  }

  clear(): void {
    this.#ranges.length = 0;
  }
}
