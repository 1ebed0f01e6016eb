// What a build without the GIL changes: threads run at once, so each stack is proven by itself; and each thread has bytecode
// of its own, so that the same instruction lies elsewhere for each.
import { describe, expect, it } from "vitest";
import type { BuiltCode } from "./built_objects.js";
import { BuiltTarget, type BuiltThread, OWN_PID } from "./built_target.js";
import { formatNames, layoutOf } from "./layouts.js";
import { OffCpuSource } from "./off_cpu_source.js";
import { INVALID, Samples } from "./samples.js";

const freeThreaded = formatNames.filter((name) => layoutOf(name).at("freeThreaded") === 1);
const withBytecodes = freeThreaded.filter((name) => layoutOf(name).has("codeTlbc"));

it("all free-threaded versions are here", () => {
  expect(freeThreaded.length).toBe(6);
  expect(withBytecodes.length).toBe(4);
});

/** Threads that run the same functions, and their sampler. */
class Threads {
  readonly target: BuiltTarget;
  readonly threads: BuiltThread[];
  readonly source: OffCpuSource;
  readonly samples: Samples;
  readonly #codes: BuiltCode[];

  constructor(format: string, count: number) {
    this.target = new BuiltTarget(format);
    this.#codes = ["main", "calls", "leaf"].map((name) => this.target.code({ name }));
    this.threads = Array.from({ length: count }, () => this.target.thread());
    for (const thread of this.threads) this.place(thread, 1);
    this.source = new OffCpuSource(this.target.memory);
    this.samples = new Samples(this.target.attach().decoder, this.source);
  }

  /** Let a thread's frames stand at code unit `unit`; @returns what must be shown of it. */
  place(thread: BuiltThread, unit: number): string[] {
    const frames = this.#codes.map((code) => ({ code, unit }));
    this.target.stack(thread, frames);
    return this.target.textOf(frames);
  }

  take(bits: number) {
    const { checkpoint, proof } = this.samples.decoder.wants;
    this.source.asked = [];
    const { threads } = this.samples.take(checkpoint | proof | bits);
    return Object.fromEntries(threads.map(({ nativeId, stack }) => [nativeId, stack]));
  }

  /** What must be shown where each thread stands at the code unit of its number. */
  expected(units: readonly number[]): Record<number, string[]> {
    return Object.fromEntries(
      this.threads.map((thread, i) => [thread.nativeId, this.place(thread, units[i] as number)]),
    );
  }
}

/** A source whose first copy takes long. */
class InterruptedAtFirst extends OffCpuSource {
  fills = 0;

  get interrupted(): boolean {
    return this.fills === 1;
  }

  override fill(memory: Uint8Array, requests: number, count: number): number {
    this.fills++;
    return super.fill(memory, requests, count);
  }
}

describe.each(freeThreaded)("on %s", (format) => {
  it("a thread that stands still proves no other one's stack", () => {
    const { samples, source, take, threads } = bound(new Threads(format, 3));
    const { mayCopyOffCpu } = samples.decoder.wants;
    take(0);
    // Only the first off-CPU copy is one.
    source.fillOffCpu = (memory, requests, count, nativeId) => {
      source.asked.push(nativeId);
      source.fill(memory, requests, count);
      return source.asked.length === 1;
    };
    const seen = take(mayCopyOffCpu);
    const [proven] = source.asked;
    // All do the same, so that the calls of one prove those of all: what is left is shown at another place.
    expect(threads.map(({ nativeId }) => nativeId)).toContain(proven);
    expect(Object.values(seen).filter(([root]) => root !== INVALID).length).toBe(3);
    const { decoder } = samples;
    const proofs = Array.from({ length: 3 }, (_, thread) => [decoder.nativeId(thread), decoder.proof(thread)]);
    const { still, edges } = decoder.proofs;
    expect(new Map(proofs as [number, number][])).toEqual(
      new Map(threads.map(({ nativeId }) => [nativeId, nativeId === proven ? still : edges])),
    );
  });

  it("stacks that have nothing in common need an off-CPU copy each, and get it within one sample", () => {
    const many = new Threads(format, 4);
    const units = [1, 2, 3, 4];
    const shown = many.expected(units);
    const { mayCopyOffCpu } = many.samples.decoder.wants;
    many.take(0);
    expect(many.take(mayCopyOffCpu)).toEqual(shown);
    expect(new Set(many.source.asked)).toEqual(new Set(many.threads.map(({ nativeId }) => nativeId)));
    expect(many.source.asked.length).toBe(4);
    expect(many.take(0)).toEqual(shown);
  });

  it("a thread whose copy does not fit together costs the others nothing", () => {
    const many = new Threads(format, 3);
    const shown = many.expected([1, 2, 3]);
    const { mayCopyOffCpu } = many.samples.decoder.wants;
    many.take(0);
    many.take(mayCopyOffCpu);
    const torn = many.threads[1] as BuiltThread;
    many.target.field(torn.frames[1] as number, "framePrevious", 4096);
    const seen = many.take(mayCopyOffCpu);
    expect(seen).toEqual({ ...shown, [torn.nativeId]: [INVALID] });
  });

  it("a thread that was proven is not copied again while others are", () => {
    const many = new Threads(format, 2);
    const [first, second] = many.threads as [BuiltThread, BuiltThread];
    const shown = many.expected([1, 2]);
    const { mayCopyOffCpu } = many.samples.decoder.wants;
    many.take(0);
    many.take(mayCopyOffCpu);
    const moved = many.place(second, 6);
    many.target.memory.beforeFill = () => {
      // Once the copy is made by which its known calls prove it, the first thread goes where it never was.
      if (many.source.asked.length === 1) many.place(first, 7);
    };
    const seen = many.take(mayCopyOffCpu);
    many.target.memory.beforeFill = undefined;
    expect(seen).toEqual({ ...shown, [second.nativeId]: moved });
  });

  it("a copy that took long proves no stack, though all its calls are known", () => {
    const many = new Threads(format, 2);
    const { decoder } = many.samples;
    const { checkpoint, proof, mayCopyOffCpu } = decoder.wants;
    const shown = many.expected([1, 2]);
    many.take(0);
    many.take(mayCopyOffCpu);
    for (let round = 0; round < 2; round++) expect(many.take(0)).toEqual(shown);
    expect(decoder.attempts).toBe(1);
    const lateAtFirst = new InterruptedAtFirst(many.target.memory);
    expect(decoder.sample(lateAtFirst, checkpoint | proof)).toBe("sampled");
    expect(decoder.attempts).toBe(2);
    expect([decoder.proof(0), decoder.proof(1)]).toEqual([decoder.proofs.edges, decoder.proofs.edges]);
  });

  it("nobody is left out for not having the GIL", () => {
    const many = new Threads(format, 3);
    const [first, second] = many.threads as [BuiltThread, BuiltThread];
    many.target.takeGil(second);
    many.target.takeGil(first);
    for (let round = 0; round < 6; round++) many.samples.take();
    const shown = many.expected([2, 3, 4]);
    expect(many.samples.stacks()).toEqual(shown);
    const { decoder } = many.samples;
    decoder.sample(many.target.memory, 0);
    many.expected([5, 6, 7]);
    decoder.sample(many.target.memory, 0);
    const starts = Array.from({ length: 3 }, (_, thread) => decoder.version(thread));
    expect(starts.every((version) => version > 2)).toBe(true);
    expect(OWN_PID).toBe(many.threads[0]?.nativeId);
  });
});

