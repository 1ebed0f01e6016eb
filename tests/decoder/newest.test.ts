// Where the walk and the thread state name different frames as the newest: a program that calls or returns looks so for a moment,
// and one that stays does not. What is shown must be what it stays in, or be marked.
import { beforeEach, describe, expect, it } from "vitest";
import type { BuiltCode } from "./built_objects.js";
import { BuiltTarget, type BuiltThread, type FrameShape } from "./built_target.js";
import { formatNames, layoutOf } from "./layouts.js";
import { OffCpuSource } from "./off_cpu_source.js";
import { Samples } from "./samples.js";

const RETURN = 6;
const UNPROVEN = "unproven";

/** A thread that has run main, caller and leaf, each at unit 1, and a sampler that knows these calls. */
class Program {
  readonly target: BuiltTarget;
  readonly thread: BuiltThread;
  readonly source: OffCpuSource;
  readonly samples: Samples;
  readonly main: BuiltCode;
  readonly caller: BuiltCode;
  readonly leaf: BuiltCode;

  constructor(format: string) {
    this.target = new BuiltTarget(format);
    this.thread = this.target.thread();
    this.source = new OffCpuSource(this.target.memory);
    this.samples = new Samples(this.target.attach().decoder, this.source);
    const code = (name: string): BuiltCode => this.target.code({ name, locals: 1, returnUnit: RETURN });
    [this.main, this.caller, this.leaf] = [code("main"), code("caller"), code("leaf")];
    this.runs(this.whole);
    this.learn();
  }

  get whole(): FrameShape[] {
    return [this.main, this.caller, this.leaf].map((code) => ({ code }));
  }

  runs(frames: readonly FrameShape[]): void {
    this.target.stack(this.thread, frames);
  }

  /** Frame number `depth` has called C, which doesn't save its stack pointer (3.11 to 3.13). */
  runsC(depth: number): void {
    this.target.field(this.thread.frames[depth] as number, "frameStackTop", -1, 4);
  }

  names(address: number): void {
    this.target.field(this.thread.address, "threadCurrentFrame", address);
    this.target.field(this.thread.cframe, "cframeCurrentFrame", address);
  }

  /** Take a sample that may be an off-CPU copy. */
  learn(): readonly string[] {
    const { checkpoint, proof, mayCopyOffCpu } = this.samples.decoder.wants;
    return this.#take(checkpoint | proof | mayCopyOffCpu);
  }

  /** What a plain copy shows: a stack that is proven, or UNPROVEN. */
  shown(): readonly string[] {
    const { checkpoint, proof } = this.samples.decoder.wants;
    return this.#take(checkpoint | proof);
  }

  #take(wants: number): readonly string[] {
    const [thread] = this.samples.take(wants).threads;
    return thread?.reasons.includes(UNPROVEN) ? [UNPROVEN] : (thread?.stack ?? []);
  }

  textOf(frames: readonly FrameShape[]): readonly string[] {
    return this.target.textOf(frames);
  }
}

const formats = formatNames.filter((name) => layoutOf(name).has("threadDatastackChunk"));

