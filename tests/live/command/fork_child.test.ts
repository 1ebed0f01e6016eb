// Children of forks whose thread states say what they said in the parent: before CPython's own handlers have run, and where C
// code forked. They are sampled as any other process: under their own ids, proven, with the threads that they have.
import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { freshPath, readWholeProfile, runAustin, scopesOf } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { eachPython } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

interface Forked {
  readonly pid: number;
  readonly threads: readonly number[];
  readonly native: readonly number[];
}

interface Where {
  readonly processes: readonly {
    readonly threads: readonly {
      readonly thread: number | null;
      readonly state: string | null;
      readonly problems: readonly string[];
      readonly frames: readonly ({ readonly function: string } | null)[];
    }[];
  }[];
}

afterEach(assertNoLeftovers);

const library = freshPath("libfork_child.so");
execFileSync("gcc", ["-shared", "-fPIC", "-o", library, targetPath("fork_child.c")]);

const modes = [
  ["before its own handlers have run", ["handler", library], "forks"],
  ["that C code has forked", ["raw"], "spins"],
  ["that C code has forked, with a thread of its own", ["threads"], "spins"],
] as const;

describe.each(eachPython(({ wordSize }) => wordSize === 8))("on Python %s, a child", (_, python) => {
  it.each(modes)("%s is seen where it is", async (__, args, leaf) => {
    const target = await startTarget<Forked>(python, "fork_child.py", args);
    const { pid, threads, native } = target.ready;
    const { how, stdout, stderr } = await runAustin(["-w", String(pid), "--json"]);
    expect(how, stderr).toBe(0);
    const seen = (JSON.parse(String(stdout)) as Where).processes[0]?.threads ?? [];
    const shown = seen.filter(({ frames }) => frames.length > 0);
    expect(shown.map(({ thread }) => thread).sort()).toEqual([...threads].sort());
    expect(shown.flatMap(({ problems }) => problems)).toEqual([]);
    const main = shown.find(({ thread }) => thread === pid);
    expect(main?.state).toBe("R");
    expect(main?.frames.map((frame) => frame?.function)).toContain(leaf);
    for (const { problems } of seen.filter(({ frames }) => frames.length === 0)) {
      expect(problems).toEqual(["no such thread"]);
    }
    // Two threads of the parent are left.
    expect(seen.length - shown.length).toBe(native.length - 1);
    await target.stop();
  });

  it.each(modes)("%s is sampled", async (__, args, leaf) => {
    const target = await startTarget<Forked>(python, "fork_child.py", args);
    const { pid, threads } = target.ready;
    const path = freshPath();
    for (const [option, expected] of [["-c", [pid]] as const, ["-i1ms", threads] as const]) {
      const { how, stderr } = await runAustin([option, "-x", "500ms", "-o", path, "-p", String(pid)]);
      expect(how, stderr).toBe(254);
      const { samples, metadata } = await readWholeProfile(path);
      const ids = new Set(samples.map(({ thread }) => Number.parseInt(thread, 16)));
      expect([...ids].sort()).toEqual([...expected].sort());
      const own = samples.filter(({ thread }) => Number.parseInt(thread, 16) === pid);
      const right = own.filter((sample) => scopesOf(sample).includes(leaf));
      expect(right.length).toBeGreaterThan(0);
      expect(right.some(({ frames }) => frames.every(({ kind }) => kind !== "invalid"))).toBe(true);
      expect(Number(metadata.get("reason no such thread"))).toBeGreaterThan(0);
    }
    await target.stop();
  });
});
