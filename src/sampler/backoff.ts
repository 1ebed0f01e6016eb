// When to try again what has failed: soon at first, then more and more seldom. In: the time. Out: yes or no.

/** How long to wait at first and at most, in microseconds: twice as long each time in a row. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 1_000_000;

export class Backoff {
  #wait = 0;
  #until = 0;

  /** It has failed again at `now`, in microseconds. */
  failed(now: number): void {
    this.#wait = Math.min(Math.max(2 * this.#wait, FIRST_WAIT), LONGEST_WAIT);
    this.#until = now + this.#wait;
  }

  worked(): void {
    this.#wait = 0;
    this.#until = 0;
  }

  /** Whether it is too early to try again. */
  isEarly(now: number): boolean {
    return now < this.#until;
  }
}
