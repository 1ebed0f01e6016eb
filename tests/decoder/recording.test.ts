// That a recording decodes as its source did, that it tells when it is asked for anything else, and that the debug build of
// the decoder, whose assertions are on, says the same as the release build.
import { describe, expect, it } from "vitest";
import { Decoder } from "../../src/decoder/index.js";
import { BuiltTarget } from "./built_target.js";
import { debugDecoder } from "./debug_build.js";
import { formatNames } from "./layouts.js";
import { RecordingMemory, ReplayedMemory } from "./recording.js";
import { Samples } from "./samples.js";

describe.each(formatNames)("a recording of %s", (format) => {
  it("decodes as its source did, in both builds", () => {
    const target = new BuiltTarget(format);
    const codes = ["main", "función", "名前"].map((name) => target.code({ name }));
    const thread = target.thread();
    const recording = new RecordingMemory(target.memory);
    const decoder = new Decoder();
    decoder.attach(target.facts, recording);
    const samples = new Samples(decoder, recording);
    const taken = [3, 2, 3, 1].map((depth, round) => {
      if (round === 2) target.replace(codes[0] as (typeof codes)[number], { name: "other" });
      if (round === 3) target.memory.hide((codes[0] as (typeof codes)[number]).address, 8);
      target.stack(
        thread,
        codes.slice(0, depth).map((code) => ({ code })),
      );
      return samples.take();
    });
    for (const other of [new Decoder(), debugDecoder()]) {
      const replayed = new ReplayedMemory(recording.fills);
      other.attach(target.facts, replayed);
      const again = new Samples(other, replayed);
      expect(taken.map(() => again.take())).toEqual(taken);
      expect(replayed.left).toBe(0);
    }
  });
});

it("a recording of another target is refused", () => {
  const target = new BuiltTarget("3.12");
  target.running("main");
  const recording = new RecordingMemory(target.memory);
  const decoder = new Decoder();
  decoder.attach(target.facts, recording);
  decoder.sample(recording);
  const elsewhere = { ...target.facts, runtimeAddress: target.facts.runtimeAddress + 16n };
  decoder.attach(elsewhere, recording);
  expect(() => decoder.sample(new ReplayedMemory(recording.fills))).toThrow("range 0 of fill 0");
  expect(() => decoder.sample(new ReplayedMemory([]))).toThrow("another decoder");
});
