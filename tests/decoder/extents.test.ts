// Targets as large as a target can be: deep stacks, long tables and names, more code objects and strings than fit.
import { describe, expect, it } from "vitest";
import { BuiltTarget, type FrameShape } from "./built_target.js";
import { formatNames } from "./layouts.js";
import { INVALID } from "./samples.js";

const MAX_FRAMES = 131_072;
const MAX_STRING_CHARACTERS = 65_536;

describe.each(formatNames)("on %s", (format) => {
  it("a recursion of 10,000 frames is whole, in one copy once it is known", () => {
    const target = new BuiltTarget(format);
    const codes = ["even", "odd"].map((name) => target.code({ name }));
    const frames = Array.from({ length: 10_000 }, (_, i) => ({ code: codes[i % 2], unit: i % 7 }) as FrameShape);
    target.stack(target.thread(), frames);
    const expected = target.textOf(frames);
    const samples = target.attach();
    expect(samples.take().threads[0]).toMatchObject({ stack: expected, reasons: [] });
    target.memory.forgetFills();
    expect(samples.take().threads[0]).toMatchObject({ stack: expected, reasons: [] });
    // Where each frame is a range of its own, they come in one fill, and what is not the thread's in others.
    const fills = target.walkFills().map((ranges) => target.countByRegion(ranges).frame);
    expect(fills.filter((ranges) => ranges > 1)).toEqual(target.usesChunks ? [] : [frames.length]);
    expect(fills.length).toBeLessThanOrEqual(target.usesChunks ? 1 : 3);
  });

  it("a stack beyond the cap keeps its leaves, and leaves what comes before it", () => {
    const target = new BuiltTarget(format);
    // Frames on the heap need a range each, of which there are fewer.
    const depth = target.usesChunks ? MAX_FRAMES + 1000 : 40_000;
    const code = target.code({ name: "deeper" });
    const deep = target.thread();
    target.stack(
      deep,
      Array.from({ length: depth }, () => ({ code })),
    );
    const other = target.running("main", "other");
    const samples = target.attach();
    for (let round = 0; round < 3; round++) {
      const { threads } = samples.take();
      expect(threads[0]).toMatchObject({ nativeId: other.nativeId, reasons: [], stack: { length: 2 } });
      expect(threads[1]?.reasons).toContain("too deep");
      const stack = threads[1]?.stack ?? [];
      expect(stack.length).toBeGreaterThan(target.usesChunks ? MAX_FRAMES - 100 : 20_000);
      expect(stack.length).toBeLessThan(depth);
      expect(stack[0]).toBe(INVALID);
      expect(new Set(stack.slice(1))).toEqual(new Set([target.text(code, 1)]));
    }
  });

  it("threads behind a stack beyond the cap stay in bounds", () => {
    const target = new BuiltTarget(format);
    const late = Array.from({ length: 30 }, (_, i) => target.running(`main${i}`));
    const code = target.code({ name: "deeper" });
    target.stack(
      target.thread(),
      Array.from({ length: target.usesChunks ? MAX_FRAMES + 1 : 40_000 }, () => ({ code })),
    );
    const samples = target.attach();
    for (let round = 0; round < 2; round++) {
      const { threads } = samples.take();
      expect(threads.length).toBe(31);
      expect(threads.slice(1).map(({ nativeId }) => nativeId)).toEqual(late.map(({ nativeId }) => nativeId).reverse());
      for (const { stack, reasons } of threads.slice(1)) {
        if (reasons.length === 0) expect(stack[0]).toMatch(/^main\d+ /);
        else expect(stack.filter((text) => text !== INVALID)).toEqual([]);
      }
    }
  });

  it("a location table of more than 64 KiB is read to its end", () => {
    const target = new BuiltTarget(format);
    const units = 40_000;
    const code = target.code({ name: "generated", units });
    const frames = [0, 1, units / 2, units - 1].map((unit) => ({ code, unit }));
    target.stack(target.thread(), frames);
    const samples = target.attach();
    for (let round = 0; round < 2; round++) {
      expect(samples.take().threads[0]).toMatchObject({ stack: target.textOf(frames), reasons: [] });
    }
  });

  it("a name of 10,000 characters is whole, and one beyond the cap is cut and counted", () => {
    const target = new BuiltTarget(format);
    for (const letter of ["a", "é", "名", "🐍"]) {
      const whole = { code: target.code({ name: letter.repeat(10_000), filename: `/${letter.repeat(4000)}.py` }) };
      const thread = target.thread();
      target.stack(thread, [whole]);
      const cut = { code: target.code({ name: letter.repeat(MAX_STRING_CHARACTERS + 1000) }) };
      const other = target.thread();
      target.stack(other, [cut]);
    }
    const samples = target.attach();
    for (let round = 0; round < 2; round++) {
      const { threads } = samples.take();
      expect(threads.length).toBe(8);
      for (const [i, letter] of ["a", "é", "名", "🐍"].entries()) {
        const [cut, whole] = threads.slice(6 - i * 2, 8 - i * 2);
        expect(whole?.stack[0]?.startsWith(`${letter.repeat(10_000)} /${letter.repeat(4000)}.py:11`)).toBe(true);
        expect(whole?.reasons).toEqual([]);
        expect(cut?.stack[0]?.startsWith(`${letter.repeat(MAX_STRING_CHARACTERS)} /app/main.py:11`)).toBe(true);
        expect(cut?.reasons).toEqual(["name cut"]);
      }
    }
  });
});

