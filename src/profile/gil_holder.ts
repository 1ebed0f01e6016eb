// To which thread a change of memory belongs. In: a decoder whose sample wanted `holder`. Out: a thread's number.
import type { SampleView } from "../decoder/sample_view.js";

/** Nobody is known. */
export const NOBODY = -1;

export class GilHolder {
  #turn = 0;

  /**
   * The thread that holds the GIL, or held it last where nobody does: C code that has dropped it may take memory, too. Where
   * interpreters have GILs of their own, several threads hold one, and nothing tells their memory apart: they take turns.
   * A thread that is left out is no answer.
   */
  find(decoder: SampleView): number {
    const { threadCount, gil } = decoder;
    let holders = 0;
    let last = NOBODY;
    for (let thread = 0; thread < threadCount; thread++) {
      const state = decoder.holder(thread);
      if (state === gil.notHeld || decoder.isLeftOut(thread)) continue;
      if (state === gil.held) holders++;
      else if (last === NOBODY) last = thread;
    }
    return holders === 0 ? last : nth(decoder, this.#turn++ % holders);
  }
}

/** Holder number `n`. */
function nth(decoder: SampleView, n: number): number {
  let thread = 0;
  for (let left = n; ; thread++) {
    if (decoder.holder(thread) !== decoder.gil.held || decoder.isLeftOut(thread)) continue;
    if (left-- === 0) return thread;
  }
}
