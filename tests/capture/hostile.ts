// Decodes captures that nobody ever wrote, and says how that went. In: captures. Out: how many were decoded, the slowest, and
// the memory that it took. Anything but a CaptureError is a bug, and is thrown on.
import { decodeCapture } from "../../src/capture/decode.js";
import { CaptureError } from "../../src/capture/error.js";
import { Decoder } from "../../src/decoder/index.js";

export interface HostileFigures {
  decoded: number;
  refused: number;
  /** Of those that were decoded, how many gave another profile than none. */
  withProfile: number;
  /** Of the processor, as others use it, too. */
  slowestMilliseconds: number;
  /** The last one. */
  lastMilliseconds: number;
  /** Resident memory of this process beyond what it had before the first, in bytes, at most. */
  memoryBytes: number;
}

export class Hostile {
  readonly figures: HostileFigures = {
    decoded: 0,
    refused: 0,
    withProfile: 0,
    slowestMilliseconds: 0,
    lastMilliseconds: 0,
    memoryBytes: 0,
  };
  readonly #free: Decoder[] = [];
  #before = 0;
  #used: Decoder[] = [];

  /** @throws what is a bug */
  async decode(capture: Uint8Array): Promise<void> {
    if (this.#before === 0) this.#before = process.memoryUsage.rss();
    const newDecoder = (): Decoder => {
      const decoder = this.#free.pop() ?? new Decoder();
      this.#used.push(decoder);
      return decoder;
    };
    const started = processorMilliseconds();
    let bytes = 0;
    try {
      for await (const piece of decodeCapture(capture, { newDecoder }).mojo()) bytes += piece.length;
      this.figures.decoded++;
      if (bytes > 0) this.figures.withProfile++;
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error;
      this.figures.refused++;
    }
    this.#free.push(...this.#used.splice(0));
    this.figures.lastMilliseconds = processorMilliseconds() - started;
    this.figures.slowestMilliseconds = Math.max(this.figures.slowestMilliseconds, this.figures.lastMilliseconds);
    if ((this.figures.decoded + this.figures.refused) % 64 === 0) {
      this.figures.memoryBytes = Math.max(this.figures.memoryBytes, process.memoryUsage.rss() - this.#before);
    }
  }
}

function processorMilliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
