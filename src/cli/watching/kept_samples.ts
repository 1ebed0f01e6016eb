// What a live profile has kept, as samples for a format. In: the profile, and which seconds of it. Out: a stream, and whether it has the
// samples themselves or each stack's sums. It writes no file.
import type { LiveProfile } from "../../live/index.js";
import type { Sample } from "../../model/sample.js";
import type { SampleStream } from "../../model/sample_stream.js";

/** Metadata at the end of a profile: its samples, and microseconds. */
const COUNT = "count";
const DURATION = "duration";

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
  const isOver = part === undefined && live.metadata.has(DURATION);
  const duration = isOver ? undefined : durationOf(live, part);
  return { count: samples.length, areSamples, stream: streamOf(samples, live.metadata, duration) };
}

/** How long it was, up to now, in microseconds. */
function durationOf(live: LiveProfile, part: KeptPart | undefined): number {
  const { now } = live.rates;
  const kept = 1e6 * live.recentFrom;
  if (part === undefined) return now;
  if ("last" in part) return now - Math.max(kept, now - 1e6 * part.last);
  return Math.max(0, Math.min(now, 1e6 * part.to) - 1e6 * part.from);
}

function samplesOf(live: LiveProfile, part: KeptPart | undefined): Iterable<Sample> {
  if (part === undefined) return live.recentSamples();
  return "last" in part ? live.recentSamples(part.last) : live.samplesBetween(part.from, part.to);
}

/**
 * A profile that is whole says behind its last sample how many there were, and how long it was: a run that goes on has yet to say so, and one that is over says it of all.
 * @param duration in microseconds; undefined: what is said is said of these
 */
function streamOf(samples: readonly Sample[], said: ReadonlyMap<string, string>, duration?: number): SampleStream {
  const metadata = new Map(said);
  if (duration !== undefined) for (const key of [COUNT, DURATION]) metadata.delete(key);
  return {
    metadata,
    truncated: false,
    async *[Symbol.asyncIterator]() {
      yield* samples;
      if (duration === undefined) return;
      metadata.set(COUNT, String(samples.length));
      metadata.set(DURATION, String(Math.max(1, Math.round(duration))));
    },
  };
}
