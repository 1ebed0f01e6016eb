// Stacks of which something returns while they are copied: a function that does is no longer the newest one, and what it had
// called is gone.
import { beforeEach, describe, expect, it } from "vitest";
import type { BuiltCode } from "./built_objects.js";
import { BuiltTarget, type BuiltThread, type FrameShape } from "./built_target.js";
import { formatNames, layoutOf } from "./layouts.js";
import { OffCpuSource } from "./off_cpu_source.js";
import { Samples, type SampleText } from "./samples.js";

const RETURN = 6;

/** A thread that runs main, caller and leaf, each at a place of its own, and its sampler, which knows these calls. */
class Returning {
  readonly target: BuiltTarget;
  readonly thread: BuiltThread;
  readonly samples: Samples;
  readonly source: OffCpuSource;
  readonly codes: readonly BuiltCode[];
  readonly units = [1, 2, 3];

  constructor(format: string, locals: number) {
    this.target = new BuiltTarget(format);
    this.thread = this.target.thread();
    this.source = new OffCpuSource(this.target.memory);
    this.samples = new Samples(this.target.attach().decoder, this.source);
    this.codes = ["main", "caller", "leaf"].map((name) => this.target.code({ name, locals, returnUnit: RETURN }));
    this.target.stack(this.thread, this.frames);
    this.learn();
  }

  get frames(): [main: FrameShape, caller: FrameShape, leaf: FrameShape] {
    const [main, caller, leaf] = this.codes.map((code, depth) => ({ code, unit: this.units[depth] as number }));
    return [main as FrameShape, caller as FrameShape, leaf as FrameShape];
  }

  /** Take a sample that may be an off-CPU copy. */
  learn(): SampleText {
    const { checkpoint, proof, mayCopyOffCpu } = this.samples.decoder.wants;
    return this.samples.take(checkpoint | proof | mayCopyOffCpu);
  }

  /** What a stack of `count` of them reads as. */
  text(count: number): string[] {
    return this.target.textOf(this.frames.slice(0, count));
  }

  /** Let the function at `depth` return: its stack pointer is saved, and what it had called before has returned, too. */
  returns(depth: number): void {
    for (let i = depth; i < this.codes.length; i++) this.stands(i, RETURN);
  }

  stands(depth: number, unit: number): void {
    this.units[depth] = unit;
    const address = this.thread.frames[depth] as number;
    this.target.standAt(address, this.codes[depth] as BuiltCode, unit);
    this.target.field(address, "frameStackTop", 1, 4);
    if (this.target.layout.has("frameStackPointer")) this.clears(depth);
  }

  /** Its locals are gone (3.14+). */
  clears(depth: number, words = 0): void {
    const address = this.thread.frames[depth] as number;
    const { layout, wordSize } = this.target;
    this.target.field(address, "frameStackPointer", address + layout.at("frameLocals") + words * wordSize);
  }

  /** Let the thread name the function at `depth` as its newest. */
  names(depth: number): void {
    this.namesAddress(this.thread.frames[depth] as number);
  }

  namesAddress(address: number): void {
    this.target.field(this.thread.address, "threadCurrentFrame", address);
    this.target.field(this.thread.cframe, "cframeCurrentFrame", address);
  }

  /** What a plain copy shows, which must be proven. */
  shown(): readonly string[] {
    const { checkpoint, proof } = this.samples.decoder.wants;
    const { threads } = this.samples.take(checkpoint | proof);
    expect(threads.map(({ reasons }) => reasons)).toEqual([[]]);
    return threads[0]?.stack ?? [];
  }
}

const formats = formatNames.filter((name) => layoutOf(name).has("threadDatastackChunk"));

it("all versions with a datastack are here", () => {
  expect(new Set(formats.map((name) => layoutOf(name).version.minor))).toEqual(new Set([11, 12, 13, 14, 15]));
});

describe.each(formats)("on %s", (format) => {
  const isMarked = layoutOf(format).has("frameStackPointer");
  let program: Returning;
  beforeEach(() => {
    program = new Returning(format, 1);
  });

  it.each([0, 1, 2])("one that returns is no longer the newest, with number %i named", (named) => {
    program.returns(2);
    program.names(named);
    expect(program.shown()).toEqual(program.text(2));
  });

  it.each([0, 1, 2])("what stands on one that returns is gone, with number %i named", (named) => {
    program.returns(1);
    program.names(named);
    expect(program.shown()).toEqual(program.text(1));
  });

  it("one that has returned since the last sample is not kept of it", () => {
    const whole = program.text(3);
    expect(program.shown()).toEqual(whole);
    program.returns(2);
    expect(program.shown()).toEqual(program.text(2));
    program.returns(1);
    program.names(1);
    expect(program.shown()).toEqual(program.text(1));
  });

  it("one that runs at its last instruction is the newest", () => {
    program.stands(2, RETURN);
    program.target.field(program.thread.frames[2] as number, "frameStackTop", -1, 4);
    if (isMarked) program.clears(2, 1);
    program.names(1);
    expect(program.shown()).toEqual(program.text(3));
  });
});

