// A process whose main thread has ended while others go on: the kernel calls it a zombie, and its memory is to be had under
// another thread's id. It is sampled to its end, whoever of its threads ends meanwhile.
import { statSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { hasEnded, LifeWatch, lifeSigns, readStat } from "../../../src/host/linux/index.js";
import { attach } from "../../../src/index.js";
import { freshPath, readWholeProfile, runAustin, startAustin, stateOf, untilWritten } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { pythons } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

type Ready = { readonly pid: number; readonly first?: number; readonly second?: number };

const newest = pythons().at(-1) as ReturnType<typeof pythons>[number];
const start = () => startTarget<Ready>(newest, "leaderless.py");

afterEach(assertNoLeftovers);

describe("a process without its main thread", () => {
  it("lives, and has its memory under the id of a thread that lives", async () => {
    const target = await start();
    const { pid } = target;
    const watch = new LifeWatch(pid);
    expect(stateOf(pid)).toBe("Z");
    expect(lifeSigns(pid)).toMatchObject({ state: "running", task: target.ready.first });
    expect(watch.look()).toEqual(lifeSigns(pid));
    const { second } = await target.next();
    expect(watch.look()).toMatchObject({ state: "running", task: second });
    expect(hasEnded(pid, readStat(pid))).toBe(false);
    await target.stop();
    expect(watch.look().state).toBe("gone");
    watch.close();
  });

  it.each([[], ["-C"]])("is attached to, and sampled to its end: %s", async (...words) => {
    const target = await start();
    const path = freshPath();
    const austin = startAustin([...words, "-f", "-i", "1ms", "-o", path, "-p", String(target.pid)]);
    await austin.sampling();
    const size = await untilWritten(path);
    await target.next();
    await untilWritten(path, size);
    await target.stop();
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(0);
    const { scopes, samples } = await readWholeProfile(path);
    expect([...scopes]).toEqual(expect.arrayContaining(["first", "second", "alone"]));
    const bytes = samples.reduce((sum, { metrics }) => sum + (metrics.memoryBytes ?? 0), 0);
    expect(bytes).toBeGreaterThan(32 << 20);
  });

  it("is sampled on where it is launched, and its capture has the same profile", async () => {
    const path = freshPath();
    const capture = freshPath("leaderless.capture");
    const command = [newest.path, targetPath("leaderless.py")];
    const { how, stderr } = await runAustin(["-i", "1ms", "-o", path, "--capture", capture, ...command], {
      input: "\n",
    });
    expect(how, stderr).toBe(0);
    expect([...(await readWholeProfile(path)).scopes]).toContain("alone");
    expect(statSync(capture).size).toBeGreaterThan(0);
  });

  it("is shown by -w and by the library", async () => {
    const target = await start();
    const session = await attach(target.pid);
    const { how, stdout, stderr } = await runAustin(["-w", String(target.pid)]);
    expect(how, stderr).toBe(0);
    expect(stdout.toString()).toMatch(/\bsecond \(.*leaderless\.py[\s\S]*\bfirst \(.*leaderless\.py/);
    const scopes = () =>
      session
        .sample()
        ?.threads.flatMap(({ frames }) => frames.map((frame) => (frame.kind === "code" ? frame.scope : "")));
    expect(scopes()).toContain("first");
    await target.next();
    // It runs: one look may fail to show it whole, and says so.
    await expect.poll(scopes).toContain("alone");
    session.close();
    await target.stop();
  });

  it("is named by --doctor", async () => {
    const target = await start();
    const { how, stdout } = await runAustin(["--doctor", String(target.pid)]);
    expect(stdout.toString()).toMatch(/ok +state +\w, and its first thread has ended/);
    expect(how).toBe(0);
    await target.stop();
  });
});
