// Programs of a thousand threads, and of more than a sample has room for: nearly all stacks are proven, whoever has the GIL,
// and what is not sampled is counted.
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython, type Python } from "../../pythons.js";
import { startTarget } from "../../target.js";

afterEach(assertNoLeftovers);

const MANY = 1000;
/** assembly/abi/limits.ts, MAX_THREADS. */
const MOST = 4096;

async function profileOf(python: Python, count: number) {
  const target = await startTarget<{ pid: number; threads: number }>(python, "many_threads.py", [String(count)]);
  const path = freshPath();
  const { how, stderr } = await runAustin(["-x", "1s", "-o", path, "-p", String(target.pid)]);
  expect(how, stderr).toBe(254);
  await target.stop();
  const { samples, metadata } = await readWholeProfile(path);
  const figure = (key: string) => Number(metadata.get(key) ?? Number.NaN);
  return { samples, figure, stderr, pid: target.pid, threads: target.ready.threads };
}

describe.each(eachPython())("a thousand threads on Python %s", (_, python) => {
  it("are seen, and proven", async () => {
    const { samples, figure, stderr, threads } = await profileOf(python, MANY);
    expect(new Set(samples.map(({ thread }) => thread)).size, stderr).toBe(threads);
    expect(figure("unverified"), stderr).toBeLessThanOrEqual(0.05 * figure("tried"));
    expect(figure("threads beyond")).toBeNaN();
    const scopes = new Set(
      samples.flatMap(({ frames }) => frames.flatMap((frame) => (frame.kind === "code" ? [frame.scope] : []))),
    );
    expect(scopes).toContain("spin");
    expect(scopes).toContain("wait");
  });
});

describe.each(eachPython().slice(0, 1))("more threads than there is room for, on Python %s", (_, python) => {
  it("are counted, and the main thread is sampled", async () => {
    const { samples, figure, stderr, pid, threads } = await profileOf(python, MOST + 50);
    const seen = new Set(samples.map(({ thread }) => Number.parseInt(thread, 16)));
    expect(seen.size, stderr).toBe(MOST);
    expect(seen, stderr).toContain(pid);
    expect(figure("unverified"), stderr).toBeLessThanOrEqual(0.05 * figure("tried"));
    expect(figure("threads beyond")).toBe(threads - MOST);
    expect(figure("samples beyond") % (threads - MOST)).toBe(0);
    expect(stderr).toMatch(new RegExp(`Threads beyond .* ${threads - MOST} \\(most at once`));
  });
});
