// 3.13's counter of code objects is found by inference. A word that stands still in its place must not keep functions' names
// for ever; nor must one that moves, but for other reasons.
import { describe, expect, it } from "vitest";
import type { BuiltCode } from "./built_objects.js";
import { BuiltTarget, type BuiltThread } from "./built_target.js";
import { formatNames, layoutOf } from "./layouts.js";
import type { Samples } from "./samples.js";

const formats = formatNames.filter((name) => layoutOf(name).has("interpreterCodeCreations"));

it("all versions whose counter is inferred are here", () => {
  expect(new Set(formats.map((name) => layoutOf(name).version.minor))).toEqual(new Set([13]));
});

/** A target whose leaf is another code object whenever one is wanted, at the same address. */
class Renaming {
  readonly target: BuiltTarget;
  readonly samples: Samples;
  readonly thread: BuiltThread;
  readonly #root: BuiltCode;
  #code: BuiltCode;
  #names = 0;

  /** @param word what lies where the counter should lie; undefined: the counter */
  constructor(format: string, word?: number) {
    this.target = new BuiltTarget(format);
    this.target.countsVersions = word === undefined;
    this.thread = this.target.thread();
    this.#root = this.target.code({ name: "root" });
    this.#code = this.run("f00");
    if (word !== undefined) this.put(word);
    this.samples = this.target.attach();
  }

  put(word: number): void {
    for (const { address } of this.target.interpreters) {
      this.target.field(address, "interpreterCodeCreations", word, 4);
    }
  }

  /** Let a function run that is made now. */
  run(name: string): BuiltCode {
    this.#code = this.target.code({ name });
    this.target.stack(this.thread, [{ code: this.#root }, { code: this.#code }]);
    return this.#code;
  }

  rename(): void {
    this.#code = this.target.replace(this.#code, { name: `f${String(++this.#names).padStart(2, "0")}` });
  }

  /** Whether the leaf is shown as what it is. */
  isRight(): boolean {
    return this.samples.take().threads[0]?.stack[1] === this.target.text(this.#code, 1);
  }

  /** How many code objects a checkpoint copies where nothing has changed. */
  compared(): number {
    // What was not of use for a while is copied no more.
    for (let i = 0; i < 20; i++) this.samples.take();
    this.target.memory.forgetFills();
    this.samples.take();
    return this.target.countByRegion(this.target.memory.fills.flat()).code ?? 0;
  }
}

describe.each(formats)("on %s", (format) => {
  it.each([
    ["is less than what the counter would be", 1],
    ["is more", 4_000_000],
    ["is 0", 0],
  ])("a word that stands still, and %s, is not believed", (_, word) => {
    const program = new Renaming(format, word);
    for (let i = 0; i < 20; i++) {
      expect(program.isRight()).toBe(true);
      if (i > 5) program.rename();
    }
    expect(program.compared()).toBe(2);
  });

  it("a word that moves by itself is not believed", () => {
    const program = new Renaming(format, 1_000_000);
    for (let i = 0; i < 20; i++) {
      expect(program.isRight()).toBe(true);
      if (i % 2 === 0) program.put(1_000_000 + i);
      if (i > 5) program.rename();
    }
    expect(program.compared()).toBe(2);
  });

  it("the counter is believed, by what lies behind it", () => {
    expect(new Renaming(format).compared()).toBe(0);
  });

  it("and where nothing lies there, once it was seen to count", () => {
    const program = new Renaming(format, 3);
    expect(program.compared()).toBe(2);
    // What is made now has the version that the word has, which is raised.
    program.rename();
    program.put(4);
    expect(program.isRight()).toBe(true);
    expect(program.compared()).toBe(0);
    // One that it should have counted, and did not.
    program.run("late");
    expect(program.compared()).toBe(2);
    program.rename();
    expect(program.isRight()).toBe(true);
  });
});
