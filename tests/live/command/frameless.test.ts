// Threads that run no Python function: a worker that waits for work. They have an empty stack and their time, in every process of a family;
// not so while the interpreter ends, nor where the thread is no more.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin } from "../../austin.js";
import { park, stopCommands } from "../../command.js";
import { libraries } from "../../embedding.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython, type Python, pythons } from "../../pythons.js";
import { targetPath } from "../../target.js";

interface Where {
  readonly processes: readonly {
    readonly pid: number;
    readonly child: boolean;
    readonly threads: readonly {
      readonly thread: number | null;
      readonly problems: readonly string[];
      readonly frames: readonly unknown[];
    }[];
  }[];
}

afterEach(async () => {
  await stopCommands();
  assertNoLeftovers();
});

/** The program of waits.c, waiting: its threads that are there, one that has ended, and its child. */
async function waits(library: string, fork: "told" | "untold" = "told") {
  const program = freshPath("waits");
  const path = `-Wl,-rpath,${join(library, "..")}`;
  execFileSync("gcc", ["-O1", "-pthread", "-o", program, targetPath("waits.c"), library, path]);
  const { pid, child, line } = await park(program, [fork]);
  const [waiting = 0, ended = 0, forked = 0] = line.split(" ").map(Number);
  const stop = async (): Promise<void> => {
    const over = once(child, "exit");
    child.stdin.end();
    await over;
  };
  return { pid, waiting, ended, forked, stop };
}

async function look(option: string, pid: number): Promise<Where["processes"]> {
  const { how, stdout, stderr } = await runAustin([option, String(pid), "--json"]);
  expect(how, stderr).toBe(0);
  return (JSON.parse(stdout.toString()) as Where).processes;
}

it("there is a Python to embed", () => {
  expect(libraries.length).toBeGreaterThan(0);
});

describe.each(libraries)("in a program that embeds Python %s, threads that wait for work", (_, library) => {
  it("have an empty stack each and their time", async () => {
    const { pid, waiting, ended, stop } = await waits(library);
    const path = freshPath();
    const { how, stderr } = await runAustin(["-i5ms", "-x", "500ms", "-o", path, "-p", String(pid)]);
    expect(how, stderr).toBe(254);
    const { samples, metadata } = await readWholeProfile(path);
    expect(samples.flatMap(({ frames }) => frames)).toEqual([]);
    const ids = new Set(samples.map(({ thread }) => Number.parseInt(thread, 16)));
    expect(ids).toEqual(new Set([pid, waiting]));
    const { length } = samples;
    expect([metadata.get("errors"), metadata.get("frameless")]).toEqual([`0/${length}`, `${length}/${length}`]);
    expect(stderr).toMatch(/Without a frame[ .]+\d+\/\d+ \(100\.00%\)/);
    for (const id of ids) {
      const own = samples.filter(({ thread }) => Number.parseInt(thread, 16) === id);
      const time = own.reduce((sum, { metrics }) => sum + (metrics.timeMicroseconds ?? 0), 0);
      expect(time).toBe(Number(metadata.get("duration")));
    }
    expect(ids.has(ended)).toBe(false);
    expect(Number(metadata.get("reason no such thread"))).toBeGreaterThan(0);
    await stop();
  });

  it.each(["told", "untold"] as const)(
    "are shown by -w, and by -Cw those of a child whose fork Python was %s of, and what is left of one that has ended",
    async (fork) => {
      const { pid, waiting, ended, forked, stop } = await waits(library, fork);
      const family = await look("-Cw", pid);
      expect(family.map((one) => [one.pid, one.child])).toEqual([
        [forked, true],
        [pid, false],
      ]);
      const shown = family.flatMap(({ threads }) => threads.map(({ thread, frames }) => [thread, frames]));
      expect(shown.flatMap(([, frames]) => frames)).toEqual([]);
      const [child, parent] = family;
      expect(child?.threads).toMatchObject([{ thread: forked, problems: [] }]);
      const problems = new Map(parent?.threads.map((one) => [one.thread, one.problems]));
      expect(problems.get(pid)).toEqual([]);
      expect(problems.get(waiting)).toEqual([]);
      expect((problems.get(ended) ?? problems.get(null))?.includes("no such thread")).toBe(true);
      const { stdout } = await runAustin(["-Cw", String(pid)]);
      const text = stdout.toString();
      // A thread may have a name, its own or the system's.
      const shows = (of: string, thread: number): RegExp =>
        new RegExp(`${of} 🧵 Thread 0:${thread}(?: [^\\n]+)?\\n\\n {4}\\(no Python function runs\\)\\n`);
      expect(text).toMatch(shows(`💤👶 Process ${forked}`, forked));
      expect(text).toMatch(shows(`💤 Process ${pid}`, waiting));
      await stop();
    },
  );

  it("have a place in every format", async () => {
    const { pid, waiting, stop } = await waits(library);
    const endings = [
      "austin",
      "collapsed",
      "speedscope",
      "pprof",
      "firefox.json",
      "trace.json",
      "cpuprofile",
      "html",
      "jsonl",
    ];
    const paths = endings.map((ending) => freshPath(`profile.${ending}`));
    const save = paths.flatMap((path) => ["--save", path]);
    const { how, stderr } = await runAustin(["-i5ms", "-x", "300ms", "-o", freshPath(), ...save, "-p", String(pid)]);
    expect(how, stderr).toBe(254);
    await stop();
    for (const path of paths) expect(statSync(path).size, path).toBeGreaterThan(0);
    for (const path of paths.slice(0, 2)) {
      expect(readFileSync(path, "utf8")).toMatch(new RegExp(`^P${pid};T(?:0:)?${waiting} \\d+$`, "m"));
    }
  });
});

describe.each(eachPython(({ wordSize, debug }) => wordSize === 8 && !debug))("on Python %s", (_, python: Python) => {
  it("a thread that waits in C while the interpreter ends is left out, and -w says why", async () => {
    const { pid, child } = await park(python.path, [targetPath("ends_slowly.py")]);
    const problems = async () => (await look("-w", pid)).flatMap(({ threads }) => threads.map((one) => one.problems));
    await expect.poll(problems, { timeout: 60_000 }).toEqual([["interpreter starts or ends"]]);
    const { how, stderr } = await runAustin(["-i5ms", "-x", "300ms", "-o", freshPath(), "-p", String(pid)]);
    expect(how, stderr).toBe(254);
    expect(stderr).toContain("starts or ends");
    child.stdin.end();
    await once(child, "exit");
  });
});

it("a child whose interpreter hangs while it ends is shown by -Cw, which says so", async () => {
  const python = pythons().findLast(({ wordSize, debug }) => wordSize === 8 && !debug) as Python;
  // The shell waits for it.
  const { pid, child } = await park("sh", ["-c", `"${python.path}" "${targetPath("ends_slowly.py")}"; :`]);
  const seen = async () => {
    const family = await look("-Cw", pid);
    return family.flatMap((one) => one.threads.map(({ problems, frames }) => [one.child, problems, frames]));
  };
  await expect.poll(seen, { timeout: 60_000 }).toEqual([[true, ["interpreter starts or ends"], []]]);
  child.stdin.end();
  await once(child, "exit");
});
