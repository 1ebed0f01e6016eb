// Threads and interpreters that come late, and cpu mode, which leaves out threads that wait.
import { afterEach, describe, expect, it } from "vitest";
import type { Account } from "../../account.js";
import { type Austin, freshPath, readWholeProfile, runAustin, startAustin, untilWritten } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython } from "../../pythons.js";
import { startTarget } from "../../target.js";

afterEach(assertNoLeftovers);

async function attached(pid: number, path: string): Promise<Austin> {
  const austin = startAustin(["-o", path, "-p", String(pid)]);
  await austin.sampling();
  return austin;
}

function identities({ threads }: Account): Set<string> {
  return new Set(threads.map(({ interpreter, nativeId }) => `${interpreter}:${nativeId.toString(16)}`));
}

describe.each(eachPython())("on Python %s", (_, python) => {
  it("interpreters and threads that come late appear", async () => {
    const target = await startTarget<Account>(python, "subinterpreters.py");
    const early = identities(target.ready);
    const path = freshPath();
    const austin = await attached(target.pid, path);
    const size = await untilWritten(path);
    const late = identities(await target.next());
    expect(late.size).toBeGreaterThan(early.size + 4);
    await untilWritten(path, size + 65_536);
    austin.kill("SIGINT");
    const { how, stderr } = await austin.ended;
    expect(how, stderr).toBe(254);
    const { samples } = await readWholeProfile(path);
    const seen = new Set(samples.map(({ interpreterId, thread }) => `${interpreterId}:${thread}`));
    expect([...late].filter((identity) => !seen.has(identity))).toEqual([]);
    expect([...seen].filter((identity) => !late.has(identity) && !early.has(identity))).toEqual([]);
    await target.stop();
  });

  it.each([
    ["cpu mode leaves the sleeping thread out", ["-c"], "cpu"],
    ["wall mode has both", [], "wall"],
  ] as const)("%s", async (__, options, mode) => {
    const target = await startTarget<{ pid: number; busy: number; sleeping: number }>(python, "idle_and_busy.py");
    const path = freshPath();
    const { how, stderr } = await runAustin([...options, "-x", "300ms", "-o", path, "-p", String(target.pid)]);
    expect(how, stderr).toBe(254);
    const { samples, metadata } = await readWholeProfile(path);
    expect(metadata.get("mode")).toBe(mode);
    const threads = new Set(samples.map(({ thread }) => Number.parseInt(thread, 16)));
    expect(threads).toContain(target.ready.busy);
    expect(threads.has(target.ready.sleeping)).toBe(mode === "wall");
    await target.stop();
  });
});
