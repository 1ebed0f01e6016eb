// A process with all that descend from it, in one profile.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { Sample } from "../../../src/model/sample.js";
import { freshPath, isAlive, readWholeProfile, runAustin, scopesOf, startAustin } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { austinPythonSamples, peersMissing } from "../../peers.js";
import { eachPython, isRelease, type Python, pythons } from "../../pythons.js";
import { startTarget, targetPath } from "../../target.js";

const newest = pythons().at(-1) as Python;
const oldest = pythons()[0] as Python;
const releases = eachPython((python) => isRelease(python) && python.wordSize === 8);
const family = targetPath("family.py");

afterEach(assertNoLeftovers);

/** The samples of each process. */
function byProcess(samples: readonly Sample[]): Map<number, Sample[]> {
  const all = new Map<number, Sample[]>();
  for (const sample of samples) all.set(sample.pid, [...(all.get(sample.pid) ?? []), sample]);
  return all;
}

/** Ids of the processes that were seen in a function. */
function seenIn(samples: readonly Sample[], scope: string): number[] {
  return [...byProcess(samples)]
    .filter(([, own]) => own.some((one) => scopesOf(one).includes(scope)))
    .map(([pid]) => pid);
}

/** Run a family under the command to its end. */
async function profileOf(args: readonly string[], options: readonly string[] = []) {
  const path = freshPath();
  const { how, stderr } = await runAustin(["-C", "-i", "1ms", ...options, "-o", path, ...args]);
  expect(how, stderr).toBe(0);
  return { ...(await readWholeProfile(path)), path, stderr };
}

describe.each(releases)("on Python %s", (_, python) => {
  it.each(["fork", "spawn", "forkserver"])("children by %s have samples of their own", async (method) => {
    const { samples, metadata, allMetadata, path, stderr } = await profileOf([python.path, family, method]);
    expect(seenIn(samples, "do")).toHaveLength(2);
    expect(Number(/Processes sampled[ .]* (\d+)/.exec(stderr)?.[1])).toBeGreaterThanOrEqual(byProcess(samples).size);
    expect(byProcess(samples).size).toBeGreaterThanOrEqual(3);
    expect(metadata.get("multiprocess")).toBe("on");
    expect(metadata.get("python")).toBe(python.version.join("."));
    expect(allMetadata.map(({ key }) => key).slice(0, 5)).toEqual([
      "python",
      "austin",
      "interval",
      "mode",
      "multiprocess",
    ]);
    if (peersMissing !== undefined) return;
    const judged = austinPythonSamples(path) as [number, ...unknown[]][];
    expect(new Set(judged.map(([pid]) => pid))).toEqual(new Set(samples.map(({ pid }) => pid)));
  });

  it("the time of each thread is the time for which its process was sampled", async () => {
    const { samples, metadata } = await profileOf([python.path, family, "raw"]);
    for (const own of byProcess(samples).values()) {
      const time = own.reduce((sum, { metrics }) => sum + (metrics.timeMicroseconds ?? 0), 0);
      expect(time).toBeLessThanOrEqual(Number(metadata.get("duration")));
    }
    expect(byProcess(samples).size).toBe(2);
  });
});

it("an orphan is followed, and the run ends when it does", async () => {
  const { samples } = await profileOf([newest.path, family, "orphan"]);
  expect(seenIn(samples, "do")).toHaveLength(1);
});

it("a child that is there between two deadlines is found, however far these are from each other", async () => {
  const path = freshPath();
  const { how, stderr } = await runAustin(["-C", "-i", "3s", "-o", path, newest.path, family, "raw"]);
  expect(how, stderr).toBe(0);
  expect(byProcess((await readWholeProfile(path)).samples).size).toBe(2);
});

it("so is a daemon that has left group and session", async () => {
  const { samples } = await profileOf([newest.path, family, "daemon"]);
  expect(seenIn(samples, "do")).toHaveLength(1);
});

it("Python is found below programs that are not, of any version", async () => {
  const { samples, allMetadata } = await profileOf([newest.path, family, "below", oldest.path, family, "raw"]);
  expect(seenIn(samples, "do")).toHaveLength(1);
  expect(byProcess(samples).size).toBe(3);
  const versions = allMetadata.filter(({ key }) => key.startsWith("python ")).map(({ value }) => value);
  expect(new Set(versions)).toEqual(new Set([oldest.version.join(".")]));
});

it("a shell may take its time before it starts one, and go on afterwards", async () => {
  const script = 'sleep 0.3; "$0" "$1" do; sleep 0.2; "$0" "$1" do; echo through';
  const path = freshPath();
  const { how, stdout, stderr } = await runAustin([
    "-C",
    "-t",
    "100ms",
    "-i",
    "1ms",
    "-o",
    path,
    "sh",
    "-c",
    script,
    newest.path,
    family,
  ]);
  expect(how, stderr).toBe(0);
  expect(stdout.toString()).toBe("through\n");
  const { samples, metadata } = await readWholeProfile(path);
  expect(seenIn(samples, "do")).toHaveLength(2);
  expect(metadata.has("python")).toBe(false);
});

it("one that is no Python for a while is one process", async () => {
  const between = 'sleep 0.5; exec "$0" "$@"';
  const becomes = [newest.path, targetPath("becomes.py"), "/bin/sh", "-c", between, newest.path, family, "do"];
  const { samples, stderr } = await profileOf(["sh", "-c", '"$0" "$@"; true', ...becomes]);
  expect(byProcess(samples).size).toBe(1);
  expect([...seenIn(samples, "before"), ...seenIn(samples, "do")]).toHaveLength(2);
  expect(stderr).toMatch(/Processes sampled[ .]* 1\n/);
});