describe.each(formats)("on %s", (format) => {
  it("a stack that has grown a lot is seen whole", () => {
    const program = new Returning(format, 1);
    const { target, thread } = program;
    const [main, caller, leaf] = program.frames;
    const deep = [main, ...Array.from({ length: 200 }, () => caller), leaf];
    target.stack(thread, deep);
    program.learn();
    for (let round = 0; round < 3; round++) {
      target.stack(thread, [main, leaf]);
      program.learn();
      target.stack(thread, deep);
      expect(program.shown()).toEqual(target.textOf(deep));
    }
  });

  it("what returned in a code object whose place another has taken says nothing of that one", () => {
    const program = new Returning(format, 1);
    const { target, thread } = program;
    const [main, caller, leaf] = program.codes as [BuiltCode, BuiltCode, BuiltCode];
    target.stack(thread, [{ code: main, unit: 1 }]);
    program.learn();
    const other = target.replace(leaf, { name: "other", returnUnit: 2 });
    const frames = [main, other, caller].map((code, depth) => ({ code, unit: depth === 1 ? RETURN : 1 }));
    target.stack(thread, frames);
    for (let round = 0; round < 3; round++) program.learn();
    expect(program.shown()).toEqual(target.textOf(frames));
  });

  it("nor where nothing else of that one is ever used", () => {
    const isMarked = layoutOf(format).has("frameStackPointer");
    const program = new Returning(format, isMarked ? 0 : 1);
    const { target, thread } = program;
    const [main, , leaf] = program.codes as [BuiltCode, BuiltCode, BuiltCode];
    target.stack(thread, [{ code: main, unit: 1 }]);
    for (let round = 0; round < 3; round++) program.learn();
    const other = target.replace(leaf, { name: "other", returnUnit: 2 });
    const frames = [main, other].map((code, depth) => ({ code, unit: depth === 1 ? RETURN : 1 }));
    target.stack(thread, frames);
    const newest = thread.frames[1] as number;
    target.field(newest, "frameStackTop", 1, 4);
    if (isMarked) program.clears(1);
    for (let round = 0; round < 3; round++) program.learn();
    expect(program.shown()).toEqual(target.textOf(frames));
  });

  it("a generator's frame that has ended, and leads to no caller any more, is not a thread without frames", () => {
    const program = new Returning(format, 0);
    const { target, thread } = program;
    const [main, caller] = program.frames;
    target.stack(thread, [main, { ...caller, generator: true, entry: true }]);
    expect(program.learn().threads[0]?.stack.length).toBe(2);
    const address = thread.frames[1] as number;
    program.stands(1, RETURN);
    target.field(address, "framePrevious", 0);
    if (target.layout.has("frameStackPointer")) target.field(address, "frameExecutable", 1);
    const { checkpoint, proof } = program.samples.decoder.wants;
    const { threads } = program.samples.take(checkpoint | proof);
    expect(threads.map(({ stack, reasons }) => [stack.length, reasons.includes("unproven")])).toEqual([[1, true]]);
  });

  it("what lies beyond what was copied is not missed", () => {
    const program = new Returning(format, 1);
    const { target, thread } = program;
    const [main, caller, leaf] = program.frames;
    const deep = [...Array.from({ length: 40 }, () => main), caller, leaf];
    target.stack(thread, deep);
    program.learn();
    // The plan follows a stack down slowly.
    target.stack(thread, deep.slice(0, 3));
    for (let round = 0; round < 200; round++) program.learn();
    target.stack(thread, deep);
    expect(program.shown()).toEqual(target.textOf(deep));
  });

  if (layoutOf(format).at("shimOwner") !== 255)
    it("what stands on the interpreter's own frame is not missed", () => {
      const program = new Returning(format, 1);
      const { target, thread } = program;
      const { frames } = program;
      frames[1] = { code: target.code({ name: "cleanup" }), unit: 2 };
      const show = (unit: number): readonly string[] => {
        frames[2] = { code: program.codes[2] as BuiltCode, unit };
        target.stack(thread, frames);
        target.field(thread.frames[1] as number, "frameOwner", layoutOf(format).at("shimOwner"), 1);
        return target.textOf([frames[0], frames[2]]);
      };
      const learned = show(3);
      expect(program.learn().threads[0]?.stack).toEqual(learned);
      for (const unit of [4, 5]) {
        const wanted = show(unit);
        expect(program.shown()).toEqual(wanted);
      }
    });
});

const withShims = formats.filter((name) => new BuiltTarget(name).hasShims);

it("all versions whose C has frames are here", () => {
  expect(new Set(withShims.map((name) => layoutOf(name).version.minor))).toEqual(new Set([12, 13, 14, 15]));
});