// What a table's version has no part in is tried on the oldest and on a newer format.
describe.each(["3.9", "3.12", "3.14"])("on %s", (format) => {
  /** Sample `rounds` stacks of `depth` functions that were never seen, named by `nameOf`. */
  function flood(rounds: number, depth: number, nameOf: (serial: number) => string): void {
    const target = new BuiltTarget(format);
    const steady = target.running("main", "steady");
    const thread = target.thread();
    const samples = target.attach();
    const codes = Array.from({ length: depth }, (_, i) => target.code({ name: nameOf(i) }));
    let serial = depth;
    for (let round = 0; round < rounds; round++) {
      const frames = codes.map((code) => ({ code }));
      target.stack(thread, frames);
      // One more, for the sample in which a table is full says so and the next begins anew.
      const sample = [samples.take(), samples.take(), samples.take()].find(
        ({ threads }) => threads[0]?.reasons.length === 0,
      );
      expect(sample?.threads[0]?.stack).toEqual(target.textOf(frames));
      expect(sample?.threads[1]).toMatchObject({ nativeId: steady.nativeId, reasons: [] });
      for (const [i, code] of codes.entries()) codes[i] = target.replace(code, { name: nameOf(serial++) });
    }
    expect(new Set(samples.names).size).toBeGreaterThan((rounds - 1) * depth);
  }

  it("more code objects than fit at once are decoded rightly one after the other", () => {
    flood(22, 2000, (serial) => `function_${serial % 50_000}`);
  });

  it("more strings than fit at once are decoded rightly one after the other", () => {
    flood(36, 2000, (serial) => `function_${serial}`);
  });

  it("more bytes of strings than fit at once are decoded rightly one after the other", () => {
    flood(16, 60, (serial) => `${"🐍".repeat(3000)}${String(serial).padStart(8, "0")}`);
  });

  it("more different frames than fit at once are decoded rightly one after the other", () => {
    const target = new BuiltTarget(format);
    const units = 2000;
    const codes = Array.from({ length: 80 }, (_, i) => target.code({ name: `f${i}`, units }));
    const thread = target.thread();
    const samples = target.attach();
    for (let round = 0; round < 40; round++) {
      const frames = Array.from({ length: 4000 }, (_, i) => ({
        code: codes[i % 80],
        unit: round * 50 + Math.floor(i / 80),
      })) as FrameShape[];
      target.stack(thread, frames);
      const sample = [samples.take(), samples.take(), samples.take()].find(
        ({ threads }) => threads[0]?.reasons.length === 0,
      );
      expect(sample?.threads[0]?.stack).toEqual(target.textOf(frames));
    }
  });

  it("more that is new than one sample defines comes with the next ones", () => {
    const target = new BuiltTarget(format);
    const units = 1000;
    const codes = Array.from({ length: 40 }, (_, i) => target.code({ name: `f${i}`, units }));
    const shape = (i: number) => ({ code: codes[i % 40], unit: Math.floor(i / 40) }) as FrameShape;
    // Frames on the heap need a range each: several threads share the stack's depth there.
    const threads = Array.from({ length: 4 }, () => target.thread());
    const depth = target.usesChunks ? 10_000 : 2500;
    for (const [t, thread] of threads.entries()) {
      target.stack(
        thread,
        Array.from({ length: depth }, (_, i) => shape(t * depth + i)),
      );
    }
    const samples = target.attach();
    const first = samples.take();
    if (target.usesChunks) expect(first.threads.some(({ reasons }) => reasons.includes("no room"))).toBe(true);
    const second = samples.take();
    expect(second.threads.flatMap(({ reasons }) => reasons)).toEqual([]);
    expect(second.threads.flatMap(({ stack }) => stack)).not.toContain(INVALID);
  });
});
