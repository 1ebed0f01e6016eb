// An off-CPU copy that is held: what is asked for until its end is a part of it.
import { describe, expect, it } from "vitest";
import type { AskedRange } from "./built_memory.js";
import { OWN_PID } from "./built_target.js";
import { formatNames } from "./layouts.js";
import { Program } from "./program.js";
import { INVALID, type SampleText } from "./samples.js";

class Held extends Program {
  constructor(format: string) {
    super(format);
    this.source.holds = true;
  }

  /** Take a sample by off-CPU copies alone. */
  take(): SampleText {
    const { checkpoint, proof, onlyOffCpu } = this.samples.decoder.wants;
    this.source.asked = [];
    this.source.ended = [];
    this.target.memory.forgetFills();
    return this.samples.take(checkpoint | proof | onlyOffCpu);
  }

  /** How the stack was proven, and what it took. */
  get proof(): string {
    const { decoder } = this.samples;
    const word = Object.entries(decoder.proofs).find(([, one]) => one === decoder.proof(0))?.[0];
    return `${word}, ${decoder.offCpuCopies} still, ${decoder.failedOffCpuCopies} moved`;
  }

  /** From the first thing on that is asked for behind the end of a hold, another stack is there. */
  goOn(...frames: string[]): void {
    const { source, target } = this;
    target.memory.beforeFill = () => {
      if (source.ended.length === 0) return;
      target.memory.beforeFill = undefined;
      this.run(...frames);
    };
  }
}

const UNPROVEN = { stack: [INVALID], reasons: ["unproven"] };

describe.each(formatNames)("on %s", (format) => {
  it("one copy proves a stack of frames that were never copied and code that was never read", () => {
    for (const holds of [true, false]) {
      const program = new Held(format);
      program.run("main@1");
      program.take();
      program.source.holds = holds;
      const text = program.run("main@1", "calls@2", "~yields@1", "deep@2", "leaf@3");
      program.goOn("main@1");
      const { threads } = program.take();
      if (!holds) {
        // Without a hold it takes several.
        expect(program.source.asked.length).toBeGreaterThan(1);
        continue;
      }
      expect(threads).toMatchObject([{ stack: text, reasons: [] }]);
      expect(program.proof).toBe("still, 1 still, 0 moved");
      expect(program.source.asked).toEqual([OWN_PID]);
      // All that was asked for meanwhile is compared.
      const [first = [], ...others] = program.target.walkFills();
      expect(others.length).toBeGreaterThan(0);
      expect(program.source.ended[0]).toBeGreaterThan(first.length);
    }
  });

  it("what proves to have moved in the end proves nothing, and teaches no calls", () => {
    const program = new Held(format);
    program.run("main@1");
    program.take();
    program.source.still = false;
    program.run("main@1", "calls@2", "leaf@3");
    for (let round = 0; round < 4; round++) expect(program.take().threads).toMatchObject([UNPROVEN]);
    expect(program.proof).toMatch(/^none, 0 still, [1-9] moved/);
    expect(program.source.isHeld).toBe(false);
    const { checkpoint, proof } = program.samples.decoder.wants;
    expect(program.samples.take(checkpoint | proof).threads).toMatchObject([UNPROVEN]);
  });

  it.each([
    [10, true],
    [40, false],
  ])("of %i new code objects, whether they are read while the thread is kept from running: %s", (count, isRead) => {
    const program = new Held(format);
    const { memory } = program.target;
    program.run("main@1");
    program.take();
    program.run(...Array.from({ length: count }, (_, i) => `function${i}@1`));
    const held: AskedRange[] = [];
    memory.beforeRange = (range) => {
      if (program.source.isHeld) held.push(range);
    };
    program.take();
    expect(program.target.countByRegion(held).code > 0).toBe(isRead);
    // What was read behind the hold's end may be another one than the frame's: it takes one more copy.
    expect(program.source.asked.length > 1).toBe(!isRead);
    expect(program.take().threads[0]?.reasons).toEqual([]);
  });

  it("a thread that doesn't get to run, at a place that proves nothing, isn't copied again and again", () => {
    const program = new Held(format);
    program.run("main@1", "leaf@1");
    program.take();
    program.target.memory.hide(program.thread.frames[0] as number, 8);
    const [shown] = program.take().threads;
    expect(shown?.stack).toEqual([INVALID]);
    expect(shown?.reasons).toContain("unproven");
    expect(program.source.asked.length).toBe(3);
  });

  it("a walk that finds other threads than it knew ends the hold before it begins anew", () => {
    const program = new Held(format);
    const text = program.run("main@1", "leaf@1");
    program.take();
    const { checkpoint, ...wants } = program.samples.decoder.wants;
    const another = program.target.thread();
    expect(program.samples.take(wants.proof | wants.onlyOffCpu).threads.length).toBeGreaterThan(0);
    expect(program.source.isHeld).toBe(false);
    const { threads } = program.take();
    expect(threads.find(({ nativeId }) => nativeId === OWN_PID)?.stack).toEqual(text);
    expect(threads.map(({ nativeId }) => nativeId)).toContain(another.nativeId);
  });

  it("a walk that ends early ends the hold, too", () => {
    const program = new Held(format);
    program.run("main@1", "leaf@1");
    program.take();
    program.target.memory.hide(program.target.runtime, 1 << 20);
    expect(program.take().outcome).not.toBe("sampled");
    expect(program.source.isHeld).toBe(false);
  });
});
