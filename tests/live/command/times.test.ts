// A run's times add up: each thread's to the duration, and the duration to the time that `-x` gives.
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, type Profile, readWholeProfile, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython, isRelease, type Python, pythons } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

const python = pythons().at(-1) as Python;

afterEach(assertNoLeftovers);

/** Microseconds of each thread, by its id. */
function times({ samples }: Profile): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { thread, metrics } of samples) {
    sums.set(thread, (sums.get(thread) ?? 0) + (metrics.timeMicroseconds ?? 0));
  }
  return sums;
}

function figure({ metadata }: Profile, key: string): number {
  return Number(metadata.get(key));
}

const INTERVAL_MICROSECONDS = 1000;

it.each(eachPython(isRelease))(
  "of two busy threads of a launched Python %s, whose output is its own",
  async (_, each) => {
    const path = freshPath();
    const args = ["-i", "1ms", "-o", path, each.path, targetPath("two_busy.py"), "0.6"];
    const { how, stdout, stderr } = await runAustin(args);
    expect(how, stderr).toBe(0);
    expect(stdout.toString()).toMatch(/^said 1\n[\s\S]*said \d+\n$/);
    const profile = await readWholeProfile(path);
    const duration = figure(profile, "duration");
    const working = new Set(
      profile.samples
        .filter(({ frames }) => frames.some((frame) => frame.kind === "code" && frame.scope === "keep_busy"))
        .map(({ thread }) => thread),
    );
    expect(working.size).toBe(2);
    const sums = [...times(profile).values()];
    // The main thread is there from the first sample to the last; the other begins later and ends earlier.
    expect(Math.max(...sums)).toBeGreaterThan(0.9 * duration);
    for (const sum of sums) expect(sum).toBeLessThanOrEqual(duration);
  },
);

describe.each(["1", "1500ms"])("with -x %s", (exposure) => {
  const microseconds = exposure === "1" ? 1_000_000 : 1_500_000;

  /** As long as asked for, within one interval or the longest time in which no sample was taken. */
  function expectExposed(profile: Profile): void {
    const duration = figure(profile, "duration");
    const gap = figure(profile, "gap");
    expect(duration).toBeGreaterThanOrEqual(microseconds - INTERVAL_MICROSECONDS - gap);
    expect(duration).toBeLessThan(microseconds + gap + 500_000);
    for (const sum of times(profile).values()) expect(sum).toBeLessThanOrEqual(duration);
  }

  it("a launched run ends in time, with 254", async () => {
    const path = freshPath();
    const args = ["-i", "1ms", "-x", exposure, "-o", path, python.path, targetPath("two_busy.py"), "1000"];
    const { how, stderr } = await runAustin(args);
    expect(how, stderr).toBe(254);
    expectExposed(await readWholeProfile(path));
  });

  it("an attached run ends in time, with 254", async () => {
    const target = await startTarget(python, "busy20.py");
    const path = freshPath();
    const { how, stderr } = await runAustin(["-i", "1ms", "-x", exposure, "-o", path, "-p", String(target.pid)]);
    expect(how, stderr).toBe(254);
    expectExposed(await readWholeProfile(path));
    await target.stop();
  });
});

it.each([[[]], [["-C"]]])(
  "what a run shorter than its interval was spent on is in the last sample, with %j",
  async (options) => {
    const path = freshPath();
    const args = [...options, "-i", "60s", "-x", "1", "-o", path, python.path, targetPath("two_busy.py"), "1000"];
    const { how, stderr } = await runAustin(args);
    expect(how, stderr).toBe(254);
    const profile = await readWholeProfile(path);
    expect(figure(profile, "duration")).toBeGreaterThanOrEqual(1_000_000);
    expect(Math.max(...times(profile).values())).toBeGreaterThanOrEqual(1_000_000);
  },
);
