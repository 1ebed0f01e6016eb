// The capture of a run or a look. In: where it goes. Out: decoders that are captured, a sink for the rest, and what there is to say. It is loaded only where a capture is asked for.
import { release } from "node:os";
import type { Decoder } from "../../decoder/index.js";
import type { OutputError } from "../../mojo/index.js";
import type { SampleSink } from "../../profile/sink.js";
import { CaptureFile, type CaptureLog, CaptureSink, ForeignDestination } from "../../recording/index.js";
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
      throw error instanceof ForeignDestination ? new ToldError(captureToOther(error)) : error;
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

  /** Takes the samples of a run. */
  sink(): SampleSink {
    return new CaptureSink(this.#file.log, this.#file);
  }

  decoder(): Decoder {
    return this.#file.log.decoder();
  }

  /** Takes what native frames are made of. @param decoder one of these */
  native(decoder: Decoder): ReturnType<CaptureLog["native"]> {
    return this.#file.log.native(decoder);
  }

  /** What a look needs to be captured. */
  get look(): Pick<WhereOptions, "newDecoder" | "looked" | "nativeJournal"> {
    return {
      newDecoder: () => this.decoder(),
      nativeJournal: (decoder) => this.#file.log.native(decoder, true),
      looked: (look, decoder) => this.#file.log.looked(look, decoder),
    };
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
