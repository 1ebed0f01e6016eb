// How stacks are proven: by off-CPU copies, then by the calls that these have shown; and what nothing proves is never shown.
import { describe, expect, it } from "vitest";
import { OWN_PID } from "./built_target.js";
import { formatNames, layoutOf } from "./layouts.js";
import { Program } from "./program.js";
import { INVALID, Samples, type SampleText } from "./samples.js";

/** A program whose samples are to be proven. */
class Proofs extends Program {
  /** Take a sample that is to be proven, by `bits` beside that. */
  take(bits: number): SampleText {
    const { wants } = this.samples.decoder;
    this.source.asked = [];
    this.target.memory.forgetFills();
    return this.samples.take(wants.checkpoint | wants.proof | bits);
  }

  /** How the stack was proven, and what it took. */
  get proof(): string {
    const { decoder } = this.samples;
    const proof = decoder.proof(0);
    const word = Object.entries(decoder.proofs).find(([, one]) => one === proof)?.[0];
    return `${word}, ${decoder.offCpuCopies} still, ${decoder.failedOffCpuCopies} moved`;
  }
}

const UNPROVEN = { stack: [INVALID], reasons: ["unproven"] };

describe.each(formatNames)("on %s", (format) => {
  it("a call that was never seen asks for an off-CPU copy, and not again", () => {
    const program = new Proofs(format);
    const { mayCopyOffCpu } = program.samples.decoder.wants;
    const text = program.run("main@1", "calls@2", "leaf@3");
    expect(program.take(mayCopyOffCpu).threads).toMatchObject([{ stack: text, reasons: [] }]);
    expect(program.proof).toBe("still, 1 still, 0 moved");
    expect(program.source.asked).toEqual([OWN_PID]);

    const moved = program.run("main@1", "calls@2", "leaf@5");
    for (let round = 0; round < 3; round++) {
      expect(program.take(mayCopyOffCpu)).toMatchObject({ attempts: 1, threads: [{ stack: moved, reasons: [] }] });
      expect(program.proof).toBe("edges, 0 still, 0 moved");
      expect(program.source.asked).toEqual([]);
      expect(program.target.walkFills().length).toBe(1);
    }
  });

  it("what nothing proves is shown behind an invalid frame where no off-CPU copies can be had", () => {
    const program = new Proofs(format);
    const { showUnproven } = program.samples.decoder.wants;
    for (const frames of [["main@1", "leaf@3"], ["main@1", "calls@2", "leaf@4"], ["main@1"]]) {
      const text = program.run(...frames);
      program.take(0);
      expect(program.take(showUnproven)).toMatchObject({
        attempts: 1,
        threads: [{ stack: [INVALID, ...text], reasons: ["unproven"] }],
      });
      expect(program.source.asked).toEqual([]);
    }
  });

  it("calls that were seen prove any stack of them at one copy", () => {
    const program = new Proofs(format);
    const { mayCopyOffCpu } = program.samples.decoder.wants;
    for (const frames of [
      ["main@1", "a@1", "x@1", "y@1"],
      ["main@2", "b@1", "x@2", "z@1"],
      ["main@1", "a@3", "main@2", "b@1"],
    ]) {
      program.run(...frames);
      program.take(mayCopyOffCpu);
      expect(program.proof).toBe("still, 1 still, 0 moved");
    }
    for (const frames of [
      ["main@1", "a@1", "x@2", "z@4"],
      ["main@2", "b@1", "x@1", "y@2"],
      ["main@1", "a@3", "main@2", "b@1", "x@2", "z@1"],
      ["main@7"],
    ]) {
      const text = program.run(...frames);
      program.take(0); // places that were never seen have to be copied first
      expect(program.take(0)).toMatchObject({ attempts: 1, threads: [{ stack: text, reasons: [] }] });
      expect(program.proof).toBe("edges, 0 still, 0 moved");
    }
  });

  it("a stack with a call that was never seen is not shown, where off-CPU copies are refused or not wanted", () => {
    const program = new Proofs(format);
    const { mayCopyOffCpu } = program.samples.decoder.wants;
    for (const frames of [
      ["main@1", "a@1", "x@1"],
      ["main@2", "b@1", "y@1"],
    ]) {
      program.run(...frames);
      program.take(mayCopyOffCpu);
    }
    const spliced = [
      ["main@1", "a@1", "y@1"],
      ["main@2", "a@1", "x@1"],
      ["main@1", "a@2", "x@1"],
      ["a@1", "x@1"],
      ["main@1", "b@1", "y@1"],
    ];
    for (const frames of spliced) {
      const text = program.run(...frames);
      program.source.still = false;
      expect(program.take(mayCopyOffCpu).threads).toMatchObject([UNPROVEN]);
      expect(program.proof).toMatch(/^none, 0 still, [1-9]/);
      expect(program.take(0).threads).toMatchObject([UNPROVEN]);
      expect(program.source.asked).toEqual([]);
      expect(text).not.toContain(INVALID);
    }
    program.source.still = true;
    const text = program.run(...(spliced[0] as string[]));
    expect(program.take(mayCopyOffCpu).threads).toMatchObject([{ stack: text, reasons: [] }]);
  });

  it("a leaf that resumes generators where it stands takes two copies to be believed", () => {
    const program = new Proofs(format);
    // A generator's frame is like any other in 3.9 and 3.10; without a GIL, stacks are of moments of their own anyway.
    if (!program.target.usesChunks || layoutOf(format).at("freeThreaded") === 1) return;
    const { mayCopyOffCpu } = program.samples.decoder.wants;
    program.run("main@1", "~yields@1");
    program.take(mayCopyOffCpu);
    expect(program.proof).toBe("still, 1 still, 0 moved");
    for (const [unit, attempts] of [
      [1, 2],
      [2, 1],
    ]) {
      const text = program.run(`main@${unit}`);
      program.take(0);
      expect(program.take(0)).toMatchObject({ attempts, threads: [{ stack: text, reasons: [] }] });
      expect(program.proof).toBe("edges, 0 still, 0 moved");
    }
  });

  it("what two fills of one attempt have joined is no stack, though all its calls are known", () => {
    const program = new Proofs(format);
    const { mayCopyOffCpu } = program.samples.decoder.wants;
    const { memory } = program.target;
    for (const unit of [1, 2]) {
      program.run(`main@${unit}`, `~yields@${unit}`);
      program.take(mayCopyOffCpu);
    }
    // Until the generator's frame is not asked for any more.
    program.run("main@3");
    for (let i = 0; i < 20; i++) program.take(mayCopyOffCpu);
    program.run("main@1", "~yields@1");
    let fills = 0;
    let later: string[] = [];
    memory.beforeFill = () => {
      if (++fills === 2) later = program.run("main@2", "~yields@2");
    };
    const { threads } = program.take(0);
    memory.beforeFill = undefined;
    expect(fills).toBeGreaterThan(2);
    expect(threads).toMatchObject([{ stack: later, reasons: [] }]);
  });

  it("a moved copy teaches no calls", () => {
    const program = new Proofs(format);
    const { mayCopyOffCpu } = program.samples.decoder.wants;
    program.source.still = false;
    program.run("main@1", "leaf@1");
    for (let round = 0; round < 5; round++) expect(program.take(mayCopyOffCpu).threads).toMatchObject([UNPROVEN]);
    expect(program.take(0).threads).toMatchObject([UNPROVEN]);
  });

  it("off-CPU copies alone prove, where they are asked for", () => {
    const program = new Proofs(format);
    const { mayCopyOffCpu, onlyOffCpu } = program.samples.decoder.wants;
    const text = program.run("main@1", "leaf@1");
    program.take(mayCopyOffCpu);
    expect(program.take(onlyOffCpu)).toMatchObject({ attempts: 1, threads: [{ stack: text, reasons: [] }] });
    expect(program.proof).toBe("still, 1 still, 0 moved");
    // No thread is kept from running for what can be looked at later.
    const [copied = []] = program.target.memory.fills;
    expect(program.target.countByRegion(copied).code).toBe(0);
    program.source.still = false;
    expect(program.take(onlyOffCpu).threads).toMatchObject([UNPROVEN]);
    expect(program.proof).toMatch(/^none, 0 still, [1-9]/);
    expect(program.source.asked.length).toBe(program.target.walkFills().length);
    expect(program.take(mayCopyOffCpu).threads).toMatchObject([{ stack: text, reasons: [] }]);
    expect(program.proof).toBe("edges, 0 still, 0 moved");
  });

  it("nothing is proven of memory that doesn't move", () => {
    const program = new Proofs(format);
    const { checkpoint, proof, onlyOffCpu } = program.samples.decoder.wants;
    const text = program.run("main@1", "leaf@1");
    const plain = new Samples(program.samples.decoder, program.target.memory);
    expect(plain.take(checkpoint | proof | onlyOffCpu).threads).toMatchObject([{ stack: text, reasons: [] }]);
    expect(Object.values(program.samples.decoder.proofs)).not.toContain(program.samples.decoder.proof(0));
  });
});

