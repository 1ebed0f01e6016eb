// -P: for programs that read the profile as it comes. Silent unless something fails, prompt, and with Austin's exit codes.
import { afterEach, describe, expect, it } from "vitest";
import {
  freshPath,
  isAlive,
  readProfile,
  readWholeProfile,
  runAustin,
  startAustin,
  untilWritten,
} from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython, type Python, pythons } from "../../pythons.js";
import { startTarget } from "../../target.js";

const python = pythons().at(-1) as Python;

afterEach(assertNoLeftovers);

/** The header with its metadata has come: sampling begins. */
const BEGUN = /python\0[\d.]+/;

describe.each(eachPython())("on Python %s", (_, each) => {
  it("a whole run is silent, and each thread's times add up", async () => {
    // Attached to: a busy machine may take long to start an interpreter, which has no samples until it runs Python.
    const target = await startTarget(each, "busy20.py");
    const path = freshPath();
    const austin = startAustin(["-Pi", "1ms", "-o", path, "-p", String(target.pid)]);
    // A second and more, of both threads.
    await untilWritten(path, 20_000);
    austin.kill("SIGINT");
    const { how, stderr } = await austin.ended;
    expect([how, stderr]).toEqual([254, ""]);
    await target.stop();
    const { samples, metadata } = await readWholeProfile(path);
    expect(metadata.get("interval")).toBe("1000");
    expect(metadata.get("mode")).toBe("wall");
    const duration = Number(metadata.get("duration"));
    const times = new Map<string, number>();
    for (const { thread, metrics } of samples) {
      times.set(thread, (times.get(thread) ?? 0) + (metrics.timeMicroseconds ?? 0));
    }
    expect(times.size).toBe(2);
    for (const time of times.values()) expect(time).toBeLessThanOrEqual(duration);
    expect(Math.max(...times.values())).toBeGreaterThan(0.9 * duration);
  });
});

describe("a sample is handed on at once", () => {
  // The second one is due when nobody waits any more.
  const rarely = ["-P", "-i", "1000s"];

  it("to a pipe", async () => {
    const target = await startTarget(python, "busy20.py");
    const austin = startAustin([...rarely, "-p", String(target.pid)]);
    // The scope of a frame, and it is the sample's.
    await austin.says(/spin\0/);
    austin.kill("SIGINT");
    const { how, stdout, stderr } = await austin.ended;
    expect([how, stderr]).toEqual([254, ""]);
    await readWholeProfile(stdout);
    await target.stop();
  });

  it("to a file", async () => {
    const target = await startTarget(python, "busy20.py");
    const path = freshPath();
    const austin = startAustin([...rarely, "-o", path, "-p", String(target.pid)]);
    // Of two threads, those of the look that found the interpreter, and of the first tick.
    await expect.poll(() => readProfile(path).then(({ samples }) => samples.length), { timeout: 60_000 }).toBe(4);
    austin.kill("SIGTERM");
    const { how, stderr } = await austin.ended;
    expect([how, stderr]).toEqual([241, ""]);
    await target.stop();
  });
});

describe("the exit code is Austin's", () => {
  it.each([
    ["a command fails", "import sys; sys.exit(7)"],
    ["a signal ends it", "import os; os.kill(os.getpid(), 9)"],
  ])("where %s", async (_, last) => {
    const script = `sum(range(10**7)); ${last}`;
    const { how, stderr } = await runAustin(["-P", "-o", freshPath(), python.path, "-c", script]);
    expect([how, stderr]).toEqual([0, ""]);
  });

  it("where the time is over", async () => {
    const target = await startTarget(python, "busy20.py");
    const { how, stderr } = await runAustin(["-P", "-x", "0.3", "-o", freshPath(), "-p", String(target.pid)]);
    expect([how, stderr]).toEqual([254, ""]);
    await target.stop();
  });

  it("where there was nothing to sample", async () => {
    const target = await startTarget(python, "threads.py");
    const austin = startAustin(["-cP", "-p", String(target.pid)]);
    await austin.says(BEGUN);
    austin.kill("SIGINT");
    const { how, stderr } = await austin.ended;
    expect([how, stderr]).toEqual([254, ""]);
    await target.stop();
  });
});

describe("what fails is told", () => {
  it.each([
    [1, ["-p", "4194305"], "there is no such process"],
    [1, ["no-such-command"], "Cannot launch"],
    [5, ["-o", "/no/such/folder/profile.mojo", "python3"], "Cannot open the output"],
    [6, [], "neither a command to start nor a process"],
    [10, ["sleep", "1000"], "is not Python"],
    [64, ["-i", "abc", "python3"], "the sampling interval must be a positive integer"],
  ])("with %i", async (code, args, words) => {
    const { how, stderr } = await runAustin(["-P", ...args]);
    expect(how, stderr).toBe(code);
    expect(stderr).toContain(words);
  });
});

it("a reader that goes away ends the run, and leaves the target as it is", async () => {
  const target = await startTarget(python, "busy20.py");
  const austin = startAustin(["-P", "-p", String(target.pid)]);
  await austin.says(BEGUN);
  austin.child.stdout?.destroy();
  const { how, stderr } = await austin.ended;
  expect(how, stderr).toBe(5);
  expect(isAlive(target.pid)).toBe(true);
  await target.stop();
});
