// A profile as it is made. In: decoders that have sampled, and what the clock and the system say. Out: samples in a sink, from the
// first facts to the figures. It knows neither whose clock that is nor whether the memory is a living process's: a run and the
// decoding of a capture come through here, and give the same samples.
import type { SampleView } from "../decoder/sample_view.js";
import type { FilterWords } from "../filters/words.js";
import type { Share } from "../model/share.js";
import type { RunStatistics } from "../model/statistics.js";
import type { HeaderFacts, ProcessFigures, ProfileOptions, RunFigures, TargetFacts } from "./facts.js";
import { type IsRunning, Recorder } from "./recorder.js";
import type { ProcessSink, SampleSink } from "./sink.js";
import { Totals } from "./totals.js";

/** What of a profile is written, and how much that leaves out. */
export interface ProfileShare extends Share {
  readonly words: FilterWords;
}

export interface OpenedProcess {
  readonly pid: number;
  /** Has sampled it once, when it was connected. */
  readonly decoder: SampleView;
  /** From when on its time counts, in microseconds. */
  readonly now: number;
  readonly target: TargetFacts;
  /** Where the mode wants to know which threads run. */
  readonly isRunning?: IsRunning | undefined;
}

export class Profile {
  readonly #sink: SampleSink;
  readonly #options: ProfileOptions;
  readonly #share: ProfileShare | undefined;
  readonly #totals = new Totals();
  #opened = 0;

  /** @param share what is written of it, by the sink that writes; undefined: all */
  constructor(sink: SampleSink, options: ProfileOptions, share?: ProfileShare) {
    this.#sink = sink;
    this.#options = { ...options, filters: share?.words };
    this.#share = share;
  }

  /** Begin: what is known before the first sample. */
  begin(facts: HeaderFacts): void {
    this.#sink.begin(this.#options, facts);
  }

  metadata(key: string, value: string): void {
    this.#sink.metadata(key, value);
  }

  open({ pid, decoder, now, target, isRunning }: OpenedProcess): ProfiledProcess {
    const { mode, gc } = this.#options;
    const sink = this.#sink.open({ number: this.#opened++, pid, decoder, now, target });
    const asked =
      isRunning === undefined || sink.asked === undefined
        ? isRunning
        : (nativeId: number): boolean => {
            const answer = isRunning(nativeId);
            sink.asked?.(nativeId, answer);
            return answer;
          };
    const recorder = new Recorder(decoder, sink, { mode, gc, isRunning: asked });
    // What the connection's sample defined.
    recorder.hold();
    return new ProfiledProcess(recorder, sink, now);
  }

  /** The process's last samples are handed on, and its figures counted: once. */
  close(process: ProfiledProcess, figures: ProcessFigures): void {
    process.recorder.commit();
    process.sink.closed(figures);
    this.#totals.add(process, figures);
  }

  /** End: what is known behind the last sample. Every process is closed. `output` is left to the caller. */
  finish(figures: RunFigures): Omit<RunStatistics, "output"> {
    const totals = this.#totals;
    const share = this.#share;
    // Up to the last sample, so that a thread's times add up to it.
    const end = totals.taken > 0 ? totals.last : figures.end;
    const statistics = {
      durationMicroseconds: Math.round(end) - Math.round(figures.start),
      ticks: figures.ticks,
      takenTicks: figures.takenTicks,
      samples: totals.taken - (share?.leftOut.samples ?? 0),
      filtered: share && { all: { ...share.all }, leftOut: { ...share.leftOut } },
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
      held: totals.held && { threads: totals.held.held, microseconds: Math.round(totals.held.microseconds) },
      kernelStacks: totals.held?.kernelStacks,
      beyond: totals.beyond.threads > 0 ? { ...totals.beyond } : undefined,
      sampling: figures.sampling,
    };
    this.#sink.finish(figures, statistics);
    return statistics;
  }
}

/** One process of a profile. */
export class ProfiledProcess {
  /** When the last sample was taken, in microseconds. */
  last = 0;

  constructor(
    readonly recorder: Recorder,
    readonly sink: ProcessSink,
    now: number,
  ) {
    this.last = now;
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
    this.sink.sampled(time, bytes);
  }

  /** Its interpreter was found anew, with the same decoder, which has sampled it. */
  resumed(target: TargetFacts): void {
    this.sink.resumed(target);
    this.recorder.hold();
  }
}
