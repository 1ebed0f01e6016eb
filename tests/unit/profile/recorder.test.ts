// From samples to a profile: written when a checkpoint has found them sound, their time given on when it has not.
import { beforeEach, describe, expect, it } from "vitest";
import type { FilterWords } from "../../../src/filters/index.js";
import type { Sample } from "../../../src/model/sample.js";
import type { MojoEncoder } from "../../../src/mojo/index.js";
import type { HeaderFacts, TargetFacts } from "../../../src/profile/facts.js";
import { Recorder, type RecorderOptions } from "../../../src/profile/recorder.js";
import type { ProcessSink } from "../../../src/profile/sink.js";
import { MojoSink } from "../../../src/sinks/mojo_sink.js";
import { ProfileSelection } from "../../../src/sinks/selection.js";
import type { BuiltCode } from "../../decoder/built_objects.js";
import { BuiltTarget, type BuiltThread, OWN_PID } from "../../decoder/built_target.js";
import { OffCpuSource } from "../../decoder/off_cpu_source.js";
import { samplesOf } from "../mojo/streams.js";

const PID = 99;
const FACTS: HeaderFacts = { python: undefined, multiprocess: false, memoryKibibytes: undefined };
const TARGET: TargetFacts = { pythonVersion: "3.12", wordSize: 8, machine: "", freeThreaded: false, image: "" };

/** A sampled program, recorded. */
class Recording {
  readonly target = new BuiltTarget("3.12");
  readonly source = new OffCpuSource(this.target.memory);
  readonly encoder: MojoEncoder;
  readonly decoder = this.target.attach().decoder;
  readonly recorder: Recorder;
  readonly main = this.target.code({ name: "main" });

  /** Bytes before the first sample. */
  readonly headLength: number;
  readonly #sink: ProcessSink;

  /** What the filters left out. */
  readonly share: ProfileSelection | undefined;