it("those for which there is no room are counted, and the others sampled", async () => {
  const path = freshPath();
  const { how, stderr } = await runAustin(
    ["-C", "-i", "1ms", "-o", path, newest.path, targetPath("siblings.py"), "16"],
    // Some processes' worth: a decoder has 128 MiB.
    { through: ["sh", "-c", 'ulimit -v 2200000; exec "$0" --disable-wasm-trap-handler "$@"'] },
  );
  expect(how, stderr).toBe(0);
  const { samples, metadata } = await readWholeProfile(path);
  const seen = byProcess(samples).size;
  const left = Number(metadata.get("not sampled no address space for its decoder"));
  expect(left).toBeGreaterThan(0);
  expect(seen).toBeGreaterThan(1);
  // Each once. On a busy machine not all may be looked at while they live.
  expect(seen + left).toBeLessThanOrEqual(17);
  expect(stderr).toContain(`    not sampled, no address space for its decoder: ${left}\n`);
});

it("a command without any Python goes on to its end", async () => {
  const { how, stdout, stderr } = await runAustin([
    "-C",
    "-t",
    "50ms",
    "-o",
    freshPath(),
    "sh",
    "-c",
    "sleep 0.3; echo through",
  ]);
  expect(how).toBe(1);
  expect(stdout.toString()).toBe("through\n");
  expect(stderr).toContain("ended");
});

it.each([[[]], [["-C"]]])("exec is followed with %j", async (options) => {
  const path = freshPath();
  const command = [oldest.path, targetPath("becomes.py"), newest.path, family, "do"];
  const { how, stderr } = await runAustin([...options, "-i", "1ms", "-o", path, ...command]);
  expect(how, stderr).toBe(0);
  const { samples, scopes } = await readWholeProfile(path);
  expect(byProcess(samples).size).toBe(1);
  expect(scopes).toContain("before");
  expect(scopes).toContain("do");
});

it("a process that becomes something else is left alone, and its children are followed", async () => {
  const path = freshPath();
  const script = '"$0" "$1" do; echo through';
  const command = [newest.path, family, "become", "/bin/sh", "-c", script, newest.path, family];
  const { how, stdout, stderr } = await runAustin(["-C", "-t", "5s", "-i", "1ms", "-o", path, ...command]);
  expect(how, stderr).toBe(0);
  expect(stdout.toString()).toBe("through\n");
  const { samples } = await readWholeProfile(path);
  expect(seenIn(samples, "do")).toHaveLength(2);
});

it("those who are there already are found, and run on", async () => {
  const target = await startTarget(newest, "busy20.py");
  const path = freshPath();
  // The test's own process is no Python and has descendants that are.
  const { how, stderr } = await runAustin(["-C", "-i", "1ms", "-x", "0.5", "-o", path, "-p", String(process.pid)]);
  expect(how, stderr).toBe(254);
  expect(isAlive(target.pid)).toBe(true);
  const { samples } = await readWholeProfile(path);
  expect(seenIn(samples, "spin")).toEqual([target.pid]);
  await target.stop();
});

describe("what was launched and is asked to end", () => {
  it.each([
    ["SIGINT", 254],
    ["SIGTERM", 241],
  ] as const)("by %s: all of it ends", async (signal, code) => {
    const path = freshPath();
    const austin = startAustin(["-C", "-i", "1ms", "-o", path, newest.path, family, "clean"]);
    await austin.says(/ready/);
    await austin.sampling();
    austin.kill(signal);
    const { how, stdout, stderr } = await austin.ended;
    expect(how, stderr).toBe(code);
    const said = stdout.toString().split("\n").sort().filter(Boolean);
    expect(said).toEqual(signal === "SIGINT" ? ["child cleaned up", "parent cleaned up", "ready"] : ["ready"]);
    await readWholeProfile(path);
  });
});

describe("a virtual environment whose files are gone", () => {
  it.each([[[]], [["unshare", "-p", "-f", "-r"]]])("through %j", async (through) => {
    const folder = freshPath("venv");
    // Debian's were relocated, and make no whole environments.
    const [, copies] = releases.find(([, { origin }]) => origin !== "debian") as [string, Python];
    const made = spawn(copies.path, ["-m", "venv", "--without-pip", "--copies", folder], { stdio: "inherit" });
    expect(await once(made, "exit")).toEqual([0, null]);
    const script = freshPath("family.py");
    cpSync(family, script);
    const words: string[] = [...through, join(folder, "bin/python3"), script, "clean"];
    const [command, ...args] = words as [string, ...string[]];
    const target = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    await once(target.stdout, "data");
    rmSync(folder, { recursive: true });
    expect(dirname(script)).not.toBe(folder);
    const path = freshPath();
    const { how, stderr } = await runAustin(["-C", "-i", "1ms", "-x", "0.5", "-o", path, "-p", String(target.pid)]);
    const pids = byProcess((await readWholeProfile(path)).samples);
    for (const pid of pids.keys()) process.kill(pid, "SIGKILL");
    await once(target, "close");
    expect(how, stderr).toBe(254);
    expect(pids.size).toBe(2);
  });
});
