// Memory that a test writes byte by byte. In: addresses and values. Out: a MemorySource over them, with what it was asked
// for. Ranges that were never written, and those that were hidden, can't be read. It knows no Python.
import { type MemorySource, REQUEST_BYTES } from "../../src/memory/source.js";

const PAGE = 4096;
const HIGH = 2 ** 32;

/** A range that the decoder asked for. */
export interface AskedRange {
  readonly address: number;
  readonly length: number;
}

/** Sparse little-endian memory below 2 ** 53. */
export class BuiltMemory implements MemorySource {
  /** The ranges of each fill since `forgetFills`. */
  fills: AskedRange[][] = [];
  /** Whether `fills` is kept: a fuzzing test has no use for it. */
  noteFills = true;
  /** Called before each fill, and before each range of it: a target goes on while it is read. */
  beforeFill: (() => void) | undefined;
  beforeRange: ((range: AskedRange) => void) | undefined;
  readonly #pages = new Map<number, Uint8Array>();
  #hidden: { readonly start: number; readonly end: number }[] = [];
  #view: DataView = new DataView(new ArrayBuffer(0));

  write(address: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      const at = address + done;
      const offset = at % PAGE;
      const part = bytes.subarray(done, done + PAGE - offset);
      this.#page(at).set(part, offset);
      done += part.length;
    }
  }

  /** Write an unsigned integer of 1 to 8 bytes. */
  number(address: number, size: number, value: number | bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
    this.write(address, bytes.subarray(0, size));
  }

  /** The bytes that are there, from `address` on: at most `length`. */
  read(address: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    return bytes.subarray(0, this.#copy(address, length, bytes, 0));
  }

  /** Make a range unreadable: what a range asks for behind its start doesn't come either. */
  hide(address: number, length: number): void {
    this.#hidden.push({ start: address, end: address + length });
  }

  showAll(): void {
    this.#hidden = [];
  }

  forgetFills(): void {
    this.fills = [];
  }

  fill(memory: Uint8Array, requests: number, count: number): number {
    this.beforeFill?.();
    if (this.#view.buffer !== memory.buffer) this.#view = new DataView(memory.buffer);
    const view = this.#view;
    const asked: AskedRange[] = [];
    let whole = 0;
    for (let i = 0; i < count; i++) {
      const at = requests + i * REQUEST_BYTES;
      const address = view.getUint32(at, true) + view.getUint32(at + 4, true) * HIGH;
      const length = view.getUint32(at + 8, true);
      this.beforeRange?.({ address, length });
      const copied = this.#copy(address, length, memory, view.getUint32(at + 12, true));
      view.setUint32(at + 16, copied, true);
      if (copied === length) whole++;
      if (this.noteFills) asked.push({ address, length });
    }
    if (this.noteFills) this.fills.push(asked);
    return whole;
  }

  #page(address: number): Uint8Array {
    const number = Math.floor(address / PAGE);
    let page = this.#pages.get(number);
    if (!page) {
      page = new Uint8Array(PAGE);
      this.#pages.set(number, page);
    }
    return page;
  }

  #copy(address: number, length: number, to: Uint8Array, destination: number): number {
    if (address + length > Number.MAX_SAFE_INTEGER) return 0;
    const end = this.#readableEnd(address, address + length);
    let done = 0;
    while (address + done < end) {
      const at = address + done;
      const page = this.#pages.get(Math.floor(at / PAGE));
      if (!page) break;
      const offset = at % PAGE;
      const part = page.subarray(offset, Math.min(PAGE, offset + end - at));
      to.set(part, destination + done);
      done += part.length;
    }
    return done;
  }

  #readableEnd(start: number, end: number): number {
    let readable = end;
    for (const hidden of this.#hidden) {
      if (hidden.start < readable && hidden.end > start) readable = Math.max(start, hidden.start);
    }
    return readable;
  }
}
