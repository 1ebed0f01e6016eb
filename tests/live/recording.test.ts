// What was copied out of a live target decodes to the same samples once the target is gone: on every interpreter, by a new
// decoder and by the debug build, to the last id.
import { describe, expect, it } from "vitest";
import { Decoder, type MemorySource, type RuntimeFacts } from "../../src/decoder/index.js";
import { LiveMemory } from "../../src/memory/live.js";
import { attach } from "../../src/sampler/snapshots.js";
import { debugDecoder } from "../decoder/debug_build.js";
import { type RecordedFill, RecordingMemory, ReplayedMemory } from "../decoder/recording.js";
import { atEachStage } from "../parked.js";
import { eachPython } from "../pythons.js";
import { assertNoLeftovers } from "../target.js";
import { themes } from "../themes.js";

const SAMPLES = 3;
const THEMES = ["calls", "generators and coroutines", "blocked threads", "names and long tables"];

/** Everything that a decoder says of a sample. */
function transcript(decoder: Decoder, source: MemorySource): object {
  const outcome = decoder.sample(source);
  const count = (length: number, of: (index: number) => unknown) => Array.from({ length }, (_, i) => of(i));
  return {
    outcome,
    attempts: decoder.attempts,
    reasons: decoder.reasons,
    strings: count(decoder.newStringCount, (i) => {
      const { id, utf8 } = decoder.newString(i);
      return [id, Buffer.from(utf8).toString("latin1")];
    }),
    frames: count(decoder.newFrameCount, (i) => decoder.newFrame(i)),
    threads: count(decoder.threadCount, (thread) => {
      const start = decoder.framesStart(thread);
      return {
        nativeId: decoder.nativeId(thread),
        interpreterId: decoder.interpreterId(thread),
        reasons: decoder.threadReasons(thread),
        gc: decoder.isCollecting(thread),
        frames: Array.from(decoder.frameIds.subarray(start, start + decoder.frameCount(thread))),
      };
    }),
  };
}

/** Take `SAMPLES` samples and write down all that was said. */
function take(decoder: Decoder, facts: RuntimeFacts, source: MemorySource): object[] {
  expect(decoder.attach(facts, source)).toMatchObject({ kind: "attached" });
  return Array.from({ length: SAMPLES }, () => transcript(decoder, source));
}

describe.each(eachPython())("recordings of Python %s", (_, python) => {
  const rows = themes.filter(({ title }) => THEMES.includes(title)).map((theme) => [theme.title, theme] as const);

  it.each(rows)("%s", async (_, theme) => {
    const recorded: { facts: RuntimeFacts; said: object[]; fills: readonly RecordedFill[] }[] = [];
    await atEachStage(python, theme, async (_, { pid }) => {
      const session = await attach(pid, { timeoutMilliseconds: 10_000 });
      const facts = { ...session.interpreter, ownPid: pid };
      session.close();
      const recording = new RecordingMemory(new LiveMemory(pid));
      const said = take(new Decoder(), facts, recording);
      recorded.push({ facts, said, fills: recording.fills });
    });
    assertNoLeftovers();
    for (const { facts, said, fills } of recorded) {
      expect(said[0]).toMatchObject({ outcome: "sampled" });
      expect((said[0] as { frames: unknown[] }).frames.length).toBeGreaterThan(2);
      for (const decoder of [new Decoder(), debugDecoder()]) {
        const replayed = new ReplayedMemory(fills);
        expect(take(decoder, facts, replayed)).toEqual(said);
        expect(replayed.left).toBe(0);
      }
    }
  });
});
