// What a sample says of threads beside their stacks: whether the collector runs, and who holds the GIL, in samples between
// checkpoints, too.
import { describe, expect, it } from "vitest";
import { BuiltTarget, type BuiltThread } from "./built_target.js";
import { formatNames, layoutOf } from "./layouts.js";
import type { Samples } from "./samples.js";

/** Native ids of the threads that hold a GIL, and of those that held one last. */
function holders({ decoder }: Samples): { held: number[]; heldLast: number[] } {
  const threads = Array.from({ length: decoder.threadCount }, (_, thread) => thread);
  const those = (state: number) =>
    threads.filter((thread) => decoder.holder(thread) === state).map((thread) => decoder.nativeId(thread));
  return { held: those(decoder.gil.held), heldLast: those(decoder.gil.heldLast) };
}

function collecting({ decoder }: Samples): number[] {
  return Array.from({ length: decoder.threadCount }, (_, thread) => thread)
    .filter((thread) => decoder.isCollecting(thread))
    .map((thread) => decoder.nativeId(thread));
}

// Two formats of 32 bits are made up, and their GIL is implausible.
const known = formatNames.filter((format) => layoutOf(format).has("gilHolder"));

describe.each(known)("on %s", (format) => {
  const build = (interpreters: number) => {
    const target = new BuiltTarget(format);
    const threads = Array.from({ length: interpreters }, () => {
      const interpreter = target.interpreter();
      return [target.thread(interpreter), target.thread(interpreter)] as const;
    }).flat();
    for (const thread of threads) target.stack(thread, [{ code: target.code({ name: "main" }) }]);
    const samples = target.attach();
    const { checkpoint, collecting, holder } = samples.decoder.wants;
    const marks = collecting | holder;
    return { target, threads, samples, marks, checkpoint: checkpoint | marks };
  };

  it.each([1, 2])("the holder of the GIL is known in each sample, of %i interpreters", (count) => {
    const { target, threads, samples, marks, checkpoint } = build(count);
    for (const thread of [...threads, ...threads]) {
      target.takeGil(thread);
      samples.take(checkpoint);
      expect(holders(samples)).toEqual({ held: [thread.nativeId], heldLast: [] });
      for (const other of threads) {
        target.takeGil(other);
        expect(samples.take(marks).attempts).toBeLessThan(4);
        expect(samples.decoder.isCheckpoint).toBe(false);
        expect(holders(samples)).toEqual({ held: [other.nativeId], heldLast: [] });
      }
    }
  });

  it("one that has dropped the GIL is the last that held it", () => {
    const { target, threads, samples, marks, checkpoint } = build(1);
    const [first, second] = threads as [BuiltThread, BuiltThread];
    target.takeGil(first);
    samples.take(checkpoint);
    target.dropGil(first);
    samples.take(marks);
    expect(holders(samples)).toEqual({ held: [], heldLast: [first.nativeId] });
    target.takeGil(second);
    samples.take(marks);
    expect(holders(samples)).toEqual({ held: [second.nativeId], heldLast: [] });
  });

  it("nobody holds it where the last holder has ended", () => {
    const { target, threads, samples, checkpoint } = build(1);
    const ended = target.thread();
    target.stack(ended, [{ code: target.code({ name: "brief" }) }]);
    target.takeGil(ended);
    samples.take(checkpoint);
    target.end(ended);
    samples.take(checkpoint);
    expect(samples.decoder.threadCount).toBe(threads.length);
    expect(holders(samples)).toEqual({ held: [], heldLast: [] });
  });

  it("the collector's interpreter is known in each sample", () => {
    const { target, threads, samples, marks, checkpoint } = build(2);
    const [main] = target.interpreters;
    const own = threads.slice(0, 2).map(({ nativeId }) => nativeId);
    const collect = (on: number) => target.field(main?.address as number, "interpreterCollecting", on, 4);
    samples.take(checkpoint);
    for (let round = 0; round < 5; round++) {
      collect(1);
      samples.take(marks);
      expect(collecting(samples).sort()).toEqual(own);
      collect(0);
      samples.take(marks);
      expect(collecting(samples)).toEqual([]);
      expect(samples.decoder.isCheckpoint).toBe(false);
    }
  });

  it("threads that can't have run are marked as well", () => {
    const { target, threads, samples, marks, checkpoint } = build(1);
    const [first, second] = threads as [BuiltThread, BuiltThread];
    target.takeGil(second);
    samples.take(checkpoint);
    for (let round = 0; round < 20; round++) samples.take(marks);
    target.memory.forgetFills();
    target.field(first.interpreter.address, "interpreterCollecting", 1, 4);
    samples.take(marks);
    // Only one of the two was copied.
    expect(target.countByRegion(target.memory.fills.flat())).toMatchObject({ thread: 1 });
    expect(collecting(samples).sort()).toEqual([first.nativeId, second.nativeId].sort());
    expect(holders(samples)).toEqual({ held: [second.nativeId], heldLast: [] });
  });

  it("nothing of it is copied where nobody wants to know", () => {
    const { target, samples, marks } = build(2);
    for (let round = 0; round < 20; round++) samples.take(0);
    target.memory.forgetFills();
    samples.take(0);
    expect(target.countByRegion(target.memory.fills.flat())).toMatchObject({ interpreter: 0 });
    samples.take(marks);
    samples.take(marks);
    target.memory.forgetFills();
    expect(samples.take(marks).attempts).toBe(1);
    expect(target.countByRegion(target.memory.fills.flat()).interpreter).toBeGreaterThan(0);
  });
});

describe.each(formatNames.filter((format) => layoutOf(format).at("freeThreaded") === 1))(
  "without a GIL on %s",
  (format) => {
    it("every thread counts as one that holds it", () => {
      const target = new BuiltTarget(format);
      const threads = ["one", "two", "three"].map((name) => target.running(name));
      const samples = target.attach();
      const { checkpoint, holder } = samples.decoder.wants;
      for (const wants of [checkpoint | holder, holder]) {
        samples.take(wants);
        expect(holders(samples).held.sort()).toEqual(threads.map(({ nativeId }) => nativeId));
      }
    });
  },
);
