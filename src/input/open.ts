// Any profile as a stream of samples. In: a path, or "-" for standard input. Out: its samples, and what it is. Whoever looks at
// profiles opens them here.
import type { Sample } from "../model/sample.js";
import type { SampleStream } from "../model/sample_stream.js";
import { MojoError, type MojoProfile, readMojo } from "../mojo/index.js";
import { CollapsedError, CollapsedProfile } from "./collapsed.js";
import { InputBytes } from "./input_bytes.js";
import { InputError } from "./input_error.js";
import { signatureOf } from "./signature.js";

export interface OpenedProfile extends SampleStream {
  /** As the user gave it; "-" for standard input. */
  readonly path: string;
  readonly kind: "mojo" | "collapsed";
  /** Bytes that the samples so far came from. */
  readonly bytesRead: number;
  /** Size of the input in bytes when it was opened; undefined for what is not a regular file. */
  readonly size: number | undefined;
  /** Samples that were read so far. */
  readonly samplesRead: number;
  close(): Promise<void>;
}

/**
 * Open a profile: a MOJO file, or collapsed stacks of Austin's.
 *
 * The stream may be iterated once. Where the input can't be read or is malformed, iteration throws an error of which
 * `inputErrorOf` knows what it means. A stream without samples is none: `samplesRead` tells.
 *
 * @throws InputError when it can't be opened, is empty, or is no profile
 */
export async function openProfile(path: string): Promise<OpenedProfile> {
  const bytes = await InputBytes.open(path);
  try {
    const signature = signatureOf(await bytes.head());
    if (signature.kind === "empty") throw new InputError(path, { kind: "empty" });
    if (signature.kind === "foreign") throw new InputError(path, signature);
    return new Opened(path, signature.kind, bytes);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

class Opened implements OpenedProfile {
  readonly path: string;
  readonly kind: "mojo" | "collapsed";
  readonly #bytes: InputBytes;
  readonly #samples: MojoProfile | CollapsedProfile;

  constructor(path: string, kind: "mojo" | "collapsed", bytes: InputBytes) {
    this.path = path;
    this.kind = kind;
    this.#bytes = bytes;
    this.#samples = kind === "mojo" ? readMojo(bytes) : new CollapsedProfile(bytes);
  }

  get metadata(): ReadonlyMap<string, string> {
    return this.#samples.metadata;
  }

  get truncated(): boolean {
    const { metadata } = this.#samples;
    // A MOJO file may be cut between two samples: then it lacks what Austin writes at the end of a run.
    const lacksEnd = this.kind === "mojo" && metadata.has("austin") && !metadata.has("duration");
    return this.#samples.truncated || lacksEnd;
  }

  get bytesRead(): number {
    return this.#bytes.bytesRead;
  }

  get size(): number | undefined {
    return this.#bytes.size;
  }

  get samplesRead(): number {
    return this.#samples.samplesRead;
  }

  close(): Promise<void> {
    return this.#bytes.close();
  }

  [Symbol.asyncIterator](): AsyncIterator<Sample, void> {
    return this.#samples[Symbol.asyncIterator]();
  }
}

/** What an error means that the samples of the input at `path` threw; undefined for one that isn't about the input. */
export function inputErrorOf(path: string, error: unknown): InputError | undefined {
  if (error instanceof InputError) return error;
  let place: string;
  if (error instanceof MojoError) place = `byte ${error.offset}`;
  else if (error instanceof CollapsedError) place = `line ${error.line}`;
  else return undefined;
  const { expected, found } = error;
  return new InputError(path, { kind: "malformed", place, expected, found }, { cause: error });
}
