// Threads without a frame: an empty stack is a claim as any other stack is. It is made where the thread state itself names no frame, of
// threads that are there and of no others: not while the interpreter starts or ends, nor of a state that is no thread of its own.
import { beforeEach, describe, expect, it } from "vitest";
import { BuiltTarget, type BuiltThread, OWN_PID } from "./built_target.js";
import { formatNames, layoutOf } from "./layouts.js";
import { OffCpuSource } from "./off_cpu_source.js";
import { Samples } from "./samples.js";

it("all versions are here", () => {
  expect(new Set(formatNames.map((name) => layoutOf(name).version.minor))).toEqual(
    new Set([9, 10, 11, 12, 13, 14, 15]),
  );
});

describe.each(formatNames)("on %s, a thread without a frame", (format) => {
  let target: BuiltTarget;
  let main: BuiltThread;
  let worker: BuiltThread;
  let source: OffCpuSource;
  let samples: Samples;
  const hasNativeIds = layoutOf(format).has("threadNativeId");

  beforeEach(() => {
    target = new BuiltTarget(format);
    main = target.running("main");
    worker = target.thread();
    source = new OffCpuSource(target.memory);
    samples = new Samples(target.attach().decoder, source);
    // As connecting does.
    samples.take();
  });

  /** Let a thread take the GIL for a moment and come to run that. */
  function run(thread: BuiltThread, ...names: string[]): void {
    target.takeGil(thread);
    target.stack(
      thread,
      names.map((name) => ({ code: target.code({ name }) })),
    );
    target.takeGil(main);
  }

  /** What a sample that must be proven makes of each thread, oldest first: its stack's length, or why it is left out. */
  function look(wants = samples.decoder.wants.checkpoint): (number | string)[] {
    const { decoder } = samples;
    const { proof, mayCopyOffCpu } = decoder.wants;
    const { threads } = samples.take(wants | proof | mayCopyOffCpu);
    const seen = threads.map(({ stack, reasons }, thread) => {
      if (decoder.isNoThread(thread)) return "no thread";
      if (decoder.isLeftOut(thread)) return reasons.join();
      if (decoder.proof(thread) === decoder.proofs.none) return "unproven";
      return stack.length;
    });
    return seen.reverse();
  }

  it("is one that runs no Python, and proven by its state alone", () => {
    expect(look()).toEqual([1, 0]);
    source.asked = [];
    for (let round = 0; round < 3; round++) expect(look(0)).toEqual([1, 0]);
    expect(source.asked).toEqual([]);
    run(worker, "serve");
    expect(look()).toEqual([1, 1]);
    run(worker);
    expect(look(0)).toEqual([1, 0]);
  });

  it("needs no copy that was in time", () => {
    Object.defineProperty(source, "interrupted", { get: () => true });
    source.still = false;
    run(worker);
    const { proof } = samples.decoder.wants;
    const { threads } = samples.take(proof);
    expect(samples.decoder.proof(0)).toBe(samples.decoder.proofs.edges);
    // The first one, whatever the other thread takes.
    expect(samples.decoder.copy(0)).toBe(1);
    expect(threads[0]?.reasons).toEqual([]);
  });

  it("has another stack than before, though the one before is forgotten", () => {
    const { decoder } = samples;
    const { checkpoint } = decoder.wants;
    run(worker, "serve");
    for (let round = 0; round < 3; round++) look();
    const before = decoder.version(0);
    // The next checkpoint finds that samples have named another's code.
    look(0);
    target.replace(target.code({ name: "serve" }), { name: "other" });
    target.stack(worker, []);
    samples.take(checkpoint);
    expect(decoder.frameCount(0)).toBe(0);
    expect(decoder.version(0)).toBeGreaterThan(before);
  });

  it("is left out while the interpreter starts or ends, and one with frames is not", () => {
    expect(look()).toEqual([1, 0]);
    target.field(target.runtime, "runtimeInitialized", 0, 4);
    for (const wants of [0, samples.decoder.wants.checkpoint]) {
      expect(look(wants)).toEqual([1, "interpreter starts or ends"]);
    }
    target.field(target.runtime, "runtimeInitialized", 1, 4);
    expect(look(0)).toEqual([1, 0]);
  });

  it.each([
    ["has no id any more", () => target.setTid(worker, 0)],
    ["is another thread's", () => target.setTid(worker, OWN_PID + 99)],
    ["is gone", () => target.memory.hide(worker.pthread, 1024)],
  ])("is left out where it has ended: what the C library had of it %s", (_, end) => {
    expect(look()).toEqual([1, 0]);
    end();
    expect(look()).toEqual([1, "no such thread"]);
    expect(look(0)).toEqual([1, "no such thread"]);
  });

  it("is left out where it had ended before it was seen", () => {
    target.setTid(worker, 0);
    samples = new Samples(target.attach().decoder, source);
    samples.take();
    expect(look()).toEqual([1, "no such thread"]);
  });

  it("is found to have ended among many", () => {
    const others = Array.from({ length: 40 }, () => target.thread());
    expect(look()).toEqual([1, 0, ...others.map(() => 0)]);
    target.setTid(others[20] as BuiltThread, 0);
    for (let round = 0; round < 10; round++) look();
    expect(look()).toEqual([1, 0, ...others.map((_, i) => (i === 20 ? "no such thread" : 0))]);
  });

  it("is no thread of its own where another state shows what it runs", () => {
    const second = target.thread(target.interpreter());
    const twin = { ...second, nativeId: main.nativeId };
    target.nameThread(twin, main.nativeId);
    target.setTid(twin, main.nativeId);
    const seen = (): (number | string)[] => look().sort();
    expect(seen()).toEqual([0, 1, "no thread"]);
    // Where none does, the oldest state stands for the thread.
    run(main);
    expect(seen()).toEqual([0, 0, "no thread"]);
    run(second, "inside");
    expect(seen()).toEqual([0, 1, "no thread"]);
  });

  if (hasNativeIds)
    it("is none before its thread has begun", () => {
      const maker = target.thread();
      target.nameThread(maker, 0);
      expect(look()).toEqual([1, 0, "no thread"]);
      // Up to 3.11 it has its maker's ids until then.
      target.nameThread(maker, main.nativeId);
      target.field(maker.address, "threadId", main.pthread);
      expect(look()).toEqual([1, 0, "no thread"]);
      target.nameThread(maker, maker.nativeId);
      target.field(maker.address, "threadId", maker.pthread);
      run(maker);
      expect(look()).toEqual([1, 0, 0]);
    });
});
