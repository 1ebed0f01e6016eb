// What is written of one decoder: what it is asked for, and each of its fills. In: calls in the order in which things happen.
// Out: events in the log.
import { END, HOLD_ENDED, NAMES, SAMPLE } from "../capture/format.js";
import type { RuntimeFacts } from "../decoder/index.js";
import type { FillFacts, FillWriter } from "./fill_writer.js";
import type { LogBuffer } from "./log_buffer.js";

export class DecoderLog {
  readonly #log: LogBuffer;
  readonly #fills: FillWriter;
  readonly #whole: () => void;
  #fill = 0;
  #started = 0;

  constructor(
    readonly number: number,
    log: LogBuffer,
    fills: FillWriter,
    whole: () => void,
  ) {
    this.#log = log;
    this.#fills = fills;
    this.#whole = whole;
  }

  attaching(facts: RuntimeFacts): void {
    const { runtimeAddress, wordSize, longSize, alignment = wordSize, version, hasDebugOffsets, ownPid } = facts;
    const { major, minor, micro } = version;
    this.#begin();
    this.#fills.reset();
    this.#log.fact("attach", {
      decoder: this.number,
      runtimeAddress: `0x${runtimeAddress.toString(16)}`,
      wordSize,
      longSize,
      ...(alignment !== wordSize && { alignment }),
      version: { major, minor, micro },
      hasDebugOffsets,
      ownPid,
    });
  }

  sampling(bits: number): void {
    this.#begin();
    this.#log.byte(SAMPLE);
    this.#log.integer(this.number);
    this.#log.integer(bits);
  }

  /** @param bits FROM_FIRST, AGAIN */
  naming(bits: number): void {
    this.#begin();
    this.#log.byte(NAMES);
    this.#log.integer(this.number);
    this.#log.integer(bits);
  }

  filled(memory: Uint8Array, requests: number, count: number, facts: FillFacts): void {
    this.#fills.write(memory, requests, count, this.#fill++, this.#started, facts);
  }

  /** @param isOffCpu whether the thread was off its processor all the while */
  holdEnded(isOffCpu: boolean): void {
    this.#log.byte(HOLD_ENDED);
    this.#log.byte(isOffCpu ? 1 : 0);
  }

  ended(): void {
    this.#log.byte(END);
    this.#whole();
  }

  #begin(): void {
    this.#fill = 0;
    this.#started = this.#log.length;
  }
}
