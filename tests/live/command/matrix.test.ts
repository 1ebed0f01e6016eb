// The whole way on every interpreter: launched, attached to, and at the interval that most people use.
import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Sample } from "../../../src/model/sample.js";
import { freshPath, isAlive, readWholeProfile, runAustin, scopesOf } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython, type Python } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

const SPINNING = ["<module>", "run", ...Array<string>(17).fill("level"), "spin"];

/** `busy20.py` as it spins; `<module>` has no dots before it on any version. */
function isSpinning(sample: Sample): boolean {
  return scopesOf(sample).join() === SPINNING.join();
}

function expectHeaderAndTrailer(all: readonly string[]): void {
  // Threads' names come between them.
  const keys = all.filter((key) => !key.startsWith("thread name "));
  expect(keys.slice(0, 4)).toEqual(["austin", "interval", "mode", "python"]);
  expect(keys.slice(4, 9)).toEqual(["count", "duration", "sampling", "saturation", "errors"]);
}

function stated(python: Python): RegExp {
  return new RegExp(`^${python.version.join("\\.")}$`);
}

describe.each(eachPython())("Python %s", (_, python) => {
  afterEach(assertNoLeftovers);

  it("is launched and sampled to its end", async () => {
    const path = freshPath();
    const { how, stdout, stderr } = await runAustin(["-o", path, python.path, targetPath("busy20.py"), "0.4"]);
    expect(how, stderr).toBe(0);
    const { pid } = JSON.parse(stdout.toString()) as { pid: number };
    const { samples, metadata, allMetadata } = await readWholeProfile(path);
    expectHeaderAndTrailer(allMetadata.map(({ key }) => key));
    expect(metadata.get("austin")).toBe("4.0.0");
    expect(metadata.get("interval")).toBe("100");
    expect(metadata.get("mode")).toBe("wall");
    expect(metadata.get("python")).toMatch(stated(python));
    expect(stderr).toContain(`Python version: ${metadata.get("python")}\n`);
    expect(stderr).toContain(`Process ${pid} ended with exit code 0.\n`);
    expect(new Set(samples.map((sample) => sample.pid))).toEqual(new Set([pid]));
    // The main thread's native id is the process's.
    expect(new Set(samples.map(({ thread }) => thread))).toEqual(new Set([pid.toString(16)]));
    const spinning = samples.filter(isSpinning);
    expect(spinning.length).toBeGreaterThan(0);
    for (const { frames } of spinning) {
      for (const frame of frames) {
        if (frame.kind === "code") expect(basename(frame.filename)).toBe("busy20.py");
      }
    }
  });

  it("is attached to, and each thread's times add up to the duration", async () => {
    const target = await startTarget(python, "busy20.py");
    const path = freshPath();
    const { how, stderr } = await runAustin(["-x", "400ms", "-o", path, "-p", String(target.pid)]);
    expect(how, stderr).toBe(254);
    expect(isAlive(target.pid)).toBe(true);
    const { samples, metadata, allMetadata } = await readWholeProfile(path);
    expectHeaderAndTrailer(allMetadata.map(({ key }) => key));
    const times = new Map<string, number>();
    for (const { thread, metrics } of samples) {
      times.set(thread, (times.get(thread) ?? 0) + (metrics.timeMicroseconds ?? 0));
    }
    const tasks = readdirSync(`/proc/${target.pid}/task`).map((tid) => Number(tid).toString(16));
    expect([...times.keys()].sort()).toEqual(tasks.sort());
    expect(tasks).toHaveLength(2);
    const duration = Number(metadata.get("duration"));
    for (const time of times.values()) expect(Math.abs(time - duration)).toBeLessThanOrEqual(100);
    expect(samples.some(isSpinning)).toBe(true);
    expect(await target.stop()).toBe("");
  });

  it("has fewer than one incomplete stack in a thousand at 1 ms", async () => {
    const path = freshPath();
    const { how, stderr } = await runAustin(["-i", "1ms", "-o", path, python.path, targetPath("busy20.py"), "4"]);
    expect(how, stderr).toBe(0);
    const { samples, metadata } = await readWholeProfile(path);
    const [errors, count] = (metadata.get("errors") ?? "").split("/").map(Number) as [number, number];
    expect(count).toBe(samples.length);
    expect(errors / count).toBeLessThan(0.001);
    const [missed, due] = (metadata.get("missed") ?? "").split("/").map(Number) as [number, number];
    expect(due).toBeGreaterThanOrEqual(missed);
    process.stdout.write(
      `${python.name}: ${(100 * (1 - missed / due)).toFixed(1)} % of ${due} ticks at 1 ms were taken\n`,
    );
  });
});