  constructor(options: Partial<RecorderOptions> = {}, words?: FilterWords) {
    const all = { mode: "wall", gc: false, ...options } as const;
    this.share = words && new ProfileSelection(words);
    const mojo = new MojoSink({ selection: this.share });
    this.encoder = mojo.encoder;
    mojo.begin({ ...all, intervalMicroseconds: 1, interfaceVersion: "" }, FACTS);
    this.headLength = this.encoder.length;
    const { decoder } = this;
    this.#sink = mojo.open({ number: 0, pid: PID, decoder, now: 0, target: TARGET });
    this.recorder = new Recorder(decoder, this.#sink, all);
  }

  /** Let a thread run `codes`. */
  run(thread: BuiltThread, ...codes: BuiltCode[]): void {
    this.target.stack(
      thread,
      [this.main, ...codes].map((code) => ({ code })),
    );
    this.target.takeGil(thread);
  }

  code(name: string): BuiltCode {
    return this.target.code({ name });
  }

  take(microseconds: number, wants = 0): void {
    this.decoder.sample(this.source, wants);
    this.recorder.record(microseconds);
    this.#sink.sampled(0, 0);
  }

  checkpoint(microseconds: number): void {
    this.take(microseconds, this.decoder.wants.checkpoint);
  }

  /** What was handed on so far, read back. */
  written(): Promise<Sample[]> {
    return samplesOf(this.encoder.encoded());
  }
}

const names = ({ frames }: Sample) => frames.map((frame) => (frame.kind === "code" ? frame.scope : frame.kind));
const shown = (samples: Sample[]) => samples.map((one) => [names(one).join(" "), one.metrics.timeMicroseconds]);

describe("a recording", () => {
  let recording: Recording;
  let thread: BuiltThread;
  let leaf: BuiltCode;

  beforeEach(() => {
    recording = new Recording();
    thread = recording.target.thread();
    leaf = recording.code("f0000");
    recording.run(thread, leaf);
    recording.checkpoint(1);
    // The lists are known from a second checkpoint on.
    recording.checkpoint(2);
  });

  it("holds samples back up to the checkpoint that finds them sound", async () => {
    expect(shown(await recording.written())).toEqual([
      ["main f0000", 1],
      ["main f0000", 2],
    ]);
    recording.take(3);
    recording.run(thread);
    recording.take(4);
    expect(recording.recorder.taken).toBe(2);
    expect((await recording.written()).length).toBe(2);
    recording.checkpoint(5);
    expect(shown(await recording.written()).slice(2)).toEqual([
      ["main f0000", 3],
      ["main", 4],
      ["main", 5],
    ]);
    expect(recording.recorder.taken).toBe(5);
    expect(recording.recorder.gap).toBe(5);
  });

  it("drops samples that the checkpoint revokes, and gives their time to the next", async () => {
    recording.take(3);
    leaf = recording.target.replace(leaf, { name: "f0001" });
    recording.take(4);
    expect(recording.decoder.isRevoked).toBe(false);
    recording.checkpoint(5);
    expect(recording.decoder.isRevoked).toBe(true);
    recording.take(6);
    recording.checkpoint(7);
    const written = shown(await recording.written());
    expect(written).toEqual([
      ["main f0000", 1],
      ["main f0000", 2],
      ["main f0001", 12],
      ["main f0001", 6],
      ["main f0001", 7],
    ]);
    expect(recording.recorder.proofs.dropped).toBe(2);
    expect(recording.recorder.taken).toBe(5);
  });

  it("defines things once, of a sample that was held before", () => {
    const { recorder, encoder, decoder, source } = recording;
    recording.run(thread, recording.code("held"));
    decoder.sample(source, decoder.wants.checkpoint);
    recorder.hold();
    recorder.record(3);
    recorder.commit();
    expect(Buffer.from(encoder.encoded()).toString("latin1").split("held").length).toBe(2);
  });

  it("keeps what dropped samples defined", async () => {
    const brief = recording.code("brief");
    recording.run(thread, brief, leaf);
    recording.take(3);
    leaf = recording.target.replace(leaf, { name: "f0001" });
    recording.checkpoint(4);
    expect(recording.decoder.isRevoked).toBe(true);
    recording.run(thread, brief);
    recording.checkpoint(5);
    expect(shown(await recording.written()).slice(2)).toEqual([
      ["main brief f0001", 7],
      ["main brief", 5],
    ]);
  });

  it("defines what it refers to before it does, in samples between checkpoints too", async () => {
    for (let round = 0; round < 20; round++) {
      recording.run(thread, recording.code(`late${round}`));
      recording.take(1);
      recording.take(1);
    }
    recording.checkpoint(1);
    const written = (await recording.written()).slice(2).map((one) => names(one).join(" "));
    const expected = Array.from({ length: 20 }, (_, round) => `main late${round}`).flatMap((one) => [one, one]);
    expect(written).toEqual([...expected, "main late19"]);
  });

  it("writes each stack whole, whatever of it changed since the last one, in this batch or the one before", async () => {
    const codes = Array.from({ length: 5 }, (_, i) => recording.code(`c${i}`));
    const expected: string[] = [];
    let random = 1;
    const next = (below: number) => {
      random = (random * 48271) % 0x7fffffff;
      return random % below;
    };
    let stack: number[] = [];
    for (let round = 0; round < 300; round++) {
      stack = [...stack.slice(0, next(stack.length + 1)), ...Array.from({ length: next(3) }, () => next(5))];
      recording.run(thread, ...stack.map((i) => codes[i] as BuiltCode));
      for (let again = next(3); again >= 0; again--) {
        recording.take(1, next(7) === 0 ? recording.decoder.wants.checkpoint : 0);
        expected.push(["main", ...stack.map((i) => `c${i}`)].join(" "));
      }
    }
    recording.recorder.commit();
    expect((await recording.written()).slice(2).map((one) => names(one).join(" "))).toEqual(expected);
    expect(new Set(expected).size).toBeGreaterThan(30);
  });

  it("hands on at its end what no checkpoint came for", async () => {
    recording.take(3);
    recording.recorder.commit();
    expect(shown(await recording.written()).at(-1)).toEqual(["main f0000", 3]);
    recording.recorder.commit();
    expect((await recording.written()).length).toBe(3);
  });

  it("adds up the time of a batch once it was dropped, whoever samples", async () => {
    for (let round = 0; round < 30; round++) {
      recording.take(10);
      if (round % 3 === 0) leaf = recording.target.replace(leaf, { name: `g${String(round).padStart(4, "0")}` });
      recording.take(10);
      recording.checkpoint(10);
    }
    recording.recorder.commit();
    const times = (await recording.written()).map(({ metrics }) => metrics.timeMicroseconds ?? 0);
    expect(times.reduce((sum, one) => sum + one, 0)).toBe(3 + 30 * 30);
    expect(recording.recorder.proofs.dropped).toBe(20);
  });

  it("names each thread's own, those that come later too", async () => {
    const second = recording.target.thread();
    recording.run(second, recording.code("second"));
    recording.take(3);
    recording.run(thread);
    recording.checkpoint(4);
    const written = (await recording.written()).slice(2);
    expect(written.map((one) => [one.thread, names(one).join(" ")])).toEqual([
      [(OWN_PID + 1).toString(16), "main second"],
      [OWN_PID.toString(16), "main f0000"],
      [(OWN_PID + 1).toString(16), "main second"],
      [OWN_PID.toString(16), "main"],
    ]);
    expect(written.every(({ pid }) => pid === PID)).toBe(true);
  });

  it("writes what nothing proves as one invalid frame, and counts it once it is written", async () => {
    const { proof } = recording.decoder.wants;
    const { recorder } = recording;
    recording.take(3, proof);
    expect([recorder.stacks, recorder.unproven]).toEqual([1, 1]);
    expect([recorder.taken, recorder.errors]).toEqual([2, 0]);
    recording.checkpoint(4);
    expect(shown(await recording.written()).slice(2)).toEqual([
      ["invalid", 3],
      ["main f0000", 4],
    ]);
    expect([recorder.taken, recorder.errors]).toEqual([4, 1]);
    expect([recorder.stacks, recorder.unproven]).toEqual([1, 0]);
    expect(recorder.reasons.get("unproven")).toBe(1);
    expect(recorder.proofs.figures).toMatchObject({ tried: 1, unverified: 1 });
  });

  it("counts the time of what nothing proves, which is not its part of the samples", () => {
    const { proof, checkpoint } = recording.decoder.wants;
    const { recorder } = recording;
    recording.take(900, proof);
    // Not before it is sound.
    expect([recorder.takenMicroseconds, recorder.errorMicroseconds]).toEqual([3, 0]);
    recording.take(50);
    recording.checkpoint(50);
    expect([recorder.takenMicroseconds, recorder.errorMicroseconds]).toEqual([1003, 900]);
    expect([recorder.taken, recorder.errors]).toEqual([5, 1]);
    // What is dropped gives its time to the next, whatever becomes of that.
    recording.take(70, proof);
    leaf = recording.target.replace(leaf, { name: "f0001" });
    recording.take(30, proof | checkpoint);
    expect(recording.decoder.isRevoked).toBe(true);
    recording.checkpoint(1);
    expect([recorder.takenMicroseconds, recorder.errorMicroseconds]).toEqual([1104, 1000]);
  });

  it("counts no time where only memory is measured", () => {
    const weighed = new Recording({ mode: "memory" });
    weighed.run(weighed.target.thread());
    const { wants } = weighed.recorder;
    for (const bytes of [4096, 4096]) {
      weighed.decoder.sample(weighed.source, weighed.decoder.wants.checkpoint | weighed.decoder.wants.proof | wants);
      weighed.recorder.record(7, bytes);
    }
    expect(weighed.recorder.errors).toBeGreaterThan(0);
    expect([weighed.recorder.takenMicroseconds, weighed.recorder.errorMicroseconds]).toEqual([0, 0]);
  });

  it("writes a thread that runs no Python function with an empty stack and its time, and counts it", async () => {
    const { proof, checkpoint } = recording.decoder.wants;
    const { target, recorder } = recording;
    const worker = target.thread();
    recording.checkpoint(3);
    recording.run(worker, recording.code("serve"));
    recording.checkpoint(4);
    target.stack(worker, []);
    target.takeGil(thread);
    recording.take(5, proof | checkpoint);
    const own = (await recording.written()).filter((one) => one.thread === worker.nativeId.toString(16));
    expect(shown(own)).toEqual([
      ["", 3],
      ["main serve", 4],
      ["", 5],
    ]);
    expect([recorder.frameless, recorder.errors]).toEqual([2, 1]);
    expect(recorder.proofs.figures).toMatchObject({ tried: 2, proven: 1, unverified: 1 });
  });

  it("leaves a thread out that has no frame while the interpreter starts or ends", async () => {
    const { target, recorder } = recording;
    target.thread();
    target.field(target.runtime, "runtimeInitialized", 0, 4);
    recording.checkpoint(3);
    expect(shown(await recording.written())).toEqual([
      ["main f0000", 1],
      ["main f0000", 2],
      ["main f0000", 3],
    ]);
    expect([recorder.frameless, recorder.taken, recorder.reasons.size]).toEqual([0, 3, 0]);
  });

  it("drops empty stacks with the batch that is revoked", async () => {
    const { target, recorder } = recording;
    const worker = target.thread();
    recording.take(3);
    leaf = target.replace(leaf, { name: "f0001" });
    recording.checkpoint(4);
    expect(recording.decoder.isRevoked).toBe(true);
    recording.checkpoint(5);
    const own = (await recording.written()).filter((one) => one.thread === worker.nativeId.toString(16));
    expect(own.reduce((sum, { metrics }) => sum + (metrics.timeMicroseconds ?? 0), 0)).toBe(12);
    expect(recorder.frameless).toBe(own.length);
  });

  it("counts how stacks were proven", async () => {
    const { proof, mayCopyOffCpu, checkpoint } = recording.decoder.wants;
    recording.take(3, proof | mayCopyOffCpu | checkpoint);
    for (let round = 0; round < 3; round++) recording.take(4, proof | mayCopyOffCpu);
    expect(recording.recorder.proofs.figures).toMatchObject({
      tried: 4,
      still: 1,
      proven: 3,
      unverified: 0,
      copies: 1,
    });
  });
});

describe("in cpu mode", () => {
  it("threads that don't run are left out, and their time with them", async () => {
    let running = true;
    const recording = new Recording({ mode: "cpu", isRunning: (nativeId) => nativeId === OWN_PID && running });
    const [first, second] = [recording.target.thread(), recording.target.thread()];
    recording.run(first as BuiltThread, recording.code("first"));
    recording.run(second as BuiltThread, recording.code("second"));
    recording.checkpoint(1);
    running = false;
    recording.checkpoint(2);
    running = true;
    recording.checkpoint(3);
    expect(shown(await recording.written())).toEqual([
      ["main first", 1],
      ["main first", 3],
    ]);
  });
});

/** What was measured with each sample: by whom, time, idleness, memory, gc. */
const measured = (samples: Sample[]) =>
  samples.map(({ frames, metrics, idle, gc }) => {
    const leaf = frames.at(-1);
    const { timeMicroseconds, memoryBytes } = metrics;
    return [leaf?.kind === "code" ? leaf.scope : "", timeMicroseconds, idle, memoryBytes, gc];
  });

/** A program of two threads, recorded in a mode that measures memory. */
class Weighing {
  readonly recording: Recording;
  readonly first: BuiltThread;
  readonly second: BuiltThread;

