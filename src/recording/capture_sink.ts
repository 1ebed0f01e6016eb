// A capture as a sink. In: what is done with decoders and what the system says, beside the samples. Out: the same in the capture's log. The
// samples themselves are made again from the memory that the log has.
import type { SampleView } from "../decoder/sample_view.js";
import type { RunStatistics } from "../model/statistics.js";
import type { TableSizes } from "../model/table_sizes.js";
import type { HeaderFacts, ProcessFigures, ProfileOptions, RunFigures, TargetFacts } from "../profile/facts.js";
import type { ProcessSink, SampleSink, SinkProcess } from "../profile/sink.js";
import type { CaptureFile } from "./capture_file.js";
import type { CaptureLog } from "./capture_log.js";

/** Where the log goes; it takes from the log by itself. */
export type CaptureDestination = Pick<CaptureFile, "saturated" | "failed">;

export class CaptureSink implements SampleSink {
  readonly isDue = false;
  readonly tableSizes: TableSizes = {};
  readonly #log: CaptureLog;
  readonly #file: CaptureDestination;

  constructor(log: CaptureLog, file: CaptureDestination) {
    this.#log = log;
    this.#file = file;
  }

  get saturated(): boolean {
    return this.#file.saturated;
  }

  get failed(): Error | undefined {
    return this.#file.failed;
  }

  begin(options: ProfileOptions, facts: HeaderFacts): void {
    this.#log.began(options, facts);
  }

  metadata(key: string, value: string): void {
    this.#log.metadata(key, value);
  }

  open({ number, pid, decoder, now, target }: SinkProcess): ProcessSink {
    this.#log.opened(number, pid, decoder, now, target);
    return new CapturedProcessSink(this.#log, number, decoder);
  }

  flush(): void {}

  finish(figures: RunFigures, _statistics: Omit<RunStatistics, "output">): void {
    this.#log.finished(figures);
  }
}

class CapturedProcessSink implements ProcessSink {
  readonly tableSizes: TableSizes = {};

  constructor(
    readonly log: CaptureLog,
    readonly number: number,
    readonly decoder: SampleView,
  ) {}

  /** What the program calls it follows from the memory. */
  nameThread(thread: number, name: string | undefined, isSystems: boolean): void {
    if (isSystems && name !== undefined) this.log.named(this.number, this.decoder.nativeId(thread), name);
  }

  asked(nativeId: number, isRunning: boolean): void {
    this.log.asked(nativeId, isRunning);
  }

  sampled(time: number, bytes: number): void {
    this.log.sampled(this.number, time, bytes);
  }

  resumed(target: TargetFacts): void {
    this.log.resumed(this.number, target);
  }

  closed(figures: ProcessFigures): void {
    this.log.closed(this.number, figures);
  }

  // What follows from the memory is not written down.
  define(): void {}
  idsGone(): void {}
  sample(): void {}
  confirm(): void {}
  revoke(): void {}
}
