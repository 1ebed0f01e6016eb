// What a sample keeps when something in the target can't be read or can't be true: everything else, and the reason.
import { beforeEach, describe, expect, it } from "vitest";
import type { BuiltCode } from "./built_objects.js";
import { BuiltTarget, type BuiltThread } from "./built_target.js";
import { formatNames } from "./layouts.js";
import { INVALID, type Samples, type SampleText } from "./samples.js";

/** Lengths that nothing has, none of which is 0 in a 32-bit word unless it is in 64. */
const ABSURD = {
  4: [-1n, 1n << 31n, (1n << 31n) - 1n, 0x0a00_0000n],
  8: [-1n, 1n << 31n, (1n << 31n) - 1n, 1n << 40n, 1n << 62n, 1n << 63n],
} as const;

describe.each(formatNames)("on %s", (format) => {
  let target: BuiltTarget;
  let samples: Samples;
  /** The oldest thread, and its functions root first: what is damaged. */
  let victim: BuiltThread;
  let codes: BuiltCode[];
  let witness: BuiltThread;
  let witnessStack: string[];
  let whole: string[];
  let absurd: readonly bigint[];

  beforeEach(() => {
    target = new BuiltTarget(format);
    codes = ["root", "middle", "leaf"].map((name) => target.code({ name, filename: `/app/${name}.py` }));
    victim = target.thread();
    const frames = codes.map((code) => ({ code }));
    target.stack(victim, frames);
    whole = target.textOf(frames);
    witness = target.thread();
    const others = ["main", "other"].map((name) => ({ code: target.code({ name }) }));
    target.stack(witness, others);
    witnessStack = target.textOf(others);
    samples = target.attach();
    absurd = ABSURD[target.wordSize];
  });

  const of = (sample: SampleText, { nativeId }: BuiltThread) => sample.threads.find((one) => one.nativeId === nativeId);
  const unknown = ["no native thread id"];
  /** Take a sample; the witness must be as ever. */
  const sampleWithWitness = () => {
    const sample = samples.take();
    expect(sample.outcome).toBe("sampled");
    expect(of(sample, witness)).toMatchObject({ stack: witnessStack, reasons: [] });
    return sample;
  };
  /** Expect the victim's stack and reasons now, and all to be well once everything can be read. */
  const expectThenHealed = (stack: readonly string[], reasons: readonly string[]) => {
    expect(of(sampleWithWitness(), victim)).toMatchObject({ stack, reasons });
    target.memory.showAll();
    expect(of(sampleWithWitness(), victim)).toMatchObject({ stack: whole, reasons: [] });
  };
  const middle = () => codes[1] as BuiltCode;
  const without = (line: string) => [whole[0] as string, line, whole[2] as string];

  it("an unreadable thread state loses the threads behind it", () => {
    samples.take(); // before 3.11 the main thread tells where native ids lie
    target.memory.hide(victim.address, 1024);
    expect(sampleWithWitness()).toMatchObject({ reasons: ["threads lost"], threads: [{ nativeId: witness.nativeId }] });
  });

  it("an unreadable interpreter leaves the others", () => {
    const late = target.interpreter();
    target.stack(target.thread(late), [{ code: middle() }]);
    target.memory.hide(victim.interpreter.address, 20_480);
    const sample = samples.take();
    expect(sample).toMatchObject({ reasons: ["threads lost"], interpreters: 1 });
    expect(sample.threads.map(({ stack }) => stack)).toEqual([[whole[1]]]);
  });

  it("an unreadable current frame leaves the thread, marked", () => {
    if (!target.layout.has("threadCFrame")) return;
    target.memory.hide(victim.cframe, 64);
    expectThenHealed([INVALID], ["frame unreadable"]);
  });

  it("an unreadable struct pthread leaves the thread without its id", () => {
    if (target.layout.has("threadNativeId")) return;
    samples.take(); // the main thread tells where native ids lie
    target.memory.hide(victim.pthread, 1024);
    expect(sampleWithWitness().threads[1]).toMatchObject({ nativeId: 0, reasons: unknown, stack: whole });
  });

  it("native ids that are nowhere are not looked for for ever", () => {
    if (target.layout.has("threadNativeId")) return;
    target.hideRegion("pthread");
    for (let round = 0; round < 32; round++) samples.take();
    target.memory.forgetFills();
    expect(samples.take().threads).toMatchObject([
      { nativeId: 0, reasons: unknown, stack: witnessStack },
      { nativeId: 0, reasons: unknown, stack: whole },
    ]);
    expect(target.walkFills().length).toBe(1);
  });

  it("unreadable frames lose what lies towards the root", () => {
    if (target.usesChunks) {
      target.memory.hide(victim.chunks[0] as number, 16_384);
      expectThenHealed([INVALID], ["frame unreadable"]);
    } else {
      target.memory.hide(victim.frames[1] as number, 64);
      expectThenHealed([INVALID, whole[2] as string], ["frame unreadable"]);
    }
  });

  it("an unreadable code object makes its frame invalid, known or not", () => {
    target.memory.hide(middle().address, 8);
    expectThenHealed(without(INVALID), ["code unreadable"]);
    if (target.layout.has("interpreterCodeDeaths") || target.layout.has("interpreterCodeCreations")) return;
    target.memory.hide(middle().address, 8);
    expectThenHealed(without(INVALID), ["code unreadable"]);
  });

  it.each(["name", "filename"] as const)("an unreadable %s makes its frame invalid", (field) => {
    target.memory.hide(middle()[field], 8);
    expectThenHealed(without(INVALID), ["code unreadable"]);
  });

  it("an unreadable location table leaves the frame without a line", () => {
    target.memory.hide(middle().table, 8);
    const sample = sampleWithWitness();
    expect(of(sample, victim)).toMatchObject({ stack: without("middle /app/middle.py:0"), reasons: ["no location"] });
  });

  it("an unreadable type makes every frame invalid until it can be read", () => {
    target.hideRegion("type");
    const sample = samples.take();
    expect(sample.threads.flatMap(({ stack }) => stack)).toEqual(Array(5).fill(INVALID));
    target.memory.showAll();
    expectThenHealed(whole, []);
  });

  it("frames of what is no code object are invalid", () => {
    const other = target.allocate("type", 64);
    const name = target.allocate("type", 16);
    target.memory.write(name, Buffer.from("codec\0"));
    target.word(other + 3 * target.wordSize, name);
    target.field(middle().address, "objectType", other);
    expect(of(sampleWithWitness(), victim)).toMatchObject({ stack: without(INVALID), reasons: ["code unreadable"] });
    target.writeCode(middle());
    expectThenHealed(whole, []);
  });

  it.each([
    ["of one", [0], 0],
    ["of two", [0, 1], 1],
    ["behind a tail", [1, 2], 0],
  ] as const)("a circle of frames %s is one invalid frame", (_, [from], to) => {
    const at = victim.frames[from] as number;
    // The root's own link, or the middle's, leads back towards the leaf.
    target.field(at, "framePrevious", victim.frames[from === 1 ? 2 : to] as number);
    expect(of(sampleWithWitness(), victim)).toMatchObject({ stack: [INVALID], reasons: ["frames in a circle"] });
  });

  it("threads in a circle are shown once each", () => {
    for (const to of [victim, witness]) {
      target.field(victim.address, "threadNext", to.address);
      const sample = sampleWithWitness();
      expect(sample.reasons).toEqual(["threads lost"]);
      expect(sample.threads.map(({ nativeId }) => nativeId)).toEqual([witness.nativeId, victim.nativeId]);
      expect(of(sample, victim)).toMatchObject({ stack: whole, reasons: [] });
    }
  });

  it("a long circle of threads behind others is shown once each", () => {
    samples.take();
    const threads = [witness, ...Array.from({ length: 40 }, () => target.thread())];
    target.field(threads[3]?.address as number, "threadNext", threads[30]?.address as number);
    const shown = samples.take().threads.map(({ nativeId }) => nativeId);
    expect(new Set(shown).size).toBe(shown.length);
    expect(shown.length).toBe(38);
  });

  it("interpreters in a circle are shown once each", () => {
    const late = target.interpreter();
    target.stack(target.thread(late), [{ code: middle() }]);
    target.field(victim.interpreter.address, "interpreterNext", late.address);
    const sample = sampleWithWitness();
    expect(sample).toMatchObject({ reasons: ["threads lost"], interpreters: 2 });
    expect(sample.threads.length).toBe(3);
  });

  it("a thread of another interpreter ends the list", () => {
    samples.take();
    target.field(victim.address, "threadInterpreter", 0x1234_5678);
    expect(sampleWithWitness()).toMatchObject({ reasons: ["threads lost"], threads: [{}] });
  });

  it("links to anywhere are survived", () => {
    for (const link of [1n, 4095n, 4096n, 0x7fff_fff0n, ...absurd.map((one) => one - 16n), ...absurd]) {
      target.field(victim.frames[1] as number, "framePrevious", link);
      expect(of(sampleWithWitness(), victim)).toMatchObject({
        stack: [INVALID, whole[1], whole[2]],
        reasons: ["frame unreadable"],
      });
    }
    for (const link of absurd) {
      target.field(victim.frames[1] as number, "frameExecutable", link);
      expect(of(sampleWithWitness(), victim)?.stack.slice(-2)).toEqual([INVALID, whole[2]]);
    }
  });

  it("absurd lengths of names and tables are refused", () => {
    for (const [i, length] of absurd.entries()) {
      target.field(middle().name, "unicodeLength", length);
      target.field(middle().address, "codeFirstLine", 100 + i, 4); // another code object, or it would not be read
      const thread = of(sampleWithWitness(), victim);
      expect(thread).toMatchObject({ stack: without(INVALID), reasons: ["code unreadable"] });
    }
    target.writeString(middle().name, "middle");
    for (const [i, length] of absurd.entries()) {
      target.replace(middle(), { name: "middle", firstLine: 200 + i });
      target.field(middle().table, "bytesSize", length);
      const line = { stack: without("middle /app/middle.py:0"), reasons: ["no location"] };
      expect(of(sampleWithWitness(), victim)).toMatchObject(line);
    }
  });

  it("impossible kinds of characters are refused", () => {
    const shift = target.layout.at("unicodeKindShift");
    const ascii = 1 << target.layout.at("unicodeAsciiShift");
    const compact = 1 << target.layout.at("unicodeCompactShift");
    const kinds = [0, 3, 5, 6, 7].map((kind) => kind << shift);
    for (const state of [...kinds, (2 << shift) | ascii, (4 << shift) | ascii]) {
      target.field(middle().name, "unicodeState", state | compact, 4);
      expect(of(sampleWithWitness(), victim)).toMatchObject({ stack: without(INVALID), reasons: ["code unreadable"] });
    }
  });

  it("an instruction outside its code makes its frame invalid", () => {
    for (const unit of target.layout.has("codeUnits") ? [8, 1000, -2, -1000] : [-2, -1000]) {
      target.standAt(victim.frames[1] as number, middle(), unit);
      const thread = of(sampleWithWitness(), victim);
      expect(thread).toMatchObject({ stack: without(INVALID), reasons: ["instruction outside its code"] });
    }
    for (const units of target.layout.has("codeUnits") ? [0n, -1n, 1n << 63n] : []) {
      target.standAt(victim.frames[1] as number, middle(), 1);
      target.replace(middle(), { name: "middle" });
      target.field(middle().address, "codeUnits", units);
      const text = of(sampleWithWitness(), victim)?.stack[1];
      expect([INVALID, whole[1]]).toContain(text);
      if (units === 0n) expect(text).toBe(INVALID);
    }
  });

  it("a frame that has not begun is not shown, unless it is a generator's", () => {
    if (!target.usesChunks) return;
    const code = target.code({ name: "begins", firstTraceable: 3 });
    target.stack(victim, [{ code: middle() }, { code, unit: 2 }]);
    expect(of(sampleWithWitness(), victim)).toMatchObject({ stack: [whole[1]], reasons: [] });
    target.stack(victim, [{ code: middle() }, { code, unit: 2, generator: true }]);
    expect(of(sampleWithWitness(), victim)?.stack.length).toBe(2);
  });

  it("a datastack that can't be leaves its frames to be read one by one", () => {
    if (!target.usesChunks) return;
    const chunk = victim.chunks[0] as number;
    for (const top of [0, 1, chunk - 8, chunk, chunk + 1, chunk + 2 ** 30]) {
      target.field(victim.address, "threadDatastackTop", top);
      expect(of(sampleWithWitness(), victim)?.stack).toEqual(whole);
    }
    target.stack(victim, [{ code: middle() }]);
    for (const previous of [1, chunk, chunk + 8, 0xffff_fff0]) {
      target.field(chunk, "chunkPrevious", previous);
      expect(of(sampleWithWitness(), victim)?.stack).toEqual([whole[1]]);
    }
  });
});