  constructor(options: Partial<RecorderOptions>, interpreters = 1, words?: FilterWords) {
    this.recording = new Recording(options, words);
    const { target } = this.recording;
    this.first = target.thread();
    this.second = target.thread(interpreters === 1 ? undefined : target.interpreter());
    this.recording.run(this.first, this.recording.code("first"));
    this.recording.run(this.second, this.recording.code("second"));
  }

  take(microseconds: number, bytes: number, wants = 0): void {
    const { decoder, source, recorder } = this.recording;
    decoder.sample(source, wants | recorder.wants);
    recorder.record(microseconds, bytes);
  }

  checkpoint(microseconds: number, bytes: number): void {
    this.take(microseconds, bytes, this.recording.decoder.wants.checkpoint);
  }

  async measured(): Promise<unknown[]> {
    return measured(await this.recording.written());
  }
}

describe("in memory mode", () => {
  it("changes are written for the holder of the GIL alone, without a time; where there is none, nothing", async () => {
    const weighing = new Weighing({ mode: "memory" });
    const { recording, first } = weighing;
    weighing.checkpoint(1, 4096);
    weighing.checkpoint(1, 0);
    recording.target.takeGil(first);
    weighing.take(1, -8192);
    recording.target.dropGil(first);
    weighing.checkpoint(1, 12288);
    expect(await weighing.measured()).toEqual([
      ["second", undefined, false, 4096, false],
      ["first", undefined, false, -8192, false],
      ["first", undefined, false, 12288, false],
    ]);
    expect(recording.recorder.taken).toBe(3);
  });

  it("a change that no thread can have is the next holder's", async () => {
    const weighing = new Weighing({ mode: "memory" });
    const { recording, first } = weighing;
    const brief = recording.target.thread();
    recording.run(brief, recording.code("brief"));
    weighing.checkpoint(1, 0);
    recording.target.end(brief);
    weighing.checkpoint(1, 4096);
    recording.target.takeGil(first);
    weighing.checkpoint(1, 8192);
    expect(await weighing.measured()).toEqual([["first", undefined, false, 12288, false]]);
  });

  it("a change is that of a thread that holds the GIL and runs no Python function", async () => {
    const weighing = new Weighing({ mode: "memory" });
    const { recording, first } = weighing;
    recording.target.stack(first, []);
    recording.target.takeGil(first);
    weighing.checkpoint(1, 4096);
    expect(await weighing.measured()).toEqual([["", undefined, false, 4096, false]]);
  });

  it("changes of samples that are revoked are the next sample's", async () => {
    const weighing = new Weighing({ mode: "memory" });
    const { recording, first } = weighing;
    let leaf = recording.code("f0000");
    recording.run(first, leaf);
    weighing.checkpoint(1, 1);
    weighing.checkpoint(1, 2);
    weighing.take(1, 4);
    leaf = recording.target.replace(leaf, { name: "f0001" });
    weighing.take(1, 8);
    weighing.checkpoint(1, 0);
    expect(recording.decoder.isRevoked).toBe(true);
    weighing.checkpoint(1, 16);
    expect(await weighing.measured()).toEqual([
      ["f0000", undefined, false, 1, false],
      ["f0000", undefined, false, 2, false],
      ["f0001", undefined, false, 12, false],
      ["f0001", undefined, false, 16, false],
    ]);
  });

  it("threads that each hold a GIL of their own take turns", async () => {
    const weighing = new Weighing({ mode: "memory" }, 2);
    const { recording, first, second } = weighing;
    const { target } = recording;
    target.ownGil(second.interpreter);
    target.takeGil(first);
    target.takeGil(second);
    for (let round = 1; round <= 4; round++) weighing.checkpoint(1, round);
    target.dropGil(second);
    weighing.checkpoint(1, 5);
    const leaves = (await weighing.measured()).map((one) => (one as unknown[])[0]);
    expect(leaves.slice(0, 4).sort()).toEqual(["first", "first", "second", "second"]);
    expect(leaves.slice(0, 2).sort()).toEqual(["first", "second"]);
    expect(leaves[4]).toBe("first");
  });
});

describe("in full mode", () => {
  it("each thread has its time, whether it ran, and the change of memory, which is the holder's", async () => {
    const weighing = new Weighing({ mode: "full", isRunning: (nativeId) => nativeId === OWN_PID });
    weighing.checkpoint(5, 4096);
    weighing.checkpoint(6, 0);
    expect(await weighing.measured()).toEqual([
      ["second", 5, true, 4096, false],
      ["first", 5, false, 0, false],
      ["second", 6, true, 0, false],
      ["first", 6, false, 0, false],
    ]);
  });

  it("time and memory add up where samples are revoked", async () => {
    const weighing = new Weighing({ mode: "full", isRunning: () => true });
    const { recording, first } = weighing;
    let leaf = recording.code("f0000");
    recording.run(first, leaf);
    for (let round = 0; round < 30; round++) {
      weighing.take(10, round);
      if (round % 3 === 0) leaf = recording.target.replace(leaf, { name: `g${String(round).padStart(4, "0")}` });
      weighing.checkpoint(10, -2 * round);
    }
    const written = (await weighing.measured()) as [string, number, boolean, number, boolean][];
    const own = written.filter(([scope]) => scope !== "second");
    expect(recording.recorder.proofs.dropped).toBeGreaterThan(0);
    expect(own.reduce((sum, [, time]) => sum + time, 0)).toBe(600);
    expect(written.reduce((sum, [, , , bytes]) => sum + bytes, 0)).toBe(-435);
  });
});

describe("where the collector is asked for", () => {
  it("its samples are marked, and its time counts once, however many threads there are", async () => {
    const weighing = new Weighing({ gc: true });
    const { recording, first } = weighing;
    const collect = (on: number) => recording.target.field(first.interpreter.address, "interpreterCollecting", on, 4);
    weighing.checkpoint(1, 0);
    collect(1);
    weighing.take(2, 0);
    weighing.take(4, 0);
    collect(0);
    weighing.checkpoint(8, 0);
    const marked = ((await weighing.measured()) as unknown[][]).map((one) => [one[1], one[4]]);
    expect(marked).toEqual([1, 1, 2, 2, 4, 4, 8, 8].map((time) => [time, time === 2 || time === 4]));
    expect(recording.recorder.collectorMicroseconds).toBe(6);
  });

  it("it is left alone where it is not", async () => {
    const weighing = new Weighing({});
    weighing.recording.target.field(weighing.first.interpreter.address, "interpreterCollecting", 1, 4);
    weighing.checkpoint(1, 0);
    expect(((await weighing.measured()) as unknown[][]).map((one) => one[4])).toEqual([false, false]);
    expect(weighing.recording.recorder.collectorMicroseconds).toBe(0);
  });
});

describe("with filters", () => {
  const amounts = ({ share }: Recording) => [share?.leftOut, share?.all].map((one) => ({ ...one }));

  it("a batch that is revoked counts neither as left out nor as there", async () => {
    const recording = new Recording({}, { functions: ["!aside"] });
    const thread = recording.target.thread();
    let leaf = recording.code("f0000");
    const aside = recording.code("aside");
    recording.run(thread, leaf);
    recording.checkpoint(1);
    recording.checkpoint(2);
    recording.run(thread, leaf, aside);
    recording.take(3);
    leaf = recording.target.replace(leaf, { name: "f0001" });
    recording.checkpoint(4);
    expect(recording.decoder.isRevoked).toBe(true);
    recording.run(thread, leaf);
    recording.checkpoint(5);
    expect(shown(await recording.written())).toEqual([
      ["main f0000", 1],
      ["main f0000", 2],
      ["main f0001", 5],
    ]);
    expect(amounts(recording)).toEqual([
      { samples: 1, microseconds: 7, bytes: 0 },
      { samples: 4, microseconds: 15, bytes: 0 },
    ]);
    const { taken, proofs } = recording.recorder;
    expect([taken, proofs.dropped]).toEqual([4, 1]);
  });

  it.each([
    [{ functions: ["!serve"] }, ["", ""]],
    [{ functions: ["serve"] }, ["main serve"]],
    [{ collapse: ["stdlib"] }, ["", "main serve", ""]],
  ] as const)("an empty stack has no frame that any of %j asks for", async (words, expected) => {
    const recording = new Recording({}, words);
    const worker = recording.target.thread();
    recording.checkpoint(1);
    recording.run(worker, recording.code("serve"));
    recording.checkpoint(2);
    recording.target.stack(worker, []);
    recording.checkpoint(3);
    expect((await recording.written()).map((one) => names(one).join(" "))).toEqual(expected);
  });

  it("memory that is left out is nobody else's", async () => {
    const weighing = new Weighing({ mode: "memory" }, 1, { functions: ["first"] });
    const { recording, first, second } = weighing;
    weighing.checkpoint(1, 4096);
    recording.target.takeGil(first);
    weighing.checkpoint(1, 8192);
    recording.target.takeGil(second);
    weighing.checkpoint(1, -1024);
    recording.target.takeGil(first);
    weighing.checkpoint(1, 1);
    expect(await weighing.measured()).toEqual([
      ["first", undefined, false, 8192, false],
      ["first", undefined, false, 1, false],
    ]);
    expect(amounts(recording)).toEqual([
      { samples: 2, microseconds: 0, bytes: 3072 },
      { samples: 4, microseconds: 0, bytes: 11265 },
    ]);
  });

  it("what is written is defined before, even where all before was left out", async () => {
    const recording = new Recording({}, { functions: ["wanted"] });
    const thread = recording.target.thread();
    for (let round = 0; round < 5; round++) {
      recording.run(thread, recording.code(`aside${round}`));
      recording.checkpoint(1);
    }
    expect(recording.encoder.sampledLength).toBe(recording.headLength);
    recording.run(thread, recording.code("wanted"));
    recording.checkpoint(1);
    expect(shown(await recording.written())).toEqual([["main wanted", 1]]);
  });

  it("the time of a batch is known when it is handed on", async () => {
    const recording = new Recording({}, { window: { from: 6, to: 12 } });
    const thread = recording.target.thread();
    let leaf = recording.code("f0000");
    recording.run(thread, leaf);
    recording.checkpoint(1);
    recording.checkpoint(2);
    recording.take(3);
    leaf = recording.target.replace(leaf, { name: "f0001" });
    // The time of what is revoked comes with it: it ends at 10.
    recording.checkpoint(4);
    recording.take(2);
    recording.checkpoint(3);
    expect(shown(await recording.written())).toEqual([
      ["main f0001", 7],
      ["main f0001", 2],
    ]);
  });

  it("shows what changed of a stack, whatever is shown of its callers", async () => {
    const recording = new Recording({}, { collapse: ["stdlib"] });
    const { target } = recording;
    const library = (name: string) => target.code({ name, filename: "/usr/lib/python3.12/a.py" });
    const [a, b, own] = [library("a"), library("b"), recording.code("own")];
    const thread = target.thread();
    const stacks = [
      [a, b],
      [a, b, own],
      [a, b, own, b],
      [a, b, own, b, a],
      [a, own, b, a],
      [own, own],
      [own, a, a, own],
    ];
    for (const stack of stacks) {
      recording.run(thread, ...stack);
      recording.checkpoint(1);
    }
    expect((await recording.written()).map((one) => names(one).join(" "))).toEqual([
      "main a",
      "main a own",
      "main a own b",
      "main a own b",
      "main a own b",
      "main own own",
      "main own a own",
    ]);
  });
});
