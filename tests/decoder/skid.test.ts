// Samples that show another moment than the one that was to be shown: a copy was not believed, and at the next the thread had
// gone on. In: a program that a test lets go on between two copies.
import { describe, expect, it } from "vitest";
import type { MemorySource } from "../../src/decoder/index.js";
import type { BuiltCode } from "./built_objects.js";
import { BuiltTarget, type BuiltThread } from "./built_target.js";
import { formatNames } from "./layouts.js";

/** One thread that calls a from main@1 and b from main@2, and has been seen to. */
class Program implements MemorySource {
  interrupted = false;
  /** What happens after a copy. */
  next: (() => void) | undefined;
  readonly target: BuiltTarget;
  readonly #thread: BuiltThread;
  readonly #codes: Record<string, BuiltCode> = {};
  readonly decoder;

  constructor(format: string) {
    this.target = new BuiltTarget(format);
    this.#thread = this.target.thread();
    this.decoder = this.target.attach().decoder;
    const { mayCopyOffCpu } = this.decoder.wants;
    for (const frames of ["main@1 a@1", "main@2 b@1", "main@1 a@2"]) {
      this.run(frames);
      this.sample(mayCopyOffCpu);
      this.sample(mayCopyOffCpu);
    }
  }

  /** Stand at `frames`, root first. */
  run(frames: string): void {
    const shapes = frames.split(" ").map((text) => {
      const [name = "", unit] = text.split("@");
      this.#codes[name] ??= this.target.code({ name });
      return { code: this.#codes[name], unit: Number(unit) };
    });
    this.target.stack(this.#thread, shapes);
  }

  /** Take a sample that is to be proven. @returns whether it is restless */
  sample(bits: number): boolean {
    expect(this.decoder.sample(this, this.decoder.wants.proof | bits)).toBe("sampled");
    return this.decoder.hasSkid;
  }

  get proof(): string | undefined {
    const proof = this.decoder.proof(0);
    return Object.entries(this.decoder.proofs).find(([, one]) => one === proof)?.[0];
  }

  fill(memory: Uint8Array, requests: number, count: number): number {
    const copied = this.target.memory.fill(memory, requests, count);
    this.#after();
    return copied;
  }

  fillOffCpu(memory: Uint8Array, requests: number, count: number): boolean {
    this.target.memory.fill(memory, requests, count);
    this.#after();
    return true;
  }

  #after(): void {
    const { next } = this;
    this.next = undefined;
    next?.();
  }
}

describe.each(formatNames)("on %s, a sample", (format) => {
  it("of a copy that is believed is not restless", () => {
    const program = new Program(format);
    program.next = () => program.run("main@2 b@1");
    expect(program.sample(0)).toBe(false);
    expect(program.decoder.attempts).toBe(1);
  });

  it("is restless where the thread went on after a copy that was not believed", () => {
    const program = new Program(format);
    program.run("main@2 a@1");
    program.next = () => program.run("main@2 b@1");
    expect(program.sample(0)).toBe(true);
    expect(program.proof).toBe("edges");
    // Each for itself.
    expect(program.sample(0)).toBe(false);
  });

  it("is not restless where the thread stood, believed or not", () => {
    const program = new Program(format);
    program.run("main@2 a@1");
    expect(program.sample(0)).toBe(false);
    expect(program.proof).toBe("none");
    expect(program.decoder.attempts).toBeGreaterThan(1);
  });

  it("is not restless where a call was learnt", () => {
    const program = new Program(format);
    program.run("main@2 a@1");
    program.next = () => program.run("main@4 a@1");
    expect(program.sample(program.decoder.wants.mayCopyOffCpu)).toBe(false);
    expect(program.proof).toBe("still");
  });

  it("is not restless where a code object was read", () => {
    const program = new Program(format);
    program.run("main@1 new@1");
    program.next = () => program.run("main@1 a@1");
    expect(program.sample(0)).toBe(false);
    expect(program.proof).toBe("edges");
  });

  it("is not restless where the copy was only late", () => {
    const program = new Program(format);
    program.run("main@1 a@1");
    program.interrupted = true;
    program.next = () => {
      program.interrupted = true;
      program.next = () => {
        program.interrupted = false;
      };
      program.run("main@2 b@1");
    };
    expect(program.sample(0)).toBe(false);
    expect(program.decoder.attempts).toBeGreaterThan(1);
  });
});
