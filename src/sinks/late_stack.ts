// A sample's stack that has frames which are not defined yet: what filters say of it is known once they are, before its batch is handed on. In: ids, and what filters say of
// frames by then. Out: references to those that are shown.
import type { MojoEncoder } from "../mojo/encoder.js";
import type { FrameBits } from "./frame_bits.js";
import type { KernelEvents } from "./kernel_events.js";

const INVALID_FRAME = 0;

export class LateStack {
  readonly #frames: FrameBits;
  readonly #kernel: KernelEvents["byFrame"];
  readonly #ids: Uint32Array;
  /** Where in the batch the sample's metrics begin, where it has any. */
  metrics = 0;

  /** @param kernel events of the kernel's frames @param ids root first; they are copied */
  constructor(frames: FrameBits, kernel: KernelEvents["byFrame"], ids: Uint32Array) {
    this.#frames = frames;
    this.#kernel = kernel;
    this.#ids = ids.slice();
  }

  get isWanted(): boolean {
    return this.#frames.wantsStack(this.#ids, 0, this.#ids.length);
  }

  writeTo(encoder: MojoEncoder): void {
    writeShown(encoder, this.#frames, this.#kernel, this.#ids, 0, this.#ids.length);
  }
}

/** References to those of the frames `ids[start]` to `ids[end - 1]` that are shown. @param bits what filters say of frames; undefined: all are shown @param kernel events of the kernel's frames */
export function writeShown(
  encoder: MojoEncoder,
  bits: FrameBits | undefined,
  kernel: KernelEvents["byFrame"],
  ids: Uint32Array,
  start: number,
  end: number,
): void {
  let caller = 0;
  for (let i = start; i < end; i++) {
    const id = ids[i] as number;
    if (bits !== undefined) {
      const own = bits.of(id);
      const isShown = bits.filter.shows(own, caller);
      caller = own;
      if (!isShown) continue;
    }
    const event = kernel.get(id);
    if (id === INVALID_FRAME) encoder.frameInvalid();
    else if (event === undefined) encoder.frameRef(id);
    else encoder.append(event);
  }
}
