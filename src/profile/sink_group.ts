// Several sinks as one. In: sinks. Out: a sink that tells each of them everything, in their order. A run with one sink has no need of it:
// then every call in the tick goes to methods of one class.
import type { RunStatistics } from "../model/statistics.js";
import type { TableSizes } from "../model/table_sizes.js";
import type { HeaderFacts, ProcessFigures, ProfileOptions, RunFigures, TargetFacts } from "./facts.js";
import type { ProcessSink, SampleSink, SinkProcess } from "./sink.js";

/** @param sinks one at least */
export function sinkOf(sinks: readonly SampleSink[]): SampleSink {
  return sinks.length === 1 ? (sinks[0] as SampleSink) : new SinkGroup(sinks);
}

class SinkGroup implements SampleSink {
  constructor(readonly sinks: readonly SampleSink[]) {}

  get saturated(): boolean {
    return this.sinks.some(({ saturated }) => saturated);
  }

  get failed(): Error | undefined {
    return this.sinks.find(({ failed }) => failed !== undefined)?.failed;
  }

  get isDue(): boolean {
    for (const sink of this.sinks) if (sink.isDue) return true;
    return false;
  }

  get tableSizes(): TableSizes {
    return Object.assign({}, ...this.sinks.map(({ tableSizes }) => tableSizes));
  }

  begin(options: ProfileOptions, facts: HeaderFacts): void {
    for (const sink of this.sinks) sink.begin(options, facts);
  }

  metadata(key: string, value: string): void {
    for (const sink of this.sinks) sink.metadata(key, value);
  }

  open(process: SinkProcess): ProcessSink {
    return new ProcessSinkGroup(this.sinks.map((sink) => sink.open(process)));
  }

  flush(): void {
    for (const sink of this.sinks) sink.flush();
  }

  finish(figures: RunFigures, statistics: Omit<RunStatistics, "output">): void {
    for (const sink of this.sinks) sink.finish(figures, statistics);
  }
}

class ProcessSinkGroup implements ProcessSink {
  readonly asked?: (nativeId: number, isRunning: boolean) => void;

  constructor(readonly sinks: readonly ProcessSink[]) {
    const asking = sinks.filter(({ asked }) => asked !== undefined);
    if (asking.length > 0) {
      this.asked = (nativeId, isRunning) => {
        for (const sink of asking) sink.asked?.(nativeId, isRunning);
      };
    }
  }

  get tableSizes(): TableSizes {
    return Object.assign({}, ...this.sinks.map(({ tableSizes }) => tableSizes));
  }

  define(): void {
    for (const sink of this.sinks) sink.define();
  }

  idsGone(firstFrame: number, firstString: number): void {
    for (const sink of this.sinks) sink.idsGone(firstFrame, firstString);
  }

  sample(thread: number, microseconds: number, bytes: number, isIdle: boolean): void {
    for (const sink of this.sinks) sink.sample(thread, microseconds, bytes, isIdle);
  }

  nameThread(thread: number, name: string | undefined, isSystems: boolean): void {
    for (const sink of this.sinks) sink.nameThread(thread, name, isSystems);
  }

  confirm(): void {
    for (const sink of this.sinks) sink.confirm();
  }

  revoke(): void {
    for (const sink of this.sinks) sink.revoke();
  }

  sampled(time: number, bytes: number): void {
    for (const sink of this.sinks) sink.sampled(time, bytes);
  }

  resumed(target: TargetFacts): void {
    for (const sink of this.sinks) sink.resumed(target);
  }

  closed(figures: ProcessFigures): void {
    for (const sink of this.sinks) sink.closed(figures);
  }
}
