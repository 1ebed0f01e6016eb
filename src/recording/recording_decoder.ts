// A decoder that has everything written down that it is asked for and that it reads: what a capture is made of.
import { AGAIN, FROM_FIRST, WANTS } from "../capture/format.js";
import {
  type AttachOutcome,
  Decoder,
  type MemorySource,
  type NamesFound,
  type NamesWanted,
  type RuntimeFacts,
  type SampleOutcome,
} from "../decoder/index.js";
import type { DecoderInstance } from "../decoder/wasm.js";
import type { OffCpuAnswer } from "../memory/source.js";
import type { DecoderLog } from "./decoder_log.js";

export class RecordingDecoder extends Decoder {
  readonly #log: DecoderLog;
  readonly #retired: () => void;
  /** For each source, one that has its fills written down. */
  readonly #recorded = new WeakMap<MemorySource, MemorySource>();

  /**
   * @param retired called once it is done with, and its number may be another's
   * @param instance another build of the decoder than this package's
   */
  constructor(log: DecoderLog, retired: () => void, instance?: DecoderInstance) {
    super(instance);
    this.#log = log;
    this.#retired = retired;
  }

  /** Its number in the capture. */
  get number(): number {
    return this.#log.number;
  }

  override retire(): void {
    this.#retired();
  }

  override attach(facts: RuntimeFacts, source: MemorySource): AttachOutcome {
    this.#log.attaching(facts);
    try {
      return super.attach(facts, this.#recorder(source));
    } finally {
      this.#log.ended();
    }
  }

  override sample(source: MemorySource, wants = this.wants.checkpoint): SampleOutcome {
    this.#log.sampling(this.#bits(this.wanted(source, wants)));
    try {
      return super.sample(this.#recorder(source), wants);
    } finally {
      this.#log.ended();
    }
  }

  override readNames(source: MemorySource, wanted: NamesWanted = {}): NamesFound {
    this.#log.naming((wanted.fromFirst === true ? FROM_FIRST : 0) | (wanted.again === true ? AGAIN : 0));
    try {
      return super.readNames(this.#recorder(source), wanted);
    } finally {
      this.#log.ended();
    }
  }

  /** What is wanted, in the capture's own bits. */
  #bits(wants: number): number {
    let bits = 0;
    for (let i = 0; i < WANTS.length; i++) {
      if ((wants & this.wants[WANTS[i] as (typeof WANTS)[number]]) !== 0) bits |= 1 << i;
    }
    return bits;
  }

  #recorder(source: MemorySource): MemorySource {
    let recorded = this.#recorded.get(source);
    if (recorded === undefined) {
      recorded = recordingSource(source, this.#log);
      this.#recorded.set(source, recorded);
    }
    return recorded;
  }
}

function recordingSource(source: MemorySource, log: DecoderLog): MemorySource {
  const noted = <T extends number | OffCpuAnswer>(
    memory: Uint8Array,
    requests: number,
    count: number,
    offCpuAsked: boolean,
    fill: () => T,
  ): T => {
    let result: T;
    try {
      result = fill();
    } catch (thrown) {
      log.filled(memory, requests, count, { interrupted: false, offCpuAsked, offCpu: false, thrown });
      throw thrown;
    }
    const interrupted = source.interrupted === true;
    log.filled(memory, requests, count, { interrupted, offCpuAsked, offCpu: typeof result !== "number" && result });
    return result;
  };
  const recorded: MemorySource = {
    get interrupted() {
      return source.interrupted === true;
    },
    fill: (memory, requests, count) =>
      noted(memory, requests, count, false, () => source.fill(memory, requests, count)),
  };
  if (source.fillOffCpu !== undefined) {
    recorded.fillOffCpu = (memory, requests, count, nativeId, mayHold) =>
      noted(
        memory,
        requests,
        count,
        true,
        (): OffCpuAnswer => source.fillOffCpu?.(memory, requests, count, nativeId, mayHold) ?? false,
      );
  }
  if (source.endHold !== undefined) {
    recorded.endHold = (memory, requests, count) => {
      const isOffCpu = source.endHold?.(memory, requests, count) === true;
      log.holdEnded(isOffCpu);
      return isOffCpu;
    };
  }
  return recorded;
}
