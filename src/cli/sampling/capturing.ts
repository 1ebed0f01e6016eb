// The capture of a run or a look. In: where it goes. Out: decoders that are captured, an output that waits for the capture,
// too, and what there is to say. It is loaded only where a capture is asked for.
import { release } from "node:os";
import type { Decoder } from "../../decoder/index.js";
import type { MojoEncoder, OutputError } from "../../mojo/index.js";
import { CaptureFile, type CaptureLog, OthersPlace } from "../../recording/index.js";
import type { ProfileOutput } from "../../sampler/session.js";
import type { WhereOptions } from "../../sampler/where.js";
import { captureToOther } from "../messages/output.js";
import { ToldError } from "../messages/told_error.js";
import { packageVersion } from "../words/version.js";

export class Capturing {
  readonly #file: CaptureFile;

  /** @throws OutputError when the file can't be created, ToldError when it would be another user's */
  static begin(path: string): Capturing {
    try {
      return new Capturing(new CaptureFile(path));
    } catch (error) {
      throw error instanceof OthersPlace ? new ToldError(captureToOther(error)) : error;
    }
  }

  private constructor(file: CaptureFile) {
    this.#file = file;
    this.#file.log.fact("capture", {
      tool: "austin-ts",
      toolVersion: packageVersion(),
      started: new Date().toISOString(),
      options: process.argv.slice(2),
      platform: process.platform,
      release: release(),
      architecture: process.arch,
      byteOrder: "little",
    });
  }

  get log(): CaptureLog {
    return this.#file.log;
  }

  decoder(): Decoder {
    return this.#file.log.decoder();
  }

  /** What a look needs to be captured. */
  get look(): Pick<WhereOptions, "newDecoder" | "looked"> {
    return {
      newDecoder: () => this.decoder(),
      looked: (look, decoder) => this.#file.log.looked(look, decoder),
    };
  }

  /** A profile's output, if there is one, with the capture beside it. */
  beside(output: ProfileOutput | undefined): ProfileOutput {
    return new OutputWithCapture(this.#file, output);
  }

  /** Nothing is begun: leave no file. */
  discard(): Promise<void> {
    return this.#file.discard();
  }

  /** Write everything out. @returns what went wrong, or how much was captured; undefined where nothing is there to be read */
  async close(): Promise<OutputError | { readonly bytes: number; readonly copied: number } | undefined> {
    const file = this.#file;
    try {
      await file.close();
      return file.isThere ? { bytes: file.bytesWritten, copied: file.log.copied } : undefined;
    } catch (error) {
      if (file.failed === undefined) throw error;
      return file.failed;
    }
  }
}

class OutputWithCapture implements ProfileOutput {
  readonly #file: CaptureFile;
  readonly #output: ProfileOutput | undefined;

  constructor(file: CaptureFile, output: ProfileOutput | undefined) {
    this.#file = file;
    this.#output = output;
  }

  get path(): string | undefined {
    return this.#output?.path;
  }

  get bytesWritten(): number {
    return this.#output?.bytesWritten ?? 0;
  }

  get saturated(): boolean {
    return this.#file.saturated || this.#output?.saturated === true;
  }

  get failed(): Error | undefined {
    return this.#file.failed ?? this.#output?.failed;
  }

  take(encoder: MojoEncoder): void {
    if (this.#output === undefined) encoder.dropSamples();
    else this.#output.take(encoder);
  }
}
