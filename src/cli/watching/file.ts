// A saved profile that is looked at as a run is. In: a path and filters. Out: a live profile that has what they leave of it, and what one must know of
// the file. It shows nothing.
import { asksForSomething, Filter, type FilterWords, filterSamples } from "../../filters/index.js";
import { openProfile } from "../../input/index.js";
import type { LiveProfile } from "../../live/index.js";
import { captureNotFollowed } from "../messages/capture.js";
import { ToldError } from "../messages/told_error.js";
import { factsOf, failForNothing, type ReadFacts } from "../reading/profile_summary.js";

/** Whoever watches sees how a large file is read, as often. */
const PAUSE_MILLISECONDS = 100;
const SAMPLES_BETWEEN = 0x1000;

/**
 * @param until where it is to be followed beyond its end: ends that, if the end of its run doesn't
 * @throws InputError, UnansweredFilter, NothingToSee
 */
export async function readInto(
  live: LiveProfile,
  path: string,
  words: FilterWords,
  until?: AbortSignal,
): Promise<ReadFacts> {
  const profile = await openProfile(path, until);
  const filter = asksForSomething(words) ? new Filter(words) : undefined;
  try {
    if (until !== undefined && profile.kind === "capture") throw new ToldError(captureNotFollowed({ path }));
    let at = performance.now();
    live.metadata = profile.metadata;
    for await (const sample of filter === undefined ? profile : filterSamples(profile, filter)) {
      live.add(sample);
      if (live.rates.all.samples % SAMPLES_BETWEEN !== 0 || performance.now() - at < PAUSE_MILLISECONDS) continue;
      at = performance.now();
      await new Promise(setImmediate);
    }
    failForNothing(profile, words, filter, live.threads.length);
    return factsOf(profile, filter);
  } finally {
    await profile.close();
  }
}
