// Functions of the kernel that a stream names, each time anew. In: names. Out: frames, the same object for the same function, as far as there is room.
import type { KernelFrame } from "../model/frame.js";

/** No name in a stack that is looked up by its bytes is longer. */
export const KERNEL_NAME_BYTES = 1024;
/** Functions that are known at once. */
const MOST_FUNCTIONS = 4096;

export class KernelFunctions {
  readonly #known = new Map<string, KernelFrame>();

  frameOf(scope: string): KernelFrame {
    const known = this.#known.get(scope);
    if (known !== undefined) return known;
    const frame = { kind: "kernel", scope } as const;
    if (this.#known.size >= MOST_FUNCTIONS) this.#known.clear();
    if (scope.length <= KERNEL_NAME_BYTES) this.#known.set(scope, frame);
    return frame;
  }
}
