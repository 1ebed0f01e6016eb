// The log of a capture, as it is written. In: what decoders are asked for and read, and what makes a profile of it. Out: bytes
// in a buffer, which whoever has the file takes between two samples. See capture/format.ts.
import { MAX_DECODERS, TAKEN } from "../capture/format.js";
import { BlockBudget, Image } from "../capture/image.js";
import { NoRoom } from "../decoder/errors.js";
import type { Decoder } from "../decoder/index.js";
import type { SampleView } from "../decoder/sample_view.js";
import type { DecoderInstance } from "../decoder/wasm.js";
import { plainWords } from "../filters/words.js";
import type { NativeJournal } from "../native/journal.js";
import { NativeSample } from "../native/native_sample.js";
import type { HeaderFacts, ProcessFigures, ProfileOptions, RunFigures, TargetFacts } from "../profile/facts.js";
import { DecoderLog } from "./decoder_log.js";
import { FillWriter } from "./fill_writer.js";
import { LogBuffer } from "./log_buffer.js";
import { NativeLog } from "./native_log.js";
import { RecordingDecoder } from "./recording_decoder.js";

/** A capture has as many decoders at a time as its readers take. */
export class CaptureFull extends NoRoom {
  override readonly name = "CaptureFull";
  readonly kind = "no-room-in-capture";
  readonly why = "more at once than a capture holds";
  constructor() {
    super(`a capture has at most ${MAX_DECODERS} decoders at a time`);
  }
}

export class CaptureLog {
  readonly buffer = new LogBuffer();
  readonly #budget = new BlockBudget();
  /** Of each decoder, by its number; undefined where that is free. */
  readonly #fills: (FillWriter | undefined)[] = [];
  /** The same of what native frames are made of. */
  readonly #nativeFills: (FillWriter | undefined)[] = [];
  readonly #freeNumbers: number[] = [];
  #copiedByRetired = 0;
  readonly #whole: () => void;
  /** When each process's last sample was taken. */
  readonly #times: number[] = [];
  /** Threads of each process that its last sample asked for. */
  readonly #known: (number[] | undefined)[] = [];
  readonly #ids: number[] = [];
  readonly #running: boolean[] = [];

  /** @param whole called where the log may be cut: a sample or a fact is over */
  constructor(whole: () => void) {
    this.#whole = whole;
  }

  /** Bytes of the targets' memory that came. */
  get copied(): number {
    const all = [...this.#fills, ...this.#nativeFills];
    return all.reduce((sum, fills) => sum + (fills?.copied ?? 0), this.#copiedByRetired);
  }

  /**
   * @param instance another build of the decoder than this package's
   * @throws CaptureFull where no reader would take one more
   */
  decoder(instance?: DecoderInstance): RecordingDecoder {
    if (this.#freeNumbers.length === 0 && this.#fills.length === MAX_DECODERS) {
      throw new CaptureFull();
    }
    const fills = this.#newFills(new Image(this.#budget));
    const number = this.#freeNumbers.pop() ?? this.#fills.length;
    this.#fills[number] = fills;
    const log = new DecoderLog(number, this.buffer, fills, this.#whole);
    return new RecordingDecoder(log, () => this.#retired(number, fills), instance);
  }

  /** Takes what native frames of a process are made of, which one of these decoders samples. @param isLook it's of a look */
  native(decoder: Decoder, isLook = false): NativeJournal {
    const number = numberOf(decoder);
    this.#copiedByRetired += this.#nativeFills[number]?.copied ?? 0;
    const fills = this.#newFills((this.#fills[number] as FillWriter).image);
    this.#nativeFills[number] = fills;
    return new NativeLog({ decoder: number, isLook }, this.buffer, fills, this.#whole);
  }

  #newFills(image: Image): FillWriter {
    const emptyAll = (): void => {
      for (const fills of this.#fills) fills?.image.empty();
    };
    return new FillWriter(this.buffer, image, this.#budget, emptyAll);
  }

  #retired(number: number, fills: FillWriter): void {
    fills.image.empty();
    this.#copiedByRetired += this.#nativeFills[number]?.copied ?? 0;
    this.#nativeFills[number] = undefined;
    this.#copiedByRetired += fills.copied;
    this.#fills[number] = undefined;
    this.#freeNumbers.push(number);
    this.fact("retired", { decoder: number });
  }

  fact(kind: string, fields: object): void {
    this.buffer.fact(kind, fields);
    this.#whole();
  }

  began(options: ProfileOptions, facts: HeaderFacts): void {
    const { mode, intervalMicroseconds, gc, interfaceVersion } = options;
    const filters = options.filters && plainWords(options.filters);
    this.fact("began", { mode, intervalMicroseconds, gc, interfaceVersion, filters, ...facts });
  }

  metadata(key: string, value: string): void {
    this.fact("metadata", { key, value });
  }

  opened(process: number, pid: number, decoder: SampleView, now: number, target: TargetFacts): void {
    this.#times[process] = Math.round(now);
    this.fact("opened", { process, pid, decoder: numberOf(decoder), now: Math.round(now), ...plain(target) });
  }

  /** A look at a process is over: what the system said. */
  looked(look: object, decoder: SampleView): void {
    this.fact("looked", { ...look, decoder: numberOf(decoder) });
  }

  /** What the system calls a thread of a process's last sample. */
  named(process: number, nativeId: number, name: string): void {
    this.fact("named", { process, thread: nativeId, name });
  }

  asked(nativeId: number, isRunning: boolean): void {
    this.#ids.push(nativeId);
    this.#running.push(isRunning);
  }

  sampled(process: number, time: number, bytes: number): void {
    const log = this.buffer;
    const last = this.#times[process] as number;
    const now = Math.max(last, Math.round(time));
    this.#times[process] = now;
    log.byte(TAKEN);
    log.integer(process);
    log.integer(now - last);
    log.integer(bytes);
    this.#answers(process);
    this.#whole();
  }

  /** See capture/thread_answers.ts. */
  #answers(process: number): void {
    const log = this.buffer;
    const ids = this.#ids;
    log.integer(ids.length);
    if (ids.length > 0) {
      const known = this.#known[process];
      const isSame = known?.length === ids.length && ids.every((id, i) => id === known[i]);
      log.byte(isSame ? 1 : 0);
      if (!isSame) {
        this.#known[process] = ids.slice();
        for (const id of ids) log.integer(id);
      }
      for (let i = 0; i < ids.length; i += 8) {
        let bits = 0;
        for (let bit = 0; bit < 8; bit++) if (this.#running[i + bit] === true) bits |= 1 << bit;
        log.byte(bits);
      }
    }
    ids.length = 0;
    this.#running.length = 0;
  }

  resumed(process: number, target: TargetFacts): void {
    this.fact("resumed", { process, ...plain(target) });
  }

  closed(process: number, figures: ProcessFigures): void {
    delete this.#known[process];
    this.fact("closed", { process, ...figures });
  }

  finished(figures: RunFigures): void {
    this.fact("finished", figures);
  }
}

/** Of what is known of a target, what a capture has. */
function plain({ pythonVersion, wordSize, machine, freeThreaded, image }: TargetFacts): TargetFacts {
  return { pythonVersion, wordSize, machine, freeThreaded, image };
}

/** Only what a capture's own decoders do is in it. */
function numberOf(decoder: SampleView): number {
  const own = decoder instanceof NativeSample ? decoder.decoder : decoder;
  if (own instanceof RecordingDecoder) return own.number;
  throw new Error("a decoder that isn't captured is in a captured profile");
}
