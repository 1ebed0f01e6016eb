// Another sink beside MOJO: it gets what the profile has, and is told what doesn't count and which ids are gone.
import { describe, expect, it } from "vitest";
import type { SampleView } from "../../../src/decoder/sample_view.js";
import type { Sample } from "../../../src/model/sample.js";
import { Profile } from "../../../src/profile/profile.js";
import type { ProcessSink, SampleSink, SinkProcess } from "../../../src/profile/sink.js";
import { sinkOf } from "../../../src/profile/sink_group.js";
import { MojoSink } from "../../../src/sinks/mojo_sink.js";
import { BuiltTarget } from "../../decoder/built_target.js";
import { OffCpuSource } from "../../decoder/off_cpu_source.js";
import { samplesOf } from "../mojo/streams.js";

const PID = 99;
const TARGET = { pythonVersion: "3.12", wordSize: 8, machine: "", freeThreaded: false, image: "" };

/** Counts the time of each stack, by the names of its functions. */
class StackTimes implements SampleSink {
  readonly saturated = false;
  readonly failed = undefined;
  readonly isDue = false;
  readonly tableSizes = {};
  /** Of samples that are confirmed. */
  readonly times = new Map<string, number>();
  readonly processes: StackTimesOfProcess[] = [];

  begin(): void {}
  metadata(): void {}
  flush(): void {}
  finish(): void {}
  open({ decoder }: SinkProcess): ProcessSink {
    const process = new StackTimesOfProcess(decoder, this.times);
    this.processes.push(process);
    return process;
  }
}

class StackTimesOfProcess implements ProcessSink {
  readonly tableSizes = {};
  gone = 0;
  revoked = 0;
  readonly strings = new Map<number, string>();
  readonly scopes = new Map<number, string>();
  readonly #text = new TextDecoder();
  #batch: [stack: string, microseconds: number][] = [];

  constructor(
    readonly decoder: SampleView,
    readonly times: Map<string, number>,
  ) {}

  define(): void {
    const { decoder } = this;
    for (let i = 0; i < decoder.newStringCount; i++) {
      const { id, utf8 } = decoder.newString(i);
      this.strings.set(id, this.#text.decode(utf8));
    }
    for (let i = 0; i < decoder.newFrameCount; i++) {
      const { id, scope } = decoder.newFrame(i);
      this.scopes.set(id, this.strings.get(scope) as string);
    }
  }

  idsGone(firstFrame: number, firstString: number): void {
    this.gone++;
    for (const id of this.scopes.keys()) if (id < firstFrame) this.scopes.delete(id);
    for (const id of this.strings.keys()) if (id < firstString) this.strings.delete(id);
  }

  sample(thread: number, microseconds: number): void {
    const { decoder } = this;
    const start = decoder.framesStart(thread);
    const ids = [...decoder.frameIds.subarray(start, start + decoder.frameCount(thread))];
    this.#batch.push([ids.map((id) => this.scopes.get(id)).join(" "), microseconds]);
  }

  nameThread(): void {}

  confirm(): void {
    for (const [stack, time] of this.#batch) this.times.set(stack, (this.times.get(stack) ?? 0) + time);
    this.#batch = [];
  }

  revoke(): void {
    this.revoked++;
    this.#batch = [];
  }

  sampled(): void {}
  resumed(): void {}
  closed(): void {}
}

/** A program that is sampled into two sinks. */
class Run {
  readonly target = new BuiltTarget("3.12");
  readonly source = new OffCpuSource(this.target.memory);
  readonly decoder = this.target.attach().decoder;
  readonly mojo = new MojoSink();
  readonly stacks = new StackTimes();
  readonly profile = new Profile(sinkOf([this.mojo, this.stacks]), {
    mode: "wall",
    gc: false,
    intervalMicroseconds: 1000,
    interfaceVersion: "",
  });
  readonly process;
  readonly thread = this.target.thread();
  #time = 0;

  constructor() {
    this.profile.begin({ python: "3.12", multiprocess: false, memoryKibibytes: undefined });
    const { decoder } = this;
    // As a connection has done.
    decoder.sample(this.source, decoder.wants.checkpoint);
    this.process = this.profile.open({ pid: PID, decoder, now: 0, target: TARGET });
  }

  get counting(): StackTimesOfProcess {
    return this.stacks.processes[0] as StackTimesOfProcess;
  }

  runs(...names: string[]): void {
    this.target.stack(
      this.thread,
      names.map((name) => ({ code: this.target.code({ name }) })),
    );
    this.target.takeGil(this.thread);
  }

  take(microseconds: number, wants = this.decoder.wants.checkpoint): void {
    this.decoder.sample(this.source, wants);
    this.#time += microseconds;
    this.process.sampled(this.#time);
  }

  /** The same account, of the MOJO. */
  async written(): Promise<Map<string, number>> {
    const times = new Map<string, number>();
    for (const sample of await samplesOf(this.mojo.encoder.encoded())) {
      const stack = names(sample);
      times.set(stack, (times.get(stack) ?? 0) + (sample.metrics.timeMicroseconds ?? 0));
    }
    return times;
  }
}

const names = ({ frames }: Sample) => frames.map((frame) => (frame.kind === "code" ? frame.scope : "")).join(" ");

describe("a sink beside MOJO", () => {
  it("has the samples of the profile, once they are confirmed", async () => {
    const run = new Run();
    run.runs("main", "first");
    run.take(1);
    run.take(2);
    run.runs("main", "second");
    run.take(4, 0);
    expect(run.stacks.times.has("main second")).toBe(false);
    run.take(8);
    expect(run.stacks.times).toEqual(
      new Map([
        ["main first", 3],
        ["main second", 12],
      ]),
    );
    expect(await run.written()).toEqual(run.stacks.times);
  });

  it("forgets what is revoked, whose time comes again", async () => {
    const run = new Run();
    const main = run.target.code({ name: "main" });
    const leaf = run.target.code({ name: "first" });
    run.target.stack(run.thread, [{ code: main }, { code: leaf }]);
    run.target.takeGil(run.thread);
    run.take(1);
    run.take(2);
    run.take(4, 0);
    run.target.replace(leaf, { name: "other" });
    run.take(8);
    expect(run.decoder.isRevoked).toBe(true);
    expect(run.counting.revoked).toBe(1);
    expect(run.stacks.times.get("main other")).toBe(12);
    expect(await run.written()).toEqual(run.stacks.times);
  });

  it("is told which ids are gone before it is told what they are followed by, and needs no older ones", async () => {
    const run = new Run();
    run.runs("main", "first");
    run.take(1);
    run.take(2);
    const { gone, scopes, strings } = run.counting;
    const before = [Math.max(...scopes.keys()), Math.max(...strings.keys())] as const;
    // All that was known is forgotten.
    run.decoder.attach(run.target.facts, run.target.memory);
    run.take(4);
    run.take(8);
    expect(run.counting.gone).toBe(gone + 1);
    expect(Math.min(...scopes.keys())).toBeGreaterThan(before[0]);
    expect(Math.min(...strings.keys())).toBeGreaterThan(before[1]);
    expect(run.stacks.times).toEqual(new Map([["main first", 15]]));
    expect(await run.written()).toEqual(run.stacks.times);
  });
});
