// What a sample has defined when it comes to nothing: the process has ended, or its memory went, in the midst of it. Later
// samples refer to it, so it comes with the next one.
import { describe, expect, it } from "vitest";
import { BuiltTarget } from "./built_target.js";
import { formatNames } from "./layouts.js";

/** Enough for a sample that reads code objects for the first time. */
const MOST_FILLS = 20;

describe.each(formatNames)("definitions on %s", (format) => {
  it("come with the next sample, at whichever copy the one before was broken off", () => {
    let broken = 0;
    for (let last = 1; last <= MOST_FILLS; last++) {
      const target = new BuiltTarget(format);
      target.running("main", "wait");
      const samples = target.attach();
      let fills = 0;
      target.memory.beforeFill = () => {
        if (++fills === last) throw new Error("gone");
      };
      try {
        samples.take();
      } catch (error) {
        expect((error as Error).message).toBe("gone");
        broken++;
      }
      target.memory.beforeFill = undefined;
      // It throws where anything was never defined.
      const [thread] = samples.take().threads;
      expect(thread?.stack.map((frame) => frame.split(" ")[0])).toEqual(["main", "wait"]);
    }
    expect(broken).toBeGreaterThan(2);
    expect(broken).toBeLessThan(MOST_FILLS);
  });
});
