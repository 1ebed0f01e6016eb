// Any profile as a stream of samples. In: a path, or "-" for standard input. Out: its samples, and what it is. Whoever looks at
// profiles opens them here.
import { CaptureError } from "../capture/error.js";
import type { Sample } from "../model/sample.js";
import type { SampleStream } from "../model/sample_stream.js";
import { MojoError, MojoProfile } from "../mojo/index.js";
import { loadDemangler } from "../native/demangle.js";
import { CollapsedError, CollapsedProfile } from "./collapsed.js";
import { InputBytes } from "./input_bytes.js";
import { InputError } from "./input_error.js";
import { signatureOf } from "./signature.js";

export interface OpenedProfile extends SampleStream {
  /** As the user gave it; "-" for standard input. */
  readonly path: string;
  readonly kind: "mojo" | "collapsed" | "capture";
  /** Bytes that the samples so far came from. */
  readonly bytesRead: number;
  /** Size of the input in bytes when it was opened; undefined for what is not a regular file. */
  readonly size: number | undefined;
  /** Samples that were read so far. */
  readonly samplesRead: number;
  /** Why it was not read on to its end, and where; known after the last sample. */
  readonly damage: InputError | undefined;
  /** Whether its stacks of tasks fit both drafts of MOJO 4, and were read as the newer one has them. */
  readonly tasksAreAssumed: boolean;
  close(): Promise<void>;
}

/**
 * Open a profile: a MOJO file, collapsed stacks of Austin's, or a capture, which is decoded.
 *
 * The stream may be iterated once. Where the input can't be read on or is malformed, it ends, with all that was whole before, and
 * `damage` says so. A stream without samples is none: `samplesRead` tells.
 *
 * @param until where a file is to be followed beyond its end: ends that, if the end of its run doesn't. Not for captures.
 * @throws InputError when it can't be opened, is empty, or is no profile
 */
export async function openProfile(path: string, until?: AbortSignal): Promise<OpenedProfile> {
  const bytes = await InputBytes.open(path, until);
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
  readonly kind: OpenedProfile["kind"];
  readonly #bytes: InputBytes;
  readonly #samples: MojoProfile | CollapsedProfile;
  /** Whether a capture breaks off. */
  #isCut = false;
  damage: InputError | undefined;

  constructor(path: string, kind: OpenedProfile["kind"], bytes: InputBytes) {
    this.path = path;
    this.kind = kind;
    this.#bytes = bytes;
    bytes.isWhole = () => this.#hasEnd;
    const onBreak = (error: unknown): void => {
      this.damage = this.#meaning(error);
    };
    if (kind === "collapsed") this.#samples = new CollapsedProfile(bytes, onBreak);
    else this.#samples = new MojoProfile(kind === "mojo" ? bytes : this.#decoded(), onBreak, loadDemangler);
  }

  get metadata(): ReadonlyMap<string, string> {
    return this.#samples.metadata;
  }

  get truncated(): boolean {
    // A MOJO file may be cut between two samples: then it lacks what Austin writes at the end of a run.
    const lacksEnd = this.kind !== "collapsed" && this.metadata.has("austin") && !this.#hasEnd;
    return this.#samples.truncated || this.#isCut || this.#bytes.isCut || lacksEnd;
  }

  get tasksAreAssumed(): boolean {
    return this.#samples instanceof MojoProfile && this.#samples.tasksAreAssumed;
  }

  /** Whether there is what Austin writes at the end of a run. */
  get #hasEnd(): boolean {
    return this.metadata.has("duration");
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

  /** A capture's profile. Its decoder is loaded only where there is one to decode. */
  async *#decoded(): AsyncGenerator<Uint8Array, void, undefined> {
    const { decodeCapture } = await import("../capture/index.js");
    const capture = decodeCapture(this.#bytes);
    let isSomething = false;
    for await (const piece of capture.mojo()) {
      isSomething = true;
      yield piece;
    }
    this.#isCut = capture.isCut;
    if (isSomething) return;
    const position = `byte ${capture.size.file}`;
    const found = capture.isCut ? "the end of the file" : "a look at a process (austin -w)";
    throw new InputError(this.path, { kind: "malformed", position, expected: "a run's samples", found });
  }

  /** What an error means. @throws the error, where it isn't about the input */
  #meaning(error: unknown): InputError {
    if (error instanceof InputError) return error;
    const unpacked = this.#bytes.isPacked ? " unpacked" : "";
    const malformed = (position: string, expected: string, found: string): InputError =>
      new InputError(this.path, { kind: "malformed", position, expected, found }, { cause: error });
    if (error instanceof MojoError) return malformed(`byte ${error.offset}${unpacked}`, error.expected, error.found);
    if (error instanceof CollapsedError) return malformed(`line ${error.line}`, error.expected, error.found);
    if (!(error instanceof CaptureError)) throw error;
    const expected = "a block of a capture that this version reads";
    return malformed(`byte ${error.offset}${unpacked}`, expected, error.detail);
  }
}
