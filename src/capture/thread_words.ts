// What is known of a thread that stood, as words of 64 bits, of which only those are written that differ from its last ones: pc, stack pointer, start and end of its stack,
// and, of one that was held, its registers in the kernel's order. Writer and reader keep the same.

/** Registers of x86-64: user_regs_struct. */
export const MOST_REGISTERS = 27;
/** Words before the registers. */
export const FIRST_REGISTER = 4;
export const MOST_WORDS = FIRST_REGISTER + MOST_REGISTERS;
/** Threads that are remembered; then all are forgotten. */
const MOST_KNOWN = 8192;

export class ThreadWords {
  readonly #known = new Map<number, BigUint64Array>();

  /** The words of a thread as they were last. */
  of(tid: number): BigUint64Array {
    let words = this.#known.get(tid);
    if (words === undefined) {
      if (this.#known.size >= MOST_KNOWN) this.#known.clear();
      words = new BigUint64Array(MOST_WORDS);
      this.#known.set(tid, words);
    }
    return words;
  }
}
