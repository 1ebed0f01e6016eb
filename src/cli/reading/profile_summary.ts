// A profile read to its end and summed up, for views. In: a path and filter words. Out: its stacks, what it says of itself, and what
// the filters left out.
import { basename } from "node:path";
import { type Metric, metricsOf } from "../../analysis/metric.js";
import { StackTree } from "../../analysis/stack_tree.js";
import { asksForSomething, Filter, type FilterWords, filterSamples } from "../../filters/index.js";
import { type OpenedProfile, openProfile } from "../../input/index.js";
import type { Share } from "../../model/share.js";
import { fileStatus } from "../../output/file_status.js";
import { captureNotFollowed } from "../messages/capture.js";
import { allLeftOut, inputDamaged, inputTruncated, noSamples, tasksAssumed } from "../messages/input.js";
import { leftOutByRun, leftOutLine } from "../messages/left_out.js";
import type { Message } from "../messages/message.js";
import { ToldError } from "../messages/told_error.js";
import { whatThereIs } from "../messages/what_there_is.js";
import { Progress } from "../terminal/progress.js";

/** What one must know of a profile that was read. */
export interface ReadFacts {
  readonly path: string;
  readonly metadata: ReadonlyMap<string, string>;
  /** The file breaks off, or is damaged. */
  readonly truncated: boolean;
  /** Why the profile was not read to its end: this is what came before. */
  readonly damage: Message | undefined;
  /** Its stacks of tasks fit both drafts of MOJO 4. */
  readonly tasksAreAssumed: boolean;
  /** Before the filters. */
  readonly samplesRead: number;
  /** Undefined where no filters were given. */
  readonly share: Share | undefined;
}

export interface ProfileSummary extends ReadFacts {
  readonly name: string;
  /** When the file was written last, in milliseconds since 1970; undefined for a pipe. */
  readonly modifiedAt: number | undefined;
  readonly tree: StackTree;
  /** At least one. */
  readonly metrics: readonly Metric[];
}

/** Two profiles that are compared. */
export type ProfilePair = readonly [before: ProfileSummary, after: ProfileSummary];

/** How a profile is followed beyond its end. */
export interface Following {
  /** Ends it, if the end of the profile's run doesn't. */
  readonly until: AbortSignal;
  /** Given what there is so far, once a second. */
  readonly show: (profile: ProfileSummary) => void;
}

const SHOW_MILLISECONDS = 1000;

/** @throws InputError, UnansweredFilter, NothingToSee */
export async function summarise(path: string, words: FilterWords, following?: Following): Promise<ProfileSummary> {
  const modifiedAt = fileStatus(path)?.mtimeMs;
  const profile = await openProfile(path, following?.until);
  const filter = asksForSomething(words) ? new Filter(words) : undefined;
  const tree = new StackTree();
  const name = path === "-" ? "standard input" : basename(path);
  const summary = (truncated: boolean): ProfileSummary => ({
    ...factsOf(profile, filter, truncated),
    name,
    modifiedAt,
    tree,
    metrics: metricsOf(profile.metadata),
  });
  const progress = following === undefined ? new Progress(profile) : undefined;
  let failure: unknown;
  const show = (): void => {
    try {
      if (tree.threads.length > 0) following?.show(summary(false));
    } catch (error) {
      failure = error;
    }
  };
  const showing = following === undefined ? undefined : setInterval(show, SHOW_MILLISECONDS);
  try {
    if (following !== undefined && profile.kind === "capture") throw new ToldError(captureNotFollowed({ path }));
    for await (const sample of filter === undefined ? profile : filterSamples(profile, filter)) {
      if (failure !== undefined) throw failure;
      tree.add(sample);
    }
  } finally {
    clearInterval(showing);
    progress?.stop();
    await profile.close();
  }
  failForNothing(profile, words, filter, tree.threads.length);
  return summary(profile.truncated);
}

/** Of a profile that was read as far as it goes. */
export function factsOf(profile: OpenedProfile, share: Share | undefined, truncated = profile.truncated): ReadFacts {
  const { path, metadata, samplesRead, damage, tasksAreAssumed } = profile;
  const told = damage && inputDamaged(damage, { samples: samplesRead });
  return { path, metadata, truncated, damage: told, tasksAreAssumed, samplesRead, share };
}

/** Behind the last sample, where nothing is to be seen. @param seen threads @throws InputError, NothingToSee */
export function failForNothing(
  { path, samplesRead, damage }: OpenedProfile,
  words: FilterWords,
  filter: Filter | undefined,
  seen: number,
): void {
  if (samplesRead === 0 && damage !== undefined) throw damage;
  if (samplesRead === 0) throw new NothingToSee(noSamples({ path }));
  if (seen === 0) throw nothingLeft(path, words, filter as Filter);
}

/** There is a profile, and nothing of it to show. */
export class NothingToSee extends ToldError {}

/** The filters leave nothing: say what there is. */
export function nothingLeft(path: string, words: FilterWords, { all, census }: Filter): NothingToSee {
  return new NothingToSee(allLeftOut({ path, samples: all.samples, there: whatThereIs(words, census) }));
}

/** What one must know before trusting the numbers, in lines. */
export function caveats(profile: ReadFacts): string[] {
  return [...(profile.damage?.text.split("\n") ?? []), ...soundCaveats(profile)];
}

/** The same without what is told in the end, as what the command fails with. */
export function soundCaveats({ path, truncated, damage, tasksAreAssumed, ...profile }: ReadFacts): string[] {
  const { samplesRead: samples, metadata, share } = profile;
  const isCut = truncated && damage === undefined;
  return [
    ...(isCut ? inputTruncated({ path, samples }).text.split("\n") : []),
    ...(tasksAreAssumed ? [tasksAssumed({ path })] : []),
    ...[leftOutByRun(metadata), leftOutLine(share)].filter((line) => line !== undefined),
  ];
}

/** In the end, when all that there is was shown. @throws ToldError where a profile was not read to its end */
export function failForDamage(...profiles: readonly ReadFacts[]): void {
  const [first, ...others] = profiles.flatMap(({ damage }) => damage ?? []);
  if (first === undefined) return;
  throw new ToldError({ ...first, text: [first, ...others].map(({ text }) => text).join("\n") });
}
