// Generators and coroutines in the midst of a stack: their frames lie neither on the datastack nor where they lay for others, and what
// they call lies on the datastack again. What is unchanged of them is not walked anew; what has changed is never kept.
import { beforeEach, describe, expect, it } from "vitest";
import { BuiltTarget } from "./built_target.js";
import { formatNames, layoutOf } from "./layouts.js";
import { Program } from "./program.js";

const UNPROVEN = "unproven";
/** More samples than the plan keeps what none of them uses. */
const MANY = 20;

/** A program, and what is shown of it. */
class Generators extends Program {
  /** Take a sample that may be an off-CPU copy. */
  learn(): readonly string[] {
    const { checkpoint, proof, mayCopyOffCpu } = this.samples.decoder.wants;
    return this.#take(checkpoint | proof | mayCopyOffCpu);
  }

  /** What a plain copy shows: a stack that is proven, or UNPROVEN. */
  shown(): readonly string[] {
    const { checkpoint, proof } = this.samples.decoder.wants;
    this.target.memory.forgetFills();
    return this.#take(checkpoint | proof);
  }

  #take(wants: number): readonly string[] {
    const [thread] = this.samples.take(wants).threads;
    return thread?.reasons.includes(UNPROVEN) ? [UNPROVEN] : (thread?.stack ?? []);
  }

  /** Addresses that the last plain sample asked for. */
  get asked(): number[] {
    return this.target.memory.fills.flat().map(({ address }) => address);
  }
}

const formats = formatNames.filter((name) => layoutOf(name).has("threadDatastackChunk"));

it("all versions with a datastack are here", () => {
  expect(new Set(formats.map((name) => layoutOf(name).version.minor))).toEqual(new Set([11, 12, 13, 14, 15]));
});

describe.each(formats)("on %s", (format) => {
  let program: Generators;
  beforeEach(() => {
    program = new Generators(format, { locals: 1, returnUnit: 7 });
  });

  it.each([
    ["a generator", ["main@1", "~yields@2"]],
    ["one that C has resumed", ["main@1", "caller@2", ">~yields@2"]],
    ["two of them", ["main@1", "~outer@2", "~yields@2"]],
    ["one above a function that another has called", ["main@1", ">~outer@2", "caller@1", ">~yields@2"]],
  ])("what stands on %s is found in one copy, without C's frame above it", (_, below) => {
    for (const unit of [1, 2, 3]) {
      program.run(...below, `>between@${unit}`, "leaf@1");
      program.learn();
    }
    for (let round = 0; round < MANY; round++) {
      const expected = program.run(...below, `>between@${1 + (round % 3)}`, "leaf@1");
      expect(program.shown()).toEqual(expected);
      expect(program.samples.decoder.attempts).toBe(1);
    }
    const { shims } = program.thread;
    const above = shims[below.length];
    if (above !== undefined) expect(program.asked).not.toContain(above);
    expect(program.target.walkFills().length).toBe(1);
  });

  it("a generator that has gone on is shown where it is", () => {
    for (const unit of [1, 2]) {
      program.run("main@1", `~yields@${unit}`, "leaf@1");
      program.learn();
    }
    for (const unit of [1, 2, 2, 1]) {
      const expected = program.run("main@1", `~yields@${unit}`, "leaf@1");
      expect(program.shown()).toEqual(expected);
    }
  });

  it("what has returned above a generator is gone, and so is the generator", () => {
    const stacks = [
      ["main@1", "~yields@1", "leaf@1", "inner@1"],
      ["main@1", "~yields@1", "leaf@2"],
      ["main@2"],
      ["main@3", "other@1"],
      ["main@1", "~yields@1", "other@1"],
    ];
    for (const stack of stacks) {
      program.run(...stack);
      program.learn();
    }
    for (const stack of [...stacks, ...[...stacks].reverse()]) {
      const expected = program.run(...stack);
      expect(program.shown()).toEqual(expected);
    }
  });

  if (new BuiltTarget(format).hasShims)
    it("one that C has resumed is not kept where another frame called C", () => {
      const learned = program.run("main@1", "caller@2", ">~yields@2", ">leaf@1");
      program.learn();
      for (let round = 0; round < 3; round++) expect(program.shown()).toEqual(learned);
      const { target, thread } = program;
      const [main = 0] = thread.frames;
      target.field(thread.shims[2] as number, "framePrevious", main);
      expect(program.shown()).toEqual([UNPROVEN]);
      expect(program.learn()).toEqual([learned[0], learned[2], learned[3]]);
    });

  it("a generator's frame that can't be read any more is not kept", () => {
    const learned = program.run("main@1", "~yields@2", "leaf@1");
    program.learn();
    expect(program.shown()).toEqual(learned);
    program.target.memory.hide(program.thread.frames[1] as number, 64);
    expect(program.shown()).toEqual([UNPROVEN]);
  });
});