const withCFrame = formatNames.filter((name) => layoutOf(name).has("threadCFrame"));

describe.each(withCFrame)("on %s, whose thread may name an old frame", (format) => {
  /** Whether an off-CPU copy proves the stack main, caller, leaf, last, of which only the last runs, once `set` has changed it. */
  function proves(set: (program: Proofs, frames: readonly number[]) => void): boolean {
    const program = new Proofs(format);
    program.run("main@1", "caller@1", "leaf@1", "last@1");
    // Sizes of frames are those of known code objects.
    program.take(program.samples.decoder.wants.mayCopyOffCpu);
    program.run("main@2", "caller@2", "leaf@2", "last@2");
    set(program, program.thread.frames);
    const { threads } = program.take(program.samples.decoder.wants.onlyOffCpu);
    const isProven = threads[0]?.reasons.length === 0;
    expect(program.proof).toMatch(isProven ? /^still, 1 still/ : /^none, [1-9] still, 0 moved/);
    return isProven;
  }
  const stops = (program: Proofs, frame = 0): void => program.target.field(frame, "frameStackTop", 2, 4);
  const names = (program: Proofs, frame = 0): void =>
    program.target.field(program.thread.cframe, "cframeCurrentFrame", frame);
  const ends = (program: Proofs, top = 0): void =>
    program.target.field(program.thread.address, "threadDatastackTop", top);

  it("an off-CPU copy proves a stack whose newest frame has just been called", () => {
    expect(proves((program, [, , , last]) => stops(program, last))).toBe(true);
  });

  it("an off-CPU copy proves a stack whose newest frame is being returned to", () => {
    expect(
      proves((program, [, , leaf, last]) => {
        stops(program, last);
        names(program, leaf);
      }),
    ).toBe(true);
  });

  it("an off-CPU copy proves a stack to which a function returns that was too short to be seen: its code is read", () => {
    const program = new Proofs(format);
    const { mayCopyOffCpu, onlyOffCpu } = program.samples.decoder.wants;
    const text = program.run("main@1", "caller@1");
    program.take(mayCopyOffCpu);
    program.run("main@1", "caller@1", "unseen@3");
    const [, caller, unseen] = program.thread.frames;
    stops(program, unseen);
    names(program, caller);
    const { threads } = program.take(onlyOffCpu);
    expect(threads).toMatchObject([{ stack: text, reasons: [] }]);
    expect(program.proof).toBe("still, 2 still, 0 moved");
  });

  it("an off-CPU copy proves nothing where something runs above the frame that is named", () => {
    expect(proves((program, [, , leaf]) => names(program, leaf))).toBe(false);
  });

  it("an off-CPU copy proves nothing where more than one frame lies above the one that is named", () => {
    expect(
      proves((program, [, caller, , last]) => {
        stops(program, last);
        names(program, caller);
      }),
    ).toBe(false);
  });

  it("an off-CPU copy proves nothing where the frame above has another caller", () => {
    expect(
      proves((program, [main = 0, , leaf, last = 0]) => {
        stops(program, last);
        names(program, leaf);
        program.target.field(last, "framePrevious", main);
      }),
    ).toBe(false);
  });

  it("an off-CPU copy proves nothing where the frame that is named is gone from the datastack", () => {
    expect(
      proves((program, [, , , last = 0]) => {
        stops(program, last);
        ends(program, last);
      }),
    ).toBe(false);
  });
});
