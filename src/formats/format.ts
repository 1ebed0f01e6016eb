// What a viewer's format is to those who convert. In: the samples of one profile, as they come. Out: a file's bytes, as they
// are made. One format a file beside this one; none knows files, commands, or where the samples come from.
import { AustinError } from "../model/error.js";
import type { SampleStream } from "../model/sample_stream.js";

export type { SampleStream };

export interface WriteOptions {
  /** What a viewer shows as the profile's name. */
  readonly name?: string | undefined;
  /** Told, a sentence each, what of this profile the format has no place for; once the bytes are over. */
  readonly onLoss?: ((sentence: string) => void) | undefined;
  /** Asked behind each sample by a format whose bytes come as samples do: whether what there is should go on at once. */
  readonly isPrompt?: (() => boolean) | undefined;
}

export interface Format {
  /** What `-f` calls it. */
  readonly name: string;
  /** Ends of file names by which it is known, the usual one first, such as ".speedscope.json". */
  readonly extensions: readonly string[];
  /** One line for people. */
  readonly description: string;
  /** Whether its bytes are text that may go to a terminal. */
  readonly isText: boolean;
  /** Whether its bytes come as samples do; else they come when all samples are there. */
  readonly isStream?: true;
  /**
   * Memory stays bounded by what is distinct in the profile, unless the format's own file says otherwise.
   *
   * Iteration throws UnsuitableFormat where the profile has nothing for which the format has a place.
   */
  write(samples: SampleStream, options?: WriteOptions): AsyncIterable<Uint8Array>;
}

/** The profile has nothing for which the format has a place. The message names both, and a format that has. */
export class UnsuitableFormat extends AustinError {
  override readonly name = "UnsuitableFormat";
  readonly kind = "unsuitable-format";
}
