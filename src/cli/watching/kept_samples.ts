// What a live profile has kept, as samples for a format. In: the profile, and how many of its last seconds. Out: a stream, and whether it has the
// samples themselves or each stack's sums. It writes no file.
import type { LiveProfile } from "../../live/index.js";
import type { Sample } from "../../model/sample.js";
import type { SampleStream } from "../../model/sample_stream.js";

export interface Kept {
  readonly count: number;
  /** Whether these are the samples as they came; else one sample a stack, with its sums, not in time's order. */
  readonly areSamples: boolean;
  readonly stream: SampleStream;
}

/** @param seconds the last ones; undefined: all */
export function keptSamples(live: LiveProfile, seconds: number | undefined): Kept {
  const areSamples = seconds !== undefined || live.holdsAll;
  // What comes meanwhile is none of it, and stacks may be let go.
  const samples = [...(areSamples ? live.recentSamples(seconds) : live.summedSamples("all"))];
  return { count: samples.length, areSamples, stream: streamOf(samples, live.metadata) };
}

function streamOf(samples: readonly Sample[], metadata: ReadonlyMap<string, string>): SampleStream {
  return {
    metadata,
    truncated: false,
    async *[Symbol.asyncIterator]() {
      yield* samples;
    },
  };
}
