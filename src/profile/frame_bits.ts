// What filter words say of the frames that a decoder has defined. In: its definitions, from its first sample on, and ids. Out: bits
// of the stack filter, which each frame is asked for once.
import type { Decoder } from "../decoder/decoder.js";
import type { StackFilter } from "../filters/stack_filter.js";
import type { TableSizes } from "../model/table_sizes.js";
import { UNKNOWN_STRING, UNKNOWN_STRING_KEY } from "../mojo/events.js";

const FIRST_ROOM = 4096;

export class FrameBits {
  readonly #decoder: Decoder;
  readonly #strings = new Map<number, string>([[UNKNOWN_STRING_KEY, UNKNOWN_STRING]]);
  // As readers of MOJO have them.
  readonly #text = new TextDecoder("utf-8", { ignoreBOM: true });
  /** By a frame's id, counted from the first one: a decoder that was used before has given others. */
  #bits = new Uint8Array(FIRST_ROOM);
  #first: number | undefined;

  constructor(
    decoder: Decoder,
    readonly filter: StackFilter,
  ) {
    this.#decoder = decoder;
  }

  get tableSizes(): TableSizes {
    return { "filtered strings": this.#strings.size, "filtered frames": this.#bits.length };
  }

  /** Take what the decoder's sample defined. */
  learn(): void {
    const decoder = this.#decoder;
    for (let i = 0; i < decoder.newStringCount; i++) {
      const { id, utf8 } = decoder.newString(i);
      this.#strings.set(id, this.#text.decode(utf8).replaceAll("\0", "\ufffd"));
    }
    for (let i = 0; i < decoder.newFrameCount; i++) {
      const { id, filename, scope } = decoder.newFrame(i);
      this.#first ??= id;
      const at = id - this.#first;
      if (at >= this.#bits.length) this.#grow(at);
      this.#bits[at] = this.filter.bitsOfCode(this.#strings.get(filename) ?? "", this.#strings.get(scope) ?? "");
    }
  }

  /** Bits of a frame; none of one that could not be read. */
  of(id: number): number {
    return this.#bits[id - (this.#first ?? 0)] ?? 0;
  }

  /** Whether the stack of `ids[start]` to `ids[end - 1]` is wanted. */
  wantsStack(ids: Uint32Array, start: number, end: number): boolean {
    let all = 0;
    for (let i = start; i < end; i++) all |= this.of(ids[i] as number);
    return this.filter.wants(all);
  }

  #grow(at: number): void {
    const grown = new Uint8Array(Math.max(at + 1, 2 * this.#bits.length));
    grown.set(this.#bits);
    this.#bits = grown;
  }
}
