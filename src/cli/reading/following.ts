// Following a profile that is being written, until its run is over or somebody has seen enough. In: samples as they come. Out: the
// same, and whether more are there already. It knows no file.
import type { Sample } from "../../model/sample.js";
import type { SampleStream } from "../../model/sample_stream.js";
import { SIGNAL_EXIT_CODES } from "../words/exit_codes.js";

/** Aborted by the first signal, with which following ends in good order; a second one ends the process. */
export function untilSignal(): AbortSignal {
  const abort = new AbortController();
  for (const [signal, code] of Object.entries(SIGNAL_EXIT_CODES)) {
    process.on(signal, () => {
      if (abort.signal.aborted) process.exit(code);
      abort.abort();
    });
  }
  return abort.signal;
}

/** Samples of which one is always read ahead. */
export class ReadAhead implements SampleStream {
  readonly #samples: SampleStream;
  #isWaiting = false;
  /** What was known when the last sample was given. */
  #metadata: ReadonlyMap<string, string> = new Map();

  constructor(samples: SampleStream) {
    this.#samples = samples;
  }

  /** Whether the sample that was given last is the last one that there is by now. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  get metadata(): ReadonlyMap<string, string> {
    return this.#metadata;
  }

  get truncated(): boolean {
    return this.#samples.truncated;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Sample, void, undefined> {
    const iterator = this.#samples[Symbol.asyncIterator]();
    try {
      let { done, value } = await iterator.next();
      while (!done) {
        const { metadata } = this.#samples;
        if (metadata.size !== this.#metadata.size) this.#metadata = new Map(metadata);
        this.#isWaiting = true;
        const ahead = iterator.next();
        const arrived = (): void => {
          this.#isWaiting = false;
        };
        ahead.then(arrived, arrived);
        // One that is there already has arrived after this.
        await new Promise(setImmediate);
        yield value as Sample;
        ({ done, value } = await ahead);
      }
      this.#metadata = this.#samples.metadata;
    } finally {
      await iterator.return?.();
    }
  }
}
