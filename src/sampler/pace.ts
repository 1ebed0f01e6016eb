// Whether the target moves too fast for its stacks to be proven at every tick. In: of each sample, how many of its stacks were
// proven, and whether it is restless: the thread went on between the copy that was to be shown and the one that is. Out: whether
// off-CPU copies alone are to be made for a while, at a rate that the target doesn't notice. Either all stacks of a stretch of time
// are sampled plainly, nearly all proven, or all by off-CPU copies: a mixture of the two would show what is easy to prove too
// often, and so do copies that are made until one is proven. The distance to the truth is at most the share of the time that
// such samples stand for, so that is what is judged, over a window that is long in time and in samples: what a program does for
// a moment is little of its profile. Looking again at a thread that stands, or to learn a call, is no harm and doesn't count.

/** Share of the time, and of the stacks, that may stay unproven. */
const MOST_UNPROVEN = 0.02;
/** Share of the time, and of the samples, that may be restless: with fewer, chance does more. */
const MOST_SKID = 0.2;
/** How long a window is at least, in microseconds and samples. */
const WINDOW_MICROSECONDS = 250_000;
const WINDOW_SAMPLES = 300;
/** At first, calls have yet to be learnt: so long no stack counts as unproven, in microseconds. */
const GRACE_MICROSECONDS = 500_000;
/**
 * How long off-CPU copies alone are made, in microseconds: at first as long as a window, twice as long where the window behind
 * a stretch is as bad, and at most so long that it is noticed when the program calms down.
 */
const FIRST_STRETCH = WINDOW_MICROSECONDS;
const LONGEST_STRETCH = 8_000_000;

/** What a window has of one kind of sample. */
class Share {
  samples = 0;
  microseconds = 0;

  constructor(readonly most: number) {}

  reset(): void {
    this.samples = 0;
    this.microseconds = 0;
  }

  /** @param part of the sample, up to 1 */
  add(part: number, microseconds: number): void {
    this.samples += part;
    this.microseconds += part * microseconds;
  }

  /** Whether it is too much of a window that has so much, or will at least have so much when it is over. */
  exceeds(samples: number, microseconds: number): boolean {
    return this.samples > this.most * samples && this.microseconds > this.most * microseconds;
  }
}

export class Pace {
  /** Only off-CPU copies are to be made. */
  onlyOffCpu = false;
  /** Time for which that was so, in microseconds. */
  stillMicroseconds = 0;
  readonly #unproven = new Share(MOST_UNPROVEN);
  readonly #skid = new Share(MOST_SKID);
  readonly #graceEnd: number;
  #samples = 0;
  /** When the window or the stretch began. */
  #since: number;
  /** When the last sample was taken. */
  #last: number;
  #stretch = FIRST_STRETCH;

  /** @param now in microseconds */
  constructor(now: number) {
    this.#since = now;
    this.#last = now;
    this.#graceEnd = now + GRACE_MICROSECONDS;
  }

  /**
   * A sample of `stacks` was taken at `now`, in microseconds.
   * @param isFailing whether off-CPU copies were tried for it, and the machine let none come about: more of them would prove no more
   * @returns whether the pace has changed
   */
  count(now: number, stacks: number, unproven: number, hasSkid = false, isFailing = false): boolean {
    if (this.onlyOffCpu) {
      if (now - this.#since < this.#stretch) return false;
      this.end(now);
      this.#stretch = Math.min(2 * this.#stretch, LONGEST_STRETCH);
      this.#begin(now);
      return true;
    }
    const time = now - this.#last;
    this.#last = now;
    this.#samples++;
    if (hasSkid) this.#skid.add(1, time);
    if (unproven > 0 && !isFailing && now >= this.#graceEnd) this.#unproven.add(unproven / stacks, time);
    const elapsed = now - this.#since;
    const samples = Math.max(this.#samples, WINDOW_SAMPLES);
    const length = Math.max(elapsed, WINDOW_MICROSECONDS);
    if (this.#unproven.exceeds(samples, length) || this.#skid.exceeds(samples, length)) {
      this.#begin(now);
      this.onlyOffCpu = true;
      return true;
    }
    if (this.#samples < WINDOW_SAMPLES || elapsed < WINDOW_MICROSECONDS) return false;
    this.#stretch = FIRST_STRETCH;
    this.#begin(now);
    return false;
  }

  /** The run ends, or the stretch does. */
  end(now: number): void {
    if (this.onlyOffCpu) this.stillMicroseconds += now - this.#since;
    this.onlyOffCpu = false;
  }

  #begin(now: number): void {
    this.#since = now;
    this.#last = now;
    this.#samples = 0;
    this.#unproven.reset();
    this.#skid.reset();
  }
}
