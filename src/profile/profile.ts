// A profile as it is made. In: decoders that have sampled, and what the clock and the system say. Out: a MOJO stream in an
// encoder, from the first metadata to the trailer, and the figures. It knows neither whose clock that is nor whether the
// memory is a living process's: a run and the decoding of a capture come through here, and give the same bytes.
import type { Decoder } from "../decoder/decoder.js";
import type { RunStatistics } from "../model/statistics.js";
import type { MojoEncoder } from "../mojo/encoder.js";
import type { HeaderFacts, Journal, ProcessFigures, ProfileOptions, RunFigures, TargetFacts } from "./journal.js";
import { type IsRunning, Recorder } from "./recorder.js";
import type { ProfileSelection } from "./selection.js";
import { Totals } from "./totals.js";
import { encodeHeader, encodeTrailer } from "./trailer.js";

export interface OpenedProcess {
  readonly pid: number;
  /** Has sampled it once, when it was connected. */
  readonly decoder: Decoder;
  /** From when on its time counts, in microseconds. */
  readonly now: number;
  readonly target: TargetFacts;
  /** Where the mode wants to know which threads run. */
  readonly isRunning?: IsRunning | undefined;
}

export class Profile {
  readonly encoder: MojoEncoder;
  readonly #options: ProfileOptions;
  readonly #journal: Journal | undefined;
  readonly #selection: ProfileSelection | undefined;
  readonly #totals = new Totals();
  #opened = 0;

  /** @param selection what is written; undefined: all */
  constructor(encoder: MojoEncoder, options: ProfileOptions, journal?: Journal, selection?: ProfileSelection) {
    this.encoder = encoder;
    this.#options = options;
    this.#journal = journal;
    this.#selection = selection;
  }

  /** Begin: the keys before the first sample. */
  begin(facts: HeaderFacts): void {
    const filters = this.#selection?.words;
    encodeHeader(this.encoder, this.#options, facts, filters);
    this.#journal?.began({ ...this.#options, filters }, facts);
  }

  metadata(key: string, value: string): void {
    this.encoder.metadata(key, value);
    this.#journal?.metadata(key, value);
  }

  open({ pid, decoder, now, target, isRunning }: OpenedProcess): ProfiledProcess {
    const { mode, gc } = this.#options;
    const journal = this.#journal;
    const asked =
      isRunning === undefined || journal === undefined
        ? isRunning
        : (nativeId: number): boolean => {
            const answer = isRunning(nativeId);
            journal.asked(nativeId, answer);
            return answer;
          };
    const selection = this.#selection?.of(pid, decoder);
    const recorder = new Recorder(pid, decoder, this.encoder, { mode, gc, isRunning: asked, selection });
    const number = this.#opened++;
    journal?.opened(number, pid, decoder, now, target);
    // What the connection's sample defined.
    recorder.hold();
    return new ProfiledProcess(number, recorder, now, journal);
  }

  /** The process's last samples are handed on, and its figures counted: once. */
  close(process: ProfiledProcess, figures: ProcessFigures): void {
    process.recorder.commit();
    this.#journal?.closed(process.number, figures);
    this.#totals.add(process, figures);
  }

  /** End: the keys after the last sample. Every process is closed. `output` is left to the caller. */
  finish(figures: RunFigures): Omit<RunStatistics, "output"> {
    this.#journal?.finished(figures);
    const totals = this.#totals;
    // Up to the last sample, so that a thread's times add up to it.
    const end = totals.taken > 0 ? totals.last : figures.end;
    const statistics = {
      durationMicroseconds: Math.round(end) - Math.round(figures.start),
      ticks: figures.ticks,
      takenTicks: figures.takenTicks,
      samples: totals.samples,
      filtered: this.#selection && { all: { ...this.#selection.all }, leftOut: { ...this.#selection.leftOut } },
      // One that was found again behind another program was opened twice.
      processes: figures.family?.sampled ?? totals.processes,
      processesNotSampled: figures.family?.notSampled ?? {},
      missedTicks: figures.missedTicks,
      longTicks: figures.longTicks,
      incomplete: totals.errors,
      frameless: totals.frameless > 0 ? totals.frameless : undefined,
      takenMicroseconds: totals.takenMicroseconds,
      incompleteMicroseconds: totals.errorMicroseconds,
      reasons: totals.reasons,
      proofs: totals.proofs,
      gapMicroseconds: Math.round(totals.gap),
      collectorMicroseconds: this.#options.gc ? totals.collectorMicroseconds : undefined,
      stillMicroseconds: Math.round(totals.stillMicroseconds),
      stillUnavailable: totals.stillUnavailable,
      stillPrevented: totals.stillPrevented,
      beyond: totals.beyond.threads > 0 ? { ...totals.beyond } : undefined,
      sampling: figures.sampling,
    };
    encodeTrailer(this.encoder, statistics);
    return statistics;
  }
}

/** One process of a profile. */
export class ProfiledProcess {
  /** When the last sample was taken, in microseconds. */
  last = 0;
  readonly #journal: Journal | undefined;

  constructor(
    readonly number: number,
    readonly recorder: Recorder,
    now: number,
    journal: Journal | undefined,
  ) {
    this.last = now;
    this.#journal = journal;
  }

  /**
   * Take the sample that its decoder holds.
   * @param time when it was begun, in microseconds
   * @param bytes change of resident memory since the last one
   */
  sampled(time: number, bytes = 0): void {
    // Rounded so that the sum of all deltas is the time that passed.
    this.recorder.record(Math.max(0, Math.round(time) - Math.round(this.last)), bytes);
    this.last = time;
    this.#journal?.sampled(this.number, time, bytes);
  }

  /** Its interpreter was found anew, with the same decoder, which has sampled it. */
  resumed(target: TargetFacts): void {
    this.#journal?.resumed(this.number, target);
    this.recorder.hold();
  }
}
