// Code objects replaced at their address, as an allocator does at once: between samples, between the copies of a sample,
// between the ranges of a copy. The decoder must never show a function that the frame, when it was copied, did not run.
import { describe, expect, it } from "vitest";
import type { BuiltCode, CodeShape } from "./built_objects.js";
import { BuiltTarget } from "./built_target.js";
import { formatNames } from "./layouts.js";
import { INVALID } from "./samples.js";

/** What differs in the code object that comes next; all have another name of the same length. */
const DIFFERENCES: readonly (readonly [string, Partial<CodeShape>])[] = [
  ["nothing but the name", {}],
  ["the file", { filename: "/app/side.py" }],
  ["the first line", { firstLine: 77 }],
  ["the length", { units: 12 }],
  ["the flags", { flags: 0x13 }],
  ["the arguments", { argumentCount: 2 }],
];

/** A thread whose leaf runs a code object that is replaced again and again. */
class Churn {
  readonly target: BuiltTarget;
  readonly frame: number;
  /** What the leaf ran whenever its frame was copied, newest last. */
  readonly copied: string[] = [];
  code: BuiltCode;
  #serial = 0;

  constructor(format: string, versioned: boolean) {
    this.target = new BuiltTarget(format);
    const { target } = this;
    const root = target.code({ name: "root" });
    this.code = target.code({ name: this.#name(), ...(versioned ? {} : { version: 0 }) });
    const thread = target.thread();
    target.stack(thread, [{ code: root }, { code: this.code }]);
    this.frame = thread.frames[1] as number;
    target.memory.beforeRange = ({ address, length }) => {
      if (address <= this.frame && this.frame < address + length) this.copied.push(this.text);
    };
  }

  get text(): string {
    return this.target.text(this.code, 1);
  }

  replace(difference: Partial<CodeShape> = {}): void {
    this.code = this.target.replace(this.code, { name: this.#name(), ...difference });
  }

  #name(): string {
    return `f${String(this.#serial++).padStart(4, "0")}`;
  }
}

const kinds = [
  ["numbered", true],
  ["not numbered", false],
] as const;

describe.each(formatNames)("on %s", (format) => {
  describe.each(kinds)("where code objects are %s", (_, versioned) => {
    it.each(DIFFERENCES)("one that differs in %s is noticed at the next sample", (_, difference) => {
      const churn = new Churn(format, versioned);
      const samples = churn.target.attach();
      for (let round = 0; round < 30; round++) {
        expect(samples.take().threads[0]?.stack[1]).toBe(churn.text);
        // Long enough in one place that all is known, then at every sample
        if (round > 12) churn.replace(difference);
      }
    });

    it("one that comes between any two copies of a sample is shown or the frame is invalid", () => {
      for (const warm of [false, true]) {
        for (let when = 0; ; when++) {
          const churn = new Churn(format, versioned);
          const samples = churn.target.attach();
          if (warm) for (let round = 0; round < 3; round++) samples.take();
          let fills = 0;
          churn.target.memory.beforeFill = () => {
            if (fills++ === when) churn.replace({ filename: "/app/side.py", firstLine: 33 });
          };
          const thread = samples.take().threads[0];
          expect([churn.copied.at(-1), INVALID]).toContain(thread?.stack[1]);
          if (thread?.stack[1] === INVALID) expect(thread.reasons).not.toEqual([]);
          if (fills <= when) break;
          expect(thread?.stack[1]).toBe(churn.text); // there were attempts left
        }
      }
    });

    it("those that come at each copy are never shown late", () => {
      const churn = new Churn(format, versioned);
      const samples = churn.target.attach();
      for (let round = 0; round < 20; round++) {
        // What was known when it began decides in which attempts code objects are read, and in which compared.
        churn.target.memory.beforeFill = undefined;
        if (round % 2 === 1) expect(samples.take().threads[0]?.stack[1]).toBe(churn.text);
        churn.target.memory.beforeFill = () => churn.replace();
        const thread = samples.take().threads[0];
        expect([churn.copied.at(-1), INVALID]).toContain(thread?.stack[1]);
        if (thread?.stack[1] === INVALID) expect(thread.reasons).toContain("code changed while read");
      }
    });

    it("one that comes between any two ranges of a copy is never shown late", () => {
      for (let when = 0; ; when++) {
        const churn = new Churn(format, versioned);
        const samples = churn.target.attach();
        for (let round = 0; round < 3; round++) samples.take();
        let ranges = 0;
        const note = churn.target.memory.beforeRange;
        churn.target.memory.beforeRange = (range) => {
          if (ranges++ === when) churn.replace();
          note?.(range);
        };
        const thread = samples.take().threads[0];
        expect([churn.copied.at(-1), INVALID]).toContain(thread?.stack[1]);
        if (ranges <= when) break;
      }
    });
  });

  it("one that comes while the frame is elsewhere at every copy is never shown late", () => {
    for (let when = 0; when < 40; when++) {
      const target = new BuiltTarget(format);
      const root = target.code({ name: "root" });
      let code = target.code({ name: "f0000" });
      const thread = target.thread();
      const places = new Set<number>();
      let copied = "";
      const move = () => {
        thread.places.length = Math.min(thread.places.length, 1);
        target.stack(thread, [{ code: root }, { code, generator: target.usesChunks }]);
        places.add(thread.frames[1] as number);
      };
      move();
      const samples = target.attach();
      for (let round = 0; round < 3; round++) samples.take();
      let fills = 0;
      target.memory.beforeFill = () => {
        if (fills++ === when) code = target.replace(code, { name: "f0001" });
        move();
      };
      target.memory.beforeRange = ({ address }) => {
        if (places.has(address)) copied = target.text(code, 1);
      };
      for (let round = 0; round < 3; round++) {
        const stack = samples.take().threads[0]?.stack ?? [];
        for (const text of stack) expect([target.text(root, 1), copied, INVALID], `fill ${when}`).toContain(text);
      }
    }
  });
});
