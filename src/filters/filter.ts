// The words at work on samples. In: a stream of samples. Out: those that are wanted, with the frames that are shown, and how much
// was left out. A stack that comes out has the frames of one that went in, in their order; none is made up.
import type { Frame } from "../model/frame.js";
import type { Sample } from "../model/sample.js";
import { type SampleStream, withSamples } from "../model/sample_stream.js";
import type { Share } from "../model/share.js";
import { Census } from "./census.js";
import { Sum } from "./left_out.js";
import { ProfileClock } from "./profile_clock.js";
import { StackFilter } from "./stack_filter.js";
import { type ThreadName, threadFilter } from "./thread_filter.js";
import { noTimes, recordsStates, statesUnknown } from "./unanswered.js";
import { checkWords, type FilterWords } from "./words.js";

/** Stands for a stack that is not wanted. */
const UNWANTED: readonly Frame[] = [];

/** One pass over one profile; `all` and `leftOut` grow with it. */
export class Filter implements Share {
  readonly all = new Sum();
  readonly leftOut = new Sum();
  /** What there was, as long as nothing of it was wanted. */
  readonly census = new Census();
  readonly #words: FilterWords;
  readonly #wantsThread: ((name: ThreadName) => boolean) | undefined;
  readonly #stacks: StackFilter;
  readonly #clock: ProfileClock | undefined;
  // A reader gives the same object for the same frame again and again, and may give the same array for the same stack.
  readonly #shown = new WeakMap<readonly Frame[], readonly Frame[]>();
  readonly #bits = new WeakMap<Frame, number>();

  /** @throws MalformedPattern; MisuseError where a word is none, or has another kind of value */
  constructor(words: FilterWords) {
    checkWords(words);
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
      if (this.leftOut.samples === this.all.samples) this.census.add(sample);
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
    if (end === undefined) throw noTimes();
    this.census.lastsUntil(end);
    return end > from && end <= to;
  }

  /** The frames that are shown; undefined where the stack is not wanted. */
  #frames(frames: readonly Frame[]): readonly Frame[] | undefined {
    if (!this.#stacks.selects && !this.#stacks.collapses) return frames;
    let shown = this.#shown.get(frames);
    if (shown === undefined) {
      shown = this.#show(frames) ?? UNWANTED;
      this.#shown.set(frames, shown);
    }
    return shown === UNWANTED ? undefined : shown;
  }

  #show(frames: readonly Frame[]): readonly Frame[] | undefined {
    let all = 0;
    let caller = 0;
    const shown: Frame[] = [];
    for (const frame of frames) {
      const bits = this.#bitsOf(frame);
      all |= bits;
      if (this.#stacks.shows(bits, caller)) shown.push(frame);
      caller = bits;
    }
    if (!this.#stacks.wants(all)) return undefined;
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
  if (!recordsStates(mode)) throw statesUnknown(mode);
  return false;
}

/**
 * A profile with only the samples that the words ask for; its metadata is that of the whole. Iteration throws UnansweredFilter where the
 * profile doesn't record what a word asks for.
 *
 * @param wanted words; or a filter of them, a fresh one, which has the sums of what was left out when the samples are over
 * @throws MalformedPattern
 */
export function filterSamples(stream: SampleStream, wanted: FilterWords | Filter): SampleStream {
  const filter = wanted instanceof Filter ? wanted : new Filter(wanted);
  return withSamples(stream, async function* () {
    for await (const sample of stream) {
      const seen = filter.apply(sample, stream.metadata.get("mode"));
      if (seen !== undefined) yield seen;
    }
  });
}
