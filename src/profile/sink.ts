// Where the samples of a run go: the contract of whatever takes them, be it a file, a capture, a live view or a push. In: a decoder
// that holds a sample, and what the clock and the system said of it. Sinks stand side by side (sink_group.ts), and whoever samples
// knows none of them.
//
// A process's samples come in batches. Those between two of the decoder's checkpoints are `confirm`ed by the second one, or
// `revoke`d: then they may have named the wrong code, and their time and memory come again with later samples.
import type { SampleView } from "../decoder/sample_view.js";
import type { RunStatistics } from "../model/statistics.js";
import type { TableSizes } from "../model/table_sizes.js";
import type { HeaderFacts, ProcessFigures, ProfileOptions, RunFigures, TargetFacts } from "./facts.js";

/** A process whose samples are about to come. */
export interface SinkProcess {
  /** Given in order from 0: a process that is opened again has another one. */
  readonly number: number;
  readonly pid: number;
  /** Holds the process's last sample whenever one of the sink's methods is called. */
  readonly decoder: SampleView;
  /** From when on its time counts, in microseconds of the monotonic clock. */
  readonly now: number;
  readonly target: TargetFacts;
}

export interface SampleSink {
  /** So much waits to be handed on that no sample should be taken now. */
  readonly saturated: boolean;
  /** Why nothing can be handed on any more, once that is so; it ends the run. */
  readonly failed: Error | undefined;
  /** Whether there is enough to be worth a `flush`. Asked behind each tick. */
  readonly isDue: boolean;
  readonly tableSizes: TableSizes;
  /** Once, before all else. */
  begin(options: ProfileOptions, facts: HeaderFacts): void;
  /** Another fact about the whole profile. */
  metadata(key: string, value: string): void;
  open(process: SinkProcess): ProcessSink;
  /** Hand on what is confirmed. Called behind a tick where it `isDue`, and once a second at least. */
  flush(): void;
  /** Once, when every process is closed. */
  finish(figures: RunFigures, statistics: Omit<RunStatistics, "output">): void;
}

/** Takes the samples of one process. `define`, `sample` and `sampled` are called in each tick: they leave no garbage behind. */
export interface ProcessSink {
  readonly tableSizes: TableSizes;
  /** The decoder's sample defines strings and frames (`newString`, `newFrame`), to whose ids it and later ones refer: keep them. */
  define(): void;
  /**
   * What was defined before is gone: no later sample refers to frames or strings with smaller ids than these, which are about to be
   * defined. Samples that are neither confirmed nor revoked yet may. Where ids begin anew, these are small.
   */
  idsGone(firstFrame: number, firstString: number): void;
  /**
   * One thread of the decoder's sample. Threads that have no place in the profile don't come.
   *
   * @param thread its number in the decoder's sample, which tells its stack
   * @param microseconds time that it stands for; 0 where the mode takes none
   * @param bytes change of resident memory that is the thread's; 0 where the mode takes none
   * @param isIdle the thread is known to be off the processor, where the mode asks for that
   */
  sample(thread: number, microseconds: number, bytes: number, isIdle: boolean): void;
  /**
   * What a thread of the decoder's sample is called from this sample on, which has not come yet.
   *
   * @param thread its number in the decoder's sample
   * @param name undefined: it has no name any more
   * @param isSystems the program has none for it: the name is the system's
   */
  nameThread(thread: number, name: string | undefined, isSystems: boolean): void;
  /** The samples since the last confirmation are sound. */
  confirm(): void;
  /** They are worth nothing: forget them, and keep what they defined. */
  revoke(): void;
  /** All threads of a sample have come that was begun at `time`, after a change of `bytes` of the process's resident memory. */
  sampled(time: number, bytes: number): void;
  /** While a sample was made, the system was asked whether a thread runs. Only captures need to know. */
  asked?(nativeId: number, isRunning: boolean): void;
  /** The process's interpreter was found anew, with the same decoder: this one. */
  resumed(target: TargetFacts): void;
  /** Once, behind its last sample. */
  closed(figures: ProcessFigures): void;
}