describe.each(withBytecodes)("threads' own bytecode on %s", (format) => {
  it("gives the instruction its place, in copies that were made late and in arrays that grew", () => {
    const target = new BuiltTarget(format);
    const code = target.code({ name: "shared" });
    const threads = Array.from({ length: 6 }, () => target.thread());
    const samples = target.attach();
    for (const [i, thread] of threads.entries()) {
      target.stack(thread, [{ code, unit: i }]);
      const stacks = samples.stacks();
      for (let j = 0; j <= i; j++) {
        expect(stacks[OWN_PID + j]).toEqual(target.textOf([{ code, unit: j }]));
      }
    }
    // Until its first instruction a thread runs the code object's own.
    target.stack(threads[3] as BuiltThread, [{ code, unit: 7, bytecode: 0 }]);
    expect(samples.stacks()[OWN_PID + 3]).toEqual(target.textOf([{ code, unit: 7 }]));
  });

  it("revokes what was said by a copy that has gone elsewhere", () => {
    const target = new BuiltTarget(format);
    const code = target.code({ name: "shared" });
    target.running("main");
    const thread = target.thread();
    target.stack(thread, [{ code, unit: 3 }]);
    const samples = target.attach();
    for (let round = 0; round < 5; round++) samples.take();
    expect(samples.decoder.isRevoked).toBe(false);
    // Freed, and made anew for the next thread with the index: a few code units on.
    const array = target.read(code.address, "codeTlbc");
    const entry = array + target.layout.at("tlbcEntries") + thread.tlbcIndex * target.wordSize;
    const before = target.localBytecode(code, thread.tlbcIndex);
    target.word(entry, before + 4);
    samples.take(0);
    expect(samples.decoder.isRevoked).toBe(false);
    const sample = samples.take();
    expect(samples.decoder.isRevoked).toBe(true);
    expect(sample.threads.find(({ nativeId }) => nativeId === thread.nativeId)).toMatchObject({
      stack: target.textOf([{ code, unit: 1 }]),
      reasons: [],
    });
  });

  it("shows no place for an instruction in no copy, or for a copy that isn't there", () => {
    const target = new BuiltTarget(format);
    const code = target.code({ name: "shared" });
    const leaf = target.code({ name: "leaf" });
    const thread = target.thread();
    const text = target.textOf([{ code: leaf }])[0];
    target.stack(thread, [{ code }, { code: leaf }]);
    const root = thread.frames[0] as number;
    const samples = target.attach();
    for (const index of [1, 2, 0xffff, 0x7fff_ffff, 0xffff_ffff]) {
      target.field(root, "frameTlbcIndex", index, 4);
      expect(samples.take().threads[0]).toMatchObject({
        stack: [INVALID, text],
        reasons: expect.arrayContaining(["instruction outside its code"]),
      });
    }
    target.field(root, "frameTlbcIndex", 0, 4);
    expect(samples.take().threads[0]).toMatchObject({ stack: target.textOf([{ code }, { code: leaf }]), reasons: [] });
    target.field(code.address, "codeTlbc", 0xfff0);
    target.field(root, "frameTlbcIndex", 3, 4);
    expect(samples.take().threads[0]?.stack).toEqual([INVALID, text]);
  });
});

/** A program's parts, to be used by name. */
function bound(many: Threads) {
  return { samples: many.samples, source: many.source, threads: many.threads, take: (bits: number) => many.take(bits) };
}
