// A profile as whoever looks at it gets it. Knows no format and no place.
import type { Sample } from "./sample.js";

/**
 * The samples of a profile, to be iterated once. Samples whose stack is the same as one before may share its `frames` array,
 * and frames are shared as well: identity tells equal ones cheaply, different identity tells nothing.
 */
export interface SampleStream extends AsyncIterable<Sample> {
  /** Facts about the whole profile, the last value of each key; whole once the samples are over. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Whether the profile broke off; known once the samples are over. */
  readonly truncated: boolean;
}

/** The same profile with other samples. @param iterate gives them, once */
export function withSamples(stream: SampleStream, iterate: () => AsyncIterator<Sample>): SampleStream {
  return {
    get metadata() {
      return stream.metadata;
    },
    get truncated() {
      return stream.truncated;
    },
    [Symbol.asyncIterator]: iterate,
  };
}
