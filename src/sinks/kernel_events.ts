// Events of the kernel's frames, of which MOJO has no definitions: each has its function's name in it. In: frames, as they are defined. Out: the event of an id.
import type { NewFrame } from "../decoder/decoded_sample.js";
import { MojoEncoder } from "../mojo/encoder.js";

export class KernelEvents {
  readonly #byFrame = new Map<number, Uint8Array>();
  /** A name's last frame: nobody refers to one that it had before. */
  readonly #frames = new Map<string, number>();
  readonly #scratch = new MojoEncoder();

  /** By the ids of their frames. */
  get byFrame(): ReadonlyMap<number, Uint8Array> {
    return this.#byFrame;
  }

  /** @returns whether the frame is the kernel's: then it is not to be defined */
  take({ id, kernelFunction }: NewFrame): boolean {
    if (kernelFunction === undefined) {
      // Ids begin anew some time.
      this.#byFrame.delete(id);
      return false;
    }
    this.#scratch.reset();
    this.#scratch.kernelFrame(kernelFunction);
    this.#byFrame.delete(this.#frames.get(kernelFunction) ?? id);
    this.#byFrame.set(id, this.#scratch.encoded());
    this.#frames.set(kernelFunction, id);
    return true;
  }

  /** No id that was defined up to now is referred to any more. */
  forget(): void {
    this.#byFrame.clear();
    this.#frames.clear();
  }
}