describe.each(formats)("on %s", (format) => {
  let program: Program;
  beforeEach(() => {
    program = new Program(format);
  });

  it("what C has called for the first time, and what that has, is never shown as their caller's", () => {
    const { main, caller, leaf } = program;
    const alone = [{ code: main }];
    program.runs(alone);
    expect(program.shown()).toEqual(program.textOf(alone));
    const through: FrameShape[] = [{ code: main }, { code: caller, entry: true }, { code: leaf }];
    program.runs(through);
    program.runsC(0);
    // Its edges are of calls that were seen: a stack that lacks frames would count as proven.
    for (let round = 0; round < 3; round++) {
      expect([[UNPROVEN], program.textOf(through)]).toContainEqual(program.shown());
    }
    expect(program.learn()).toEqual(program.textOf(through));
    expect(program.shown()).toEqual(program.textOf(through));
  });

  it("nor is it where what it called is being cleared, or returns to it", () => {
    const { main, caller, leaf } = program;
    const through: FrameShape[] = [{ code: main }, { code: caller, entry: true }, { code: leaf, unit: RETURN }];
    program.runs([{ code: main }]);
    program.learn();
    program.runs(through);
    program.runsC(0);
    const [, entered = 0, returning = 0] = program.thread.frames;
    const { target } = program;
    target.field(returning, "frameStackTop", 1, 4);
    if (target.layout.has("frameStackPointer")) {
      target.field(returning, "frameStackPointer", returning + target.layout.at("frameLocals"));
    }
    program.names(entered);
    for (let round = 0; round < 3; round++) {
      expect([[UNPROVEN], program.textOf(through.slice(0, 2))]).toContainEqual(program.shown());
    }
    expect(program.learn()).toEqual(program.textOf(through.slice(0, 2)));
  });

  it("where a frame that stays is named that the walk doesn't have, nothing is proven but by an off-CPU copy", () => {
    const { main, caller, leaf, target, thread } = program;
    const other: FrameShape[] = [...program.whole, { code: caller, unit: 4 }];
    program.runs(other);
    program.learn();
    const stays = thread.frames[3] as number;
    program.runs(program.whole);
    // It runs, and another frame than the leaf has called it.
    target.frame(stays, { code: leaf, unit: 3, entry: true }, (thread.frames[0] as number) + 8, true);
    program.names(stays);
    for (let round = 0; round < 3; round++) expect(program.shown()).toEqual([UNPROVEN]);
    expect(program.textOf([{ code: main }])).not.toEqual(program.learn());
  });

  it("a leaf that has returned for as long as two looks has not been the leaf", () => {
    expect(program.shown()).toEqual(program.textOf(program.whole));
    program.names(program.thread.frames[1] as number);
    // At the first look it may have returned just now.
    expect(program.shown()).toEqual(program.textOf(program.whole));
    expect(program.shown()).toEqual([UNPROVEN]);
  });

  it("each look counts from the last one at which both named the same", () => {
    const [, caller = 0, leaf = 0] = program.thread.frames;
    for (let round = 0; round < 3; round++) {
      program.names(caller);
      expect(program.shown()).toEqual(program.textOf(program.whole));
      program.names(leaf);
      expect(program.shown()).toEqual(program.textOf(program.whole));
    }
  });

  it("a thread that has lost its processor while it returns is in what returns", () => {
    const { target, thread } = program;
    const returning = [...program.whole.slice(0, 2), { code: program.leaf, unit: RETURN }];
    program.runs(returning);
    const leaf = thread.frames[2] as number;
    target.field(leaf, "frameStackTop", 1, 4);
    if (target.layout.has("frameStackPointer")) {
      target.field(leaf, "frameStackPointer", leaf + target.layout.at("frameLocals"));
    }
    expect(program.shown()).toEqual(program.textOf(returning.slice(0, 2)));
    for (let round = 0; round < 3; round++) expect(program.shown()).toEqual(program.textOf(returning));
  });

  if (new BuiltTarget(format).hasShims)
    it("one that has left the interpreter is in what called C", () => {
      const through: FrameShape[] = [{ code: program.main }, { code: program.caller, entry: true }];
      program.runs(through);
      program.learn();
      program.runs(through.slice(0, 1));
      program.runsC(0);
      program.names(program.thread.shims[1] as number);
      for (let round = 0; round < 3; round++) {
        expect(program.shown()).toEqual(program.textOf(through.slice(0, 1)));
      }
    });
});

const marking = formats.filter((name) => new BuiltTarget(name).hasShims && layoutOf(name).has("frameStackTop"));

it("all versions are here whose C has frames and whose frames say that they run", () => {
  expect(new Set(marking.map((name) => layoutOf(name).version.minor))).toEqual(new Set([12, 13]));
});

describe.each(marking)("on %s", (format) => {
  it("what a function too short to be seen has left above the leaf is read once, and is no doubt from then on", () => {
    const program = new Program(format);
    const { target, thread, main, caller } = program;
    const through: FrameShape[] = [{ code: main }, { code: caller, entry: true }];
    program.runs(through);
    program.learn();
    const [, above = 0] = thread.frames;
    program.runs(through.slice(0, 1));
    program.runsC(0);
    const unseen = target.code({ name: "unseen", locals: 1, returnUnit: RETURN });
    target.frame(above, { code: unseen, unit: RETURN }, above + 8, false);
    program.names(thread.shims[1] as number);
    for (let round = 0; round < 2; round++) expect(program.shown()).toEqual(program.textOf(through.slice(0, 1)));
  });
});

const withStates = formatNames.filter((name) => layoutOf(name).has("frameState"));

it("all versions whose frames say that they have returned are here", () => {
  expect(new Set(withStates.map((name) => layoutOf(name).version.minor))).toEqual(new Set([9, 10]));
});

describe.each(withStates)("on %s", (format) => {
  const RETURNED = 3; // FRAME_RETURNED of pycore_frame.h, 3.10; on 3.9 anything but 1 is not executing

  it("what a tracer runs while a function returns stands on that function", () => {
    const program = new Program(format);
    const { target, thread, main, caller } = program;
    const traced: FrameShape[] = [
      { code: main },
      { code: caller, unit: RETURN },
      { code: target.code({ name: "tracer" }) },
    ];
    program.runs(traced);
    target.field(thread.frames[1] as number, "frameState", RETURNED, 1);
    for (let round = 0; round < 2; round++) expect(program.shown()).toEqual([UNPROVEN]);
    expect(program.learn()).toEqual(program.textOf(traced));
    for (let round = 0; round < 2; round++) expect(program.shown()).toEqual(program.textOf(traced));
  });

  it("a profiler in C is called while the function that returns is the newest: an off-CPU copy shows it", () => {
    const program = new Program(format);
    const returning = program.whole;
    program.target.field(program.thread.frames[2] as number, "frameState", RETURNED, 1);
    expect(program.shown()).toEqual(program.textOf(returning.slice(0, 2)));
    expect(program.shown()).toEqual([UNPROVEN]);
    expect(program.learn()).toEqual(program.textOf(returning));
  });
});