describe.each(withShims)("on %s", (format) => {
  it("what C has called is found without C's frames", () => {
    const program = new Returning(format, 1);
    const { target, thread } = program;
    const [main, caller, leaf] = program.frames;
    const throughC = [main, caller, { ...leaf, entry: true }];
    target.stack(thread, throughC);
    program.learn();
    target.stack(thread, [main, { ...caller, unit: 5 }]);
    program.shown();
    target.stack(thread, throughC);
    target.memory.hide(target.regionStart("frame"), target.used("frame"));
    expect(program.shown()).toEqual(target.textOf(throughC));
  });

  it("C's frame that was popped, and leads to no caller any more, is not a thread without frames", () => {
    const program = new Returning(format, 1);
    const { target, thread } = program;
    const [main, caller, leaf] = program.frames;
    target.stack(thread, [main, caller, { ...leaf, entry: true }]);
    expect(program.learn().threads[0]?.stack.length).toBe(3);
    // The walk can't begin at main, which has gone on.
    target.stack(thread, [{ ...main, unit: 5 }, caller]);
    const popped = thread.shims[2] as number;
    target.field(popped, "framePrevious", 0);
    program.namesAddress(popped);
    const { checkpoint, proof } = program.samples.decoder.wants;
    const { threads } = program.samples.take(checkpoint | proof);
    expect(threads.map(({ stack, reasons }) => [stack.length, reasons.includes("unproven")])).toEqual([[1, true]]);
    target.stack(thread, [{ ...main, unit: 5 }, caller]);
    expect(program.learn().threads[0]?.stack).toEqual(target.textOf([{ ...main, unit: 5 }, caller]));
  });

  it("a thread that names the frame that is a part of its state has none (base_frame, 3.15)", () => {
    const program = new Returning(format, 1);
    const { target, thread } = program;
    target.stack(thread, []);
    const base = thread.address + 1024;
    target.memory.write(base, new Uint8Array(256));
    target.field(base, "frameOwner", target.layout.at("shimOwner"), 1);
    program.namesAddress(base);
    program.source.asked = [];
    expect(program.learn().threads.map(({ stack }) => stack)).toEqual([[]]);
    expect(program.shown()).toEqual([]);
    expect(program.source.asked).toEqual([]);
  });

  it("a thread whose outermost function is being cleared has no frames: an off-CPU copy tells", () => {
    const program = new Returning(format, 1);
    const { target, thread } = program;
    const [main] = program.frames;
    target.stack(thread, [main]);
    program.learn();
    program.stands(0, RETURN);
    const outermost = thread.shims[0] as number;
    target.field(outermost, "framePrevious", 0);
    program.namesAddress(outermost);
    program.source.asked = [];
    const { threads } = program.learn();
    expect(threads.map(({ stack, reasons }) => [stack, reasons])).toEqual([[[], []]]);
    expect(program.source.asked.length).toBe(1);
  });

  it("an off-CPU copy has C's frames at once, though plain copies have done without them", () => {
    const program = new Returning(format, 1);
    const { target, thread, source } = program;
    const [main, caller, leaf] = program.frames;
    const throughC = (unit: number): FrameShape[] => [main, { ...caller, entry: true }, { ...leaf, entry: true, unit }];
    target.stack(thread, throughC(3));
    program.learn();
    for (let round = 0; round < 20; round++) {
      target.stack(thread, throughC(3 + (round % 2)));
      program.shown();
    }
    const other = [...throughC(3), { code: target.code({ name: "other" }), unit: 1 }];
    target.stack(thread, other);
    // A plain copy reads the code object that is not known, but can't prove the call.
    const { checkpoint, proof } = program.samples.decoder.wants;
    program.samples.take(checkpoint | proof);
    source.asked = [];
    const { threads } = program.learn();
    expect(threads.map(({ stack, reasons }) => [stack, reasons])).toEqual([[target.textOf(other), []]]);
    expect(source.asked.length).toBe(1);
  });

  it("what a generator has called is not missed", () => {
    const program = new Returning(format, 1);
    const { target, thread } = program;
    const [main, caller, leaf] = program.frames;
    const frames = [main, { ...caller, generator: true }, leaf];
    target.stack(thread, frames);
    program.learn();
    for (const unit of [4, 3]) {
      frames[2] = { ...leaf, unit };
      target.stack(thread, frames);
      expect(program.shown()).toEqual(target.textOf(frames));
    }
    // Nor what was never seen.
    frames[2] = { code: target.code({ name: "other" }), unit: 2 };
    target.stack(thread, frames);
    program.learn();
    expect(program.shown()).toEqual(target.textOf(frames));
  });
});

const marking = formats.filter((name) => layoutOf(name).has("frameStackPointer"));

describe.each(marking)("on %s, where one that is cleared has no locals", (format) => {
  it("one without locals is gone at its return, and no sooner", () => {
    const program = new Returning(format, 0);
    program.stands(2, 4);
    expect(program.shown()).toEqual(program.text(3));
    program.stands(2, RETURN);
    expect(program.shown()).toEqual(program.text(2));
  });

  it("one with locals is gone wherever it stands: an exception may have ended it", () => {
    const program = new Returning(format, 1);
    program.stands(2, 4);
    expect(program.shown()).toEqual(program.text(2));
  });
});
