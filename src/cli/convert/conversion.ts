// One profile into one file of another format. In: paths, the format, filters. Out: the file, whole or not at all, and remarks on what
// people must know of it. The commands that convert, and `austin --save`, are made of it.
import { basename } from "node:path";
import { asksForSomething, Filter, type FilterWords, filterSamples } from "../../filters/index.js";
import { type Format, UnsuitableFormat } from "../../formats/format.js";
import { type OpenedProfile, openProfile } from "../../input/index.js";
import type { Sample } from "../../model/sample.js";
import { type SampleStream, withSamples } from "../../model/sample_stream.js";
import { findSameFile } from "../../output/same_file.js";
import { BinaryToTerminal, writeWhole } from "../../output/whole_file.js";
import { captureNotFollowed } from "../messages/capture.js";
import { inputDamaged, inputTruncated, noSamples, tasksAssumed } from "../messages/input.js";
import { leftOutByRun, leftOutLine } from "../messages/left_out.js";
import type { Message } from "../messages/message.js";
import { ToldError } from "../messages/told_error.js";
import { ReadAhead } from "../reading/following.js";
import { NothingToSee, nothingLeft } from "../reading/profile_summary.js";
import { Progress } from "../terminal/progress.js";

export interface Conversion {
  /** "-" for standard input. */
  readonly input: string;
  /** "-" for standard output. */
  readonly output: string;
  readonly format: Format;
  readonly filters?: FilterWords;
  /** What the samples become before all else. */
  readonly through?: (samples: SampleStream) => SampleStream;
  /** What the bytes become on their way out. */
  readonly change?: (bytes: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;
  /** Ends it with the signal's reason. */
  readonly abort?: AbortSignal;
  /** Where the input is to be followed beyond its end, by a format that is a stream: ends that. */
  readonly until?: AbortSignal;
}

export interface Converted {
  readonly bytes: number;
  /** Sentences, in the order in which people should read them. */
  readonly remarks: readonly string[];
  /** What the format has no place for, in sentences. Whoever only looks at the output isn't told. */
  readonly losses: readonly string[];
  /** Why the input was not read to its end: what came before is in the output. */
  readonly damage: Message | undefined;
}

/** The output is the input, or a terminal that the format is not for, or the format has no place for what was measured. */
export class UnfitOutput extends Error {}

/**
 * Convert.
 *
 * @throws InputError, NothingToSee, UnansweredFilter, UnfitOutput, OutputError
 */
export async function convert(conversion: Conversion): Promise<Converted> {
  const { input, output, format, filters, through = (samples) => samples, change, abort, until } = conversion;
  if (findSameFile([{ name: "", path: output }], [{ name: "", path: input }]) !== undefined) {
    throw new UnfitOutput(
      `${output === "-" ? "standard output" : `'${output}'`} is the profile itself: name another file, so that nothing is lost.`,
    );
  }
  const profile = await openProfile(input, until);
  const filter = filters !== undefined && asksForSomething(filters) ? new Filter(filters) : undefined;
  const empty = (): Error => nothingIn(profile, filters, filter);
  const samples = through(profile);
  const all = withSomething(filter === undefined ? samples : filterSamples(samples, filter), empty, abort);
  const losses: string[] = [];
  const name = input === "-" ? "standard input" : basename(input).replace(/\.(mojo|austin)$/, "");
  const onLoss = (sentence: string): unknown => losses.push(sentence);
  const progress = until === undefined ? new Progress(profile) : undefined;
  const ahead = until === undefined ? undefined : new ReadAhead(all);
  let bytes: number;
  try {
    if (until !== undefined && profile.kind === "capture") throw new ToldError(captureNotFollowed({ path: input }));
    const prompt = ahead === undefined ? {} : { isPrompt: () => ahead.isWaiting };
    const made = format.write(ahead ?? all, { name, onLoss, ...prompt });
    const wishes = { isText: format.isText, isPrompt: ahead !== undefined };
    bytes = await writeWhole(output, change === undefined ? made : change(made), wishes);
  } catch (error) {
    if (error instanceof BinaryToTerminal) {
      throw new UnfitOutput(`${format.name} is binary, and would go to a terminal: name a file, or a pipe.`);
    }
    if (error instanceof UnsuitableFormat) throw new UnfitOutput(error.message);
    throw error;
  } finally {
    progress?.stop();
    await profile.close();
  }
  const { damage, samplesRead } = profile;
  return {
    bytes,
    damage: damage && inputDamaged(damage, { samples: samplesRead }),
    remarks: [
      ...(profile.truncated && damage === undefined
        ? [inputTruncated({ path: input, samples: samplesRead }).text]
        : []),
      ...(profile.tasksAreAssumed ? [tasksAssumed({ path: input })] : []),
      ...[leftOutByRun(profile.metadata), leftOutLine(filter)].filter((line) => line !== undefined),
    ],
    losses,
  };
}

/** Why there is no sample. */
function nothingIn(profile: OpenedProfile, words: FilterWords | undefined, filter: Filter | undefined): Error {
  const { path, samplesRead, damage } = profile;
  if (samplesRead === 0) return damage ?? new NothingToSee(noSamples({ path }));
  return nothingLeft(path, words as FilterWords, filter as Filter);
}

/** The samples, of which there must be one: a file without any looks like a program that did nothing. */
function withSomething(samples: SampleStream, empty: () => Error, abort: AbortSignal | undefined): SampleStream {
  return withSamples(samples, () => {
    const inner = samples[Symbol.asyncIterator]();
    let next = async (): Promise<IteratorResult<Sample>> => {
      const first = await inner.next();
      next = () => inner.next();
      if (!first.done) return first;
      throw empty();
    };
    return {
      next: () => {
        abort?.throwIfAborted();
        return next();
      },
      return: async () => {
        await inner.return?.();
        return { done: true, value: undefined };
      },
    };
  });
}
