// What the decoder says of ordinary targets, built for every format: whole stacks in order, and one copy a sample.
import { describe, expect, it } from "vitest";
import { BuiltTarget, OWN_PID } from "./built_target.js";
import { formatNames } from "./layouts.js";

describe.each(formatNames)("a target of %s", (format) => {
  it("has its stack, root first, with locations", () => {
    const target = new BuiltTarget(format);
    const names = ["<module>", "función", "名前", "🐍", [0x66, 0xdc80], [0xd800]];
    const frames = names.map((name, i) => ({ code: target.code({ name }), unit: i }));
    target.stack(target.thread(), frames);
    const sample = target.attach().take();
    const stack = [
      ...target.textOf(frames.slice(0, 4)),
      // A byte that a path could not decode stays what it was (PEP 383), which here shows as a replacement.
      ...frames.slice(4).map(({ code, unit }, i) => target.text(code, unit, ["f\ufffd", "\ufffd"][i])),
    ];
    expect(sample).toMatchObject({ outcome: "sampled", reasons: [], interpreters: 1 });
    expect(sample.threads).toEqual([{ nativeId: OWN_PID, interpreterId: 0, gc: false, stack, reasons: [] }]);
  });

  it("is copied at once from the second sample on, each range once", () => {
    const target = new BuiltTarget(format);
    const frames = Array.from({ length: 20 }, (_, i) => ({ code: target.code({ name: `f${i}` }) }));
    target.stack(target.thread(), frames);
    target.running("worker", "wait");
    const samples = target.attach();
    const first = samples.take();
    target.memory.forgetFills();
    const second = samples.take();
    expect(second).toEqual({ ...first, attempts: 1 });
    expect(second.threads.map(({ stack }) => stack.length)).toEqual([2, 20]);
    // Guards of code objects come behind the walk, where no counter says that they need not be looked at.
    const { layout } = target;
    const counters = layout.has("interpreterCodeDeaths") || layout.has("interpreterCodeCreations") ? 1 : 0;
    expect(target.walkFills().length).toBe(1);
    const [walk = [], ...guards] = target.memory.fills;
    expect(target.countByRegion(walk).code).toBe(0);
    // No counter tells of a thread's own copy of bytecode.
    const isGuarded = counters === 0 || layout.has("codeTlbc");
    expect(guards.length).toBe(isGuarded ? 1 : 0);

    const asked = [...walk, ...guards.flat()];
    const planned = asked.toSpliced(walk.length - counters, counters).map(({ address }) => address);
    expect(new Set(planned).size).toBe(planned.length);
    const count = (when: boolean, ranges: number) => (when ? ranges : 0);
    const codes = count(isGuarded, 22);
    const contents = count(!layout.has("codeVersion"), 22);
    const { interpreter, ...others } = target.countByRegion(asked);
    expect(interpreter).toBeLessThanOrEqual(3 + counters);
    expect(others).toEqual({
      // The GIL lies in the runtime up to 3.11.
      runtime: 1 + count(layout.has("runtimeGil"), 1),
      gil: 0,
      thread: 2,
      cframe: count(layout.has("threadCFrame"), 2),
      pthread: count(!layout.has("threadNativeId"), 2),
      chunk: count(target.usesChunks, 2),
      frame: count(!target.usesChunks, 22) + count(target.hasShims, 2),
      code: codes,
      type: 0,
      name: contents,
      filename: contents,
      bytecode: 0,
      table: contents,
      // The second thread runs bytecode of its own.
      tlbc: count(layout.has("codeTlbc"), 2),
    });
  });

  it("compares code objects once, though a first copy meets a function that is new", () => {
    const target = new BuiltTarget(format);
    const known = target.code({ name: "main" });
    const thread = target.thread();
    target.stack(thread, [{ code: known }]);
    const samples = target.attach();
    samples.take();
    const frames = [{ code: target.code({ name: "leaf" }) }, { code: known }];
    target.stack(thread, frames);
    target.memory.forgetFills();
    expect(samples.take()).toMatchObject({ attempts: 2, threads: [{ stack: target.textOf(frames) }] });
    const compared = target.memory.fills.flat().filter(({ address }) => address === known.address);
    expect(compared.length).toBeLessThanOrEqual(1);
  });

  it("stops copying code objects while its counter says that none came or went", () => {
    const target = new BuiltTarget(format);
    const { layout } = target;
    if (!layout.has("interpreterCodeDeaths") && !layout.has("interpreterCodeCreations")) return;
    target.running("main", "leaf");
    const samples = target.attach();
    for (let round = 0; round < 20; round++) samples.take();
    target.memory.forgetFills();
    const sample = samples.take();
    expect(sample.threads[0]?.stack.length).toBe(2);
    expect(target.memory.fills.length).toBe(1);
    expect(target.countByRegion(target.memory.fills[0] ?? []).code).toBe(0);
  });

  it("stays at one copy while it moves within what it ran before", () => {
    const target = new BuiltTarget(format);
    const codes = Array.from({ length: 12 }, (_, i) => target.code({ name: `f${i}` }));
    const thread = target.thread();
    const depths = [12, 10, 8, 12, 11, 7, 12];
    const samples = target.attach();
    for (const [round, depth] of depths.entries()) {
      const frames = codes.slice(0, depth).map((code) => ({ code, unit: round }));
      target.stack(thread, frames);
      target.memory.forgetFills();
      const sample = samples.take();
      expect(sample.threads[0]).toMatchObject({ stack: target.textOf(frames), reasons: [] });
      if (round > 0) expect(target.walkFills().length).toBe(1);
    }
  });

  it("has all its interpreters and threads, those that come late too", () => {
    const target = new BuiltTarget(format);
    const shown = new Map<number, string[]>();
    const start = (interpreter = target.interpreter()) => {
      const thread = target.thread(interpreter);
      const frames = [0, 1, 2].map((i) => ({ code: target.code({ name: `f${thread.nativeId}_${i}` }) }));
      target.stack(thread, frames);
      shown.set(thread.nativeId, target.textOf(frames));
    };
    start();
    const samples = target.attach();
    expect(samples.stacks()).toEqual(Object.fromEntries(shown));
    for (let late = 0; late < 4; late++) {
      start();
      start(target.interpreters[late % 2]);
      const sample = samples.take();
      expect(Object.fromEntries(sample.threads.map(({ nativeId, stack }) => [nativeId, stack]))).toEqual(
        Object.fromEntries(shown),
      );
      expect(sample.interpreters).toBe(late + 2);
      expect(sample.reasons).toEqual([]);
    }
    const ids = samples.take().threads.map(({ interpreterId }) => interpreterId);
    expect([...new Set(ids)].sort()).toEqual([0, 1, 2, 3, 4]);
  });

  it("tells an interpreter's threads from those of one that ended at the same place", () => {
    const target = new BuiltTarget(format);
    target.running("main");
    const interpreter = target.interpreter();
    const thread = target.thread(interpreter);
    const frames = [{ code: target.code({ name: "script" }) }];
    target.stack(thread, frames);
    const samples = target.attach();
    const { decoder } = samples;
    const look = () => {
      const { threads } = samples.take();
      const index = threads.findIndex(({ nativeId }) => nativeId === thread.nativeId);
      return { id: decoder.interpreterId(index), serial: decoder.serial(index), stack: threads[index]?.stack };
    };
    const before = look();
    expect(look()).toEqual(before);
    target.field(interpreter.address, "interpreterId", interpreter.id + 1, 8);
    const after = look();
    expect(after).toMatchObject({ id: before.id + 1, stack: target.textOf(frames) });
    expect(after.serial).not.toBe(before.serial);
    expect(look()).toEqual(after);
  });

  it("shows generators, and no frame of C's", () => {
    const target = new BuiltTarget(format);
    const frames = ["root", "generator", "called_from_c", "leaf"].map((name) => ({
      code: target.code({ name }),
      generator: name === "generator" && target.usesChunks,
      entry: name === "root" || name === "called_from_c",
    }));
    target.stack(target.thread(), frames);
    const samples = target.attach();
    for (let round = 0; round < 3; round++) expect(samples.take().threads[0]?.stack).toEqual(target.textOf(frames));
  });

  it("follows a stack over several datastack chunks", () => {
    const target = new BuiltTarget(format);
    const code = target.code({ name: "deep" });
    const frames = Array.from({ length: 1000 }, (_, i) => ({ code, unit: i % 8 }));
    const thread = target.thread();
    target.stack(thread, frames);
    if (target.usesChunks) expect(thread.chunks.length).toBeGreaterThan(2);
    const samples = target.attach();
    expect(samples.take().threads[0]?.stack).toEqual(target.textOf(frames));
    target.memory.forgetFills();
    expect(samples.take().threads[0]?.stack).toEqual(target.textOf(frames));
    // Where each frame is a range of its own, what is not the thread's comes in other fills.
    expect(target.walkFills().length).toBe(target.usesChunks ? 1 : 2);
  });

  it("tells a thread without frames and a collector at work", () => {
    const target = new BuiltTarget(format);
    const idle = target.thread();
    target.stack(idle, []);
    target.field(idle.interpreter.address, "interpreterCollecting", 1, 4);
    expect(target.attach().take().threads).toEqual([
      { nativeId: OWN_PID, interpreterId: 0, gc: true, stack: [], reasons: [] },
    ]);
  });

  it("says that there is no interpreter, or nothing to read", () => {
    const target = new BuiltTarget(format);
    const samples = target.attach();
    expect(samples.take().outcome).toBe("no-interpreter");
    target.hideRegion("runtime");
    expect(samples.take().outcome).toBe("unreadable");
    target.memory.showAll();
    target.running("main");
    expect(samples.take().outcome).toBe("sampled");
  });
});
