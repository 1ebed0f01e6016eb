// What a live profile has kept, as samples for a format. In: the profile, and which seconds of it. Out: a stream, and whether it has the
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

/** So many last seconds of a run, or those between two moments of it. */
export type KeptPart = { readonly last: number } | { readonly from: number; readonly to: number };

/** @param part undefined: all */
export function keptSamples(live: LiveProfile, part: KeptPart | undefined): Kept {
  const areSamples = part !== undefined || live.holdsAll;
  // What comes meanwhile is none of it, and stacks may be let go.
  const samples = [...(areSamples ? samplesOf(live, part) : live.summedSamples("all"))];
  return { count: samples.length, areSamples, stream: streamOf(samples, live.metadata) };
}

function samplesOf(live: LiveProfile, part: KeptPart | undefined): Iterable<Sample> {
  if (part === undefined) return live.recentSamples();
  return "last" in part ? live.recentSamples(part.last) : live.samplesBetween(part.from, part.to);
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
