// Whether the target moves too fast for its stacks to be proven at every tick. In: how many stacks of each sample were
// proven, and whether at once. Out: whether still copies alone are to be made for a while, at a rate that the target doesn't
// notice. Either all stacks of a stretch of time are sampled plainly, nearly all proven, or all by still copies: a mixture
// of the two would show what is easy to prove too often. So do copies that are made until one is proven: some are no harm.

/** Share of stacks that may stay unproven. */
const MOST_UNPROVEN = 0.02;
/** Share of samples that may need more than one copy. */
const MOST_RETRIED = 0.25;
/** Over how many stacks, and at least how long, the share is taken, in microseconds. */
const WINDOW_STACKS = 300;
const WINDOW_MICROSECONDS = 30_000;
/** At first, calls have yet to be learned: so long nothing is judged, in microseconds. */
const GRACE_MICROSECONDS = 500_000;
/** How long still copies alone are made, at first and at most, in microseconds: twice as long each time in a row. */
const FIRST_STRETCH = 1_000_000;
const LONGEST_STRETCH = 32_000_000;

export class Pace {
  /** Only still copies are to be made. */
  onlyStill = false;
  /** Time for which that was so, in microseconds. */
  stillMicroseconds = 0;
  #samples = 0;
  #retried = 0;
  #stacks = 0;
  #unproven = 0;
  /** When the window or the stretch began. */
  #since = 0;
  #stretch = FIRST_STRETCH;

  /** @param now in microseconds */
  constructor(now: number) {
    this.#since = now + GRACE_MICROSECONDS;
  }

  /**
   * A sample was taken at `now`, in microseconds.
   * @param isRetried whether it took more than one copy, other than to read code objects that were new
   * @returns whether the pace has changed
   */
  count(now: number, stacks: number, unproven: number, isRetried = false): boolean {
    if (this.onlyStill) {
      if (now - this.#since < this.#stretch) return false;
      this.end(now);
      this.#stretch = Math.min(2 * this.#stretch, LONGEST_STRETCH);
      this.#begin(now);
      return true;
    }
    if (now < this.#since) return false;
    this.#samples++;
    if (isRetried) this.#retried++;
    this.#stacks += stacks;
    this.#unproven += unproven;
    if (this.#stacks < WINDOW_STACKS || now - this.#since < WINDOW_MICROSECONDS) return false;
    const tooMany = this.#unproven > MOST_UNPROVEN * this.#stacks || this.#retried > MOST_RETRIED * this.#samples;
    if (!tooMany) this.#stretch = FIRST_STRETCH;
    this.#begin(now);
    this.onlyStill = tooMany;
    return tooMany;
  }

  /** The run ends, or the stretch does. */
  end(now: number): void {
    if (this.onlyStill) this.stillMicroseconds += now - this.#since;
    this.onlyStill = false;
  }

  #begin(now: number): void {
    this.#since = now;
    this.#samples = 0;
    this.#retried = 0;
    this.#stacks = 0;
    this.#unproven = 0;
  }
}
