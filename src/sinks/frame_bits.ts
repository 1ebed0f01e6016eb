// What filter words say of the frames that a decoder has defined. In: its definitions, from its first sample on, and ids. Out: bits
// of the stack filter, which each frame is asked for once.
import type { SampleView } from "../decoder/sample_view.js";
import type { StackFilter } from "../filters/stack_filter.js";
import type { TableSizes } from "../model/table_sizes.js";
import { UNKNOWN_STRING, UNKNOWN_STRING_KEY } from "../mojo/events.js";

/** More than a decoder knows at once (assembly/abi/limits.ts), twice, as native frames have every other id: of these, the latest ids alone are in use. */
const MOST_FRAMES = 1 << 19;

const INVALID_FRAME = 0;

export class FrameBits {
  readonly #decoder: SampleView;
  readonly #nativeName: (name: string) => string;
  readonly #strings = new Map<number, string>();
  // As readers of MOJO have them.
  readonly #text = new TextDecoder("utf-8", { ignoreBOM: true });
  /** By the last digits of a frame's id. */
  readonly #bits = new Uint8Array(MOST_FRAMES);

  constructor(
    decoder: SampleView,
    readonly filter: StackFilter,
    nativeName: (name: string) => string,
  ) {
    this.#decoder = decoder;
    this.#nativeName = nativeName;
  }

  get tableSizes(): TableSizes {
    return { "filtered strings": this.#strings.size };
  }

  /** Of what was defined up to now, nothing is referred to any more. */
  forget(): void {
    this.#strings.clear();
  }

  /** Take what the decoder's sample defined. */
  learn(): void {
    const decoder = this.#decoder;
    for (let i = 0; i < decoder.newStringCount; i++) {
      const { id, utf8 } = decoder.newString(i);
      this.#strings.set(id, this.#text.decode(utf8).replaceAll("\0", "\ufffd"));
    }
    for (let i = 0; i < decoder.newFrameCount; i++) {
      const { id, filename, scope, address, kernelFunction } = decoder.newFrame(i);
      const name = this.#stringOf(scope);
      const shown = address === undefined ? name : this.#nativeName(name);
      this.#bits[id % MOST_FRAMES] =
        kernelFunction === undefined
          ? this.filter.bitsOfCode(this.#stringOf(filename), shown)
          : this.filter.bitsOf({ kind: "kernel", scope: kernelFunction });
    }
  }

  /** Bits of a frame; none of one that could not be read. */
  of(id: number): number {
    return id === INVALID_FRAME ? 0 : (this.#bits[id % MOST_FRAMES] as number);
  }

  #stringOf(id: number): string {
    return id === UNKNOWN_STRING_KEY ? UNKNOWN_STRING : (this.#strings.get(id) ?? "");
  }

  /** Whether the stack of `ids[start]` to `ids[end - 1]` is wanted. */
  wantsStack(ids: Uint32Array, start: number, end: number): boolean {
    let all = 0;
    for (let i = start; i < end; i++) all |= this.of(ids[i] as number);
    return this.filter.wants(all);
  }
}
