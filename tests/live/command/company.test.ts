// One target and several runs, at once and in a row; a target that is stopped, and one that runs before all others.
import { cpus } from "node:os";
import { afterEach, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin, scopesOf, stateOf } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled, unlessThere } from "../../needs.js";
import { type Python, pythons } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

const python = pythons().at(-1) as Python;
const isRoot = process.getuid?.() === 0 && cpus().length > 1;
const realtimeMissing = unlessThere(isRoot, "a realtime policy: root, on two processors");

afterEach(assertNoLeftovers);

function sample(pid: number, path: string): ReturnType<typeof runAustin> {
  return runAustin(["-x", "500ms", "-o", path, "-p", String(pid)]);
}

it("two runs at once don't see each other", async () => {
  const target = await startTarget(python, "busy20.py");
  const paths = [freshPath(), freshPath()];
  const ends = await Promise.all(paths.map((path) => sample(target.pid, path)));
  for (const { how, stderr } of ends) expect(how, stderr).toBe(254);
  for (const path of paths) expect((await readWholeProfile(path)).scopes).toContain("spin");
  expect(await target.stop()).toBe("");
});

it("a second run finds what the first found", async () => {
  const target = await startTarget(python, "busy20.py");
  for (let run = 0; run < 2; run++) {
    const path = freshPath();
    const { how, stderr } = await sample(target.pid, path);
    expect(how, stderr).toBe(254);
    expect((await readWholeProfile(path)).scopes).toContain("spin");
  }
  expect(await target.stop()).toBe("");
});

it("a stopped target is sampled where it stands, and goes on afterwards", async () => {
  const target = await startTarget(python, "busy20.py");
  target.child.kill("SIGSTOP");
  await expect.poll(() => stateOf(target.pid)).toBe("T");
  const path = freshPath();
  const { how, stderr } = await sample(target.pid, path);
  expect(how, stderr).toBe(254);
  expect(stateOf(target.pid)).toBe("T");
  const { samples } = await readWholeProfile(path);
  const main = samples.filter(({ thread }) => thread === target.pid.toString(16));
  expect(main.length).toBeGreaterThan(1);
  expect(new Set(main.map((one) => JSON.stringify(one.frames))).size).toBe(1);
  expect(scopesOf(main[0] as (typeof main)[0])[1]).toBe("run");
  target.child.kill("SIGCONT");
  expect(await target.stop()).toBe("");
});

it.skipIf(realtimeMissing !== undefined)(
  titled("of a target that runs before all others, it is said why few copies can be made", realtimeMissing),
  async () => {
    const path = freshPath();
    const { how, stderr } = await runAustin(["-i1ms", "-o", path, python.path, targetPath("realtime.py"), "0.7"]);
    expect(how, stderr).toBe(0);
    const cause = "the thread runs before all others (SCHED_FIFO)";
    expect(stderr).toMatch(
      /off-CPU copies that could not be made: \d+: the thread runs before all others \(SCHED_FIFO\)\n/,
    );
    expect(Number((await readWholeProfile(path)).metadata.get(`prevented ${cause}`))).toBeGreaterThan(0);
  },
);
