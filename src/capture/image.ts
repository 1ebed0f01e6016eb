// What is known of a process's memory: the bytes that were captured last, by address. Its writer and its reader do the same
// to it in the same order, so that only what changes is written. It is emptied when it grows too large; bytes that were never
// captured are zeros, and not known.
import { LogError } from "./error.js";

const BLOCK_BITS = 10;
/** Bytes of a block of memory. */
export const BLOCK_BYTES = 1 << BLOCK_BITS;
const BLOCK_MASK = BLOCK_BYTES - 1;
/** Blocks of all images of a capture: 32 MiB of memory. */
export const MAX_BLOCKS = 32768;
const HIGH = 2 ** (32 - BLOCK_BITS);
const WORD = 2 ** 32;

/** A block's bytes, and behind them a bit for each: whether it is known. */
export type Block = Uint8Array;

/** Blocks that all images of a capture share. */
export class BlockBudget {
  taken = 0;

  /** How many more may be taken. */
  get left(): number {
    return MAX_BLOCKS - this.taken;
  }
}

/** Addresses are given in two halves; what goes beyond the last one wraps. */
export class Image {
  readonly #blocks = new Map<number, Block>();
  readonly #budget: BlockBudget;

  constructor(budget: BlockBudget) {
    this.#budget = budget;
  }

  /** The block of an address, made where there is none. */
  take(low: number, high: number): Block {
    const number = blockNumber(low, high);
    let block = this.#blocks.get(number);
    if (block === undefined) {
      if (this.#budget.left <= 0) throw new LogError("it holds more memory than any writer keeps");
      this.#budget.taken++;
      block = new Uint8Array(BLOCK_BYTES + (BLOCK_BYTES >> 3));
      this.#blocks.set(number, block);
    }
    return block;
  }

  empty(): void {
    this.#budget.taken -= this.#blocks.size;
    this.#blocks.clear();
  }

  /** Put `bytes[start]` to `bytes[start + count - 1]` where they were. */
  store(low: number, high: number, bytes: Uint8Array, start: number, count: number): void {
    for (let done = 0; done < count; ) {
      const at = low + done;
      const offset = at & BLOCK_MASK;
      const part = Math.min(count - done, BLOCK_BYTES - offset);
      const block = this.take(at >>> 0, at < WORD ? high : high + 1);
      if (part > SHORT_COPY) block.set(bytes.subarray(start + done, start + done + part), offset);
      else for (let i = 0; i < part; i++) block[offset + i] = bytes[start + done + i] as number;
      done += part;
    }
  }

  /** Say of a range that its first `known` bytes are known, and those behind are not. */
  mark(low: number, high: number, length: number, known: number): void {
    this.#setKnown(low, high, 0, known, true);
    if (known < length) this.#setKnown(low, high, known, length, false);
  }

  #setKnown(low: number, high: number, start: number, end: number, isKnown: boolean): void {
    for (let done = start; done < end; ) {
      const at = low + done;
      const offset = at & BLOCK_MASK;
      const part = Math.min(end - done, BLOCK_BYTES - offset);
      const halfHigh = at < WORD ? high : high + 1;
      const block = isKnown ? this.take(at >>> 0, halfHigh) : this.#blocks.get(blockNumber(at >>> 0, halfHigh));
      if (block !== undefined) setBits(block, offset, offset + part, isKnown);
      done += part;
    }
  }

  /** Copy a range, known or not, to `target` from `to` on. */
  load(low: number, high: number, length: number, target: Uint8Array, to: number): void {
    for (let done = 0; done < length; ) {
      const at = low + done;
      const offset = at & BLOCK_MASK;
      const part = Math.min(length - done, BLOCK_BYTES - offset);
      const block = this.#blocks.get(blockNumber(at >>> 0, at < WORD ? high : high + 1));
      copy(block, offset, part, target, to + done);
      done += part;
    }
  }

  /** Copy what is known of a range, up to the first byte that isn't. @returns how many bytes that was */
  loadKnown(low: number, high: number, length: number, target: Uint8Array, to: number): number {
    for (let done = 0; done < length; ) {
      const at = low + done;
      const offset = at & BLOCK_MASK;
      const part = Math.min(length - done, BLOCK_BYTES - offset);
      const block = this.#blocks.get(blockNumber(at >>> 0, at < WORD ? high : high + 1));
      if (block === undefined) return done;
      const known = knownFrom(block, offset, offset + part);
      copy(block, offset, known, target, to + done);
      done += known;
      if (known < part) return done;
    }
    return length;
  }
}

/** Up to here a loop copies faster than making views. */
const SHORT_COPY = 32;

function copy(block: Block | undefined, offset: number, count: number, target: Uint8Array, to: number): void {
  if (block === undefined) target.fill(0, to, to + count);
  else if (count > SHORT_COPY) target.set(block.subarray(offset, offset + count), to);
  else for (let i = 0; i < count; i++) target[to + i] = block[offset + i] as number;
}

function blockNumber(low: number, high: number): number {
  return high * HIGH + (low >>> BLOCK_BITS);
}

function setBits(block: Block, start: number, end: number, isKnown: boolean): void {
  for (let at = start; at < end; ) {
    const byte = BLOCK_BYTES + (at >> 3);
    if ((at & 7) === 0 && at + 8 <= end) {
      block[byte] = isKnown ? 0xff : 0;
      at += 8;
    } else {
      const bit = 1 << (at & 7);
      block[byte] = isKnown ? (block[byte] as number) | bit : (block[byte] as number) & ~bit;
      at++;
    }
  }
}

/** How many bytes from `start` on are known, up to `end`. */
function knownFrom(block: Block, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const bits = block[BLOCK_BYTES + (at >> 3)] as number;
    if ((at & 7) === 0 && at + 8 <= end && bits === 0xff) at += 8;
    else if ((bits & (1 << (at & 7))) !== 0) at++;
    else break;
  }
  return at - start;
}
