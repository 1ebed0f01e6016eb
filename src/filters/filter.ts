// The words at work on samples. In: a stream of samples. Out: those that are wanted, with the frames that are shown, and how much
// was left out. A stack that comes out has the frames of one that went in, in their order; none is made up.
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import { type Share, Sum } from "./left_out.js";
import { ProfileClock } from "./profile_clock.js";
import { StackFilter } from "./stack_filter.js";
import { type ThreadName, threadFilter } from "./thread_filter.js";
import type { FilterWords } from "./words.js";

/** A word asks for what the profile does not record. */
export class UnansweredFilter extends Error {
  constructor(
    readonly word: "state" | "window",
    message: string,
  ) {
    super(message);
    this.name = "UnansweredFilter";
  }
}

/** One pass over one profile. */
export class Filter implements Share {
  readonly all = new Sum();
  readonly leftOut = new Sum();
  readonly #words: FilterWords;
  readonly #wantsThread: ((name: ThreadName) => boolean) | undefined;
  readonly #stacks: StackFilter;
  readonly #clock: ProfileClock | undefined;
  /** A reader gives the same object for the same frame again and again. */
  readonly #bits = new WeakMap<Frame, number>();

  constructor(words: FilterWords) {
    this.#words = words;
    this.#wantsThread = threadFilter(words);
    this.#stacks = new StackFilter(words);
    this.#clock = words.window && new ProfileClock();
  }

  /**
   * Take the next sample of the profile, in its order.
   *
   * @param mode the profile's mode as its metadata has it, undefined where that is not known
   * @returns the sample as it is to be seen; undefined where it is left out
   * @throws UnansweredFilter where the profile can't say
   */
  apply(sample: Sample, mode: string | undefined): Sample | undefined {
    this.all.add(sample);
    const frames = this.#isWanted(sample, mode) ? this.#frames(sample.frames) : undefined;
    if (frames === undefined) {
      this.leftOut.add(sample);
      return undefined;
    }
    return frames === sample.frames ? sample : { ...sample, frames };
  }

  #isWanted(sample: Sample, mode: string | undefined): boolean {
    const { state, window } = this.#words;
    // Before all else: time passes in every sample.
    const inWindow = window === undefined || this.#isWithin(sample, window);
    return (
      inWindow &&
      (state === undefined || isIdle(sample, mode) === (state === "idle")) &&
      (this.#wantsThread === undefined || this.#wantsThread(sample))
    );
  }

  #isWithin(sample: Sample, { from, to }: NonNullable<FilterWords["window"]>): boolean {
    const end = this.#clock?.advance(sample);
    if (end === undefined) throw new UnansweredFilter("window", "The profile records no times.");
    return end > from && end <= to;
  }

  /** The frames that are shown; undefined where the stack is not wanted. */
  #frames(frames: readonly Frame[]): readonly Frame[] | undefined {
    const stacks = this.#stacks;
    if (!stacks.selects && !stacks.collapses) return frames;
    let all = 0;
    let caller = 0;
    const shown: Frame[] = [];
    for (const frame of frames) {
      const bits = this.#bitsOf(frame);
      all |= bits;
      if (stacks.shows(bits, caller)) shown.push(frame);
      caller = bits;
    }
    if (!stacks.wants(all)) return undefined;
    return shown.length === frames.length ? frames : shown;
  }

  #bitsOf(frame: Frame): number {
    let bits = this.#bits.get(frame);
    if (bits === undefined) {
      bits = this.#stacks.bitsOf(frame);
      this.#bits.set(frame, bits);
    }
    return bits;
  }
}

/** @throws UnansweredFilter where the profile doesn't record which threads waited */
function isIdle({ idle }: Sample, mode: string | undefined): boolean {
  if (idle) return true;
  if (mode === "wall" || mode === "memory") {
    throw new UnansweredFilter("state", `A profile of mode ${mode} doesn't record which threads waited.`);
  }
  return false;
}

/** A stream of samples, and what is known of it by now. */
export interface SampleStream extends AsyncIterable<Sample> {
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * The samples of a profile that the words ask for.
 *
 * @param filter fresh; it has the sums when the stream has ended
 */
export async function* filterSamples(stream: SampleStream, filter: Filter): AsyncGenerator<Sample, void, undefined> {
  for await (const sample of stream) {
    const seen = filter.apply(sample, stream.metadata.get("mode"));
    if (seen !== undefined) yield seen;
  }
}
