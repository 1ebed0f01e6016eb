// How often the target may be displaced from its processor for an off-CPU copy. In: the time, and copies made. Out: whether
// one more is allowed. It fills up evenly, so that the target never notices.

/** Off-CPU copies a second, in the long run. */
const COPIES_A_SECOND = 1000;
/** Copies that a program which is new to us may take at once: all its calls have yet to be seen. */
const RESERVE = 2000;

export class OffCpuBudget {
  #copies = RESERVE;
  #filledAt = 0;
  /** How many are left of those that this tick may have. */
  #left = Number.POSITIVE_INFINITY;

  /** @param now in microseconds */
  constructor(now: number) {
    this.#filledAt = now;
  }

  /** A tick begins, in which so many copies are allowed at most. */
  begin(copies: number): void {
    this.#left = copies;
  }

  /** Whether an off-CPU copy is allowed at `now`, in microseconds. */
  allows(now: number): boolean {
    if (this.#copies < RESERVE) {
      this.#copies = Math.min(RESERVE, this.#copies + ((now - this.#filledAt) * COPIES_A_SECOND) / 1e6);
    }
    this.#filledAt = now;
    return this.#copies >= 1 && this.#left > 0;
  }

  spend(copies: number): void {
    this.#copies -= copies;
    this.#left -= copies;
  }
}
