// Processes made of CPython's structs (tests/structs/crowd.c) that move as it does, sampled as people do: free-threaded ones,
// whose threads run at once and come and go, and for comparison ones with a GIL. No stack of the profile is one that the
// process can't have had.
import { spawn } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { type CallGraph, Judge } from "../../bench/truth/judge.js";
import { Tally } from "../../bench/truth/tally.js";
import { freshPath, readWholeProfile, runAustin } from "../austin.js";
import { assertNoLeftovers } from "../leftovers.js";
import { titled } from "../needs.js";
import { buildCrowd, missingStructs, structsBuilds } from "../structs.js";

/** Few, as there may be more threads than processors, and other tests. */
const LEAST_SAMPLES = 100;
const EXPOSURE = "1s";
/** In crowd.c, beside one that ends and begins again and again. */
const LASTING_THREADS = { "free-threaded": 3, regular: 1 } as const;
const UNTRIED = /free-threaded build, and this program was never tried with a real one/;

afterEach(assertNoLeftovers);

async function startCrowd(program: string) {
  const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  await new Promise((resolve, reject) => {
    child.stdout.once("data", resolve);
    child.once("error", reject);
  });
  return child;
}

async function stopCrowd(child: Awaited<ReturnType<typeof startCrowd>>) {
  const ended = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await ended;
}

// What lies on 32 bits with a GIL there are real ones of.
const builds = structsBuilds.filter(({ kind, wordSize }) => kind === "free-threaded" || wordSize === 8);

if (builds.length === 0)
  it.skip(
    titled("a crowd", `structs to read: ${missingStructs.join("; ") || "those of CPython 3.13 and newer"}`),
    () => {},
  );

describe.each(builds)("a crowd of $title", (build) => {
  it("has no impossible stack", async () => {
    const program = freshPath("crowd");
    const judge = new Judge("/app/crowd.py", buildCrowd<CallGraph>(build, program));
    const child = await startCrowd(program);
    const profile = freshPath();
    const { how, stderr } = await runAustin(["-x", EXPOSURE, "-o", profile, "-p", String(child.pid)]);
    const where = await runAustin(["-w", String(child.pid), "--json"]);
    await stopCrowd(child);
    expect(how, stderr).toBe(254);
    const isFree = build.kind === "free-threaded";
    expect(UNTRIED.test(stderr)).toBe(isFree);
    expect(UNTRIED.test(where.stderr)).toBe(isFree);
    const { samples } = await readWholeProfile(profile);
    const tally = new Tally();
    const proven = new Map<string, number>();
    for (const { frames, thread } of samples) {
      tally.add({ frames, count: 1, time: 1 }, judge);
      if (frames[0]?.kind === "code") proven.set(thread, (proven.get(thread) ?? 0) + 1);
    }
    expect(tally.examples, `${tally.impossible} of ${tally.judged} stacks are impossible`).toEqual([]);
    expect(tally.judged, stderr).toBeGreaterThan(LEAST_SAMPLES);
    // Each that lasts is seen, and proven, again and again.
    const lasting = [...proven.values()].filter((count) => count > LEAST_SAMPLES / 20);
    expect(lasting.length, stderr).toBeGreaterThanOrEqual(LASTING_THREADS[build.kind]);
    const [process] = JSON.parse(where.stdout.toString()).processes;
    expect(process.threads.length).toBeGreaterThanOrEqual(LASTING_THREADS[build.kind]);
  });
});
