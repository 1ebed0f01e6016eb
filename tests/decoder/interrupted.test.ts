// Copies that took so long that they may join moments: done again, marked where that doesn't help, and good after all
// where the stacks stood still.
import { describe, expect, it } from "vitest";
import type { Decoder, MemorySource } from "../../src/decoder/index.js";
import { BuiltTarget } from "./built_target.js";
import { formatNames } from "./layouts.js";

/** A source whose copies are late for as long as it is told. */
class InterruptedMemory implements MemorySource {
  fills = 0;

  constructor(
    readonly source: MemorySource,
    readonly interruptedFills: number,
  ) {}

  get interrupted(): boolean {
    return this.fills <= this.interruptedFills;
  }

  fill(memory: Uint8Array, requests: number, count: number): number {
    this.fills++;
    return this.source.fill(memory, requests, count);
  }
}

describe.each(formatNames)("interrupted copies on %s", (format) => {
  /** A decoder that knows the target. */
  function decoderOf(target: BuiltTarget): Decoder {
    const samples = target.attach();
    samples.take();
    return samples.decoder;
  }

  it("are done again", () => {
    const target = new BuiltTarget(format);
    target.running("main");
    const decoder = decoderOf(target);
    const source = new InterruptedMemory(target.memory, 1);
    expect(decoder.sample(source)).toBe("sampled");
    expect(decoder.attempts).toBe(2);
    expect(decoder.reasonWords.wordsOf(decoder.threadReasons(0))).toEqual([]);
  });

  it("are good where the stacks stand still", () => {
    const target = new BuiltTarget(format);
    target.running("main", "wait");
    const decoder = decoderOf(target);
    expect(decoder.sample(new InterruptedMemory(target.memory, Number.POSITIVE_INFINITY))).toBe("sampled");
    expect(decoder.attempts).toBe(2);
    expect(decoder.reasonWords.wordsOf(decoder.threadReasons(0))).toEqual([]);
  });

  it("are marked where the stacks move at each of them", () => {
    const target = new BuiltTarget(format);
    const code = target.code({ name: "runs" });
    const thread = target.thread();
    const moves = (unit: number) => target.stack(thread, [{ code, unit: 1 + (unit % 4) }]);
    moves(0);
    const decoder = decoderOf(target);
    let unit = 0;
    target.memory.beforeFill = () => moves(++unit);
    expect(decoder.sample(new InterruptedMemory(target.memory, Number.POSITIVE_INFINITY))).toBe("sampled");
    expect(decoder.reasonWords.wordsOf(decoder.threadReasons(0))).toEqual(["moved while read"]);
  });
});
