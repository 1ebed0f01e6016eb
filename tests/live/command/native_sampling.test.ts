// `-n` and `austinp`: a program whose calls of C and Python are known is sampled as it runs. Every native stack is whole, and Python's frames stand in it where the program
// calls them; what a native stack could not be had of has Python's frames, and is counted. And what is done to the program leaves it as it was.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FORMAT_NAMES } from "../../../src/formats/registry.js";
import type { Frame } from "../../../src/model/frame.js";
import type { Sample } from "../../../src/model/sample.js";
import {
  freshPath,
  type Profile,
  readProfile,
  readWholeProfile,
  runAustin,
  scopesOf,
  startAustin,
  stateOf,
  untilWritten,
} from "../../austin.js";
import { builtCommand } from "../../built.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled } from "../../needs.js";
import { austinPythonSamples, peersMissing } from "../../peers.js";
import { eachPython, isRelease, type Python, pythons } from "../../pythons.js";
import { startCommand } from "../../started.js";
import { startTarget, type Target, targetPath } from "../../target.js";

const lack = process.arch === "x64" ? undefined : "an x86-64 machine";
const newest = pythons().findLast((python) => isRelease(python) && python.wordSize === 8) as Python;
/** What the program's own functions call, each the next. */
const CHAIN = ["<module>", "outer", "replaced", "key", "plain"];
/** Those of them that C calls. */
const CALLED_BY_C = ["replaced", "key"];
/** So much of a profile has some hundred samples of it. */
const ENOUGH_BYTES = 40_000;

function isNative(frame: Frame | undefined): boolean {
  return frame?.kind === "code" && frame.code === "native";
}

/** What is wrong with a stack of the program's main thread; undefined for one that it can have. */
function wrongOf({ frames }: Sample): string | undefined {
  const own: number[] = [];
  frames.forEach((frame, at) => {
    if (frame.kind === "code" && frame.filename.endsWith("native_calls.py")) own.push(at);
  });
  const names = own.map((at) => (frames[at] as { scope: string }).scope);
  if (names.some((name, at) => name !== CHAIN[at])) return `${names.join(" ")} is no way through the program`;
  const native = frames.some(isNative);
  if (!native) return undefined;
  if (frames.some(({ kind }) => kind !== "code")) return "a gap";
  if (!isNative(frames[0])) return "Python's frames below the program's start";
  for (const name of CALLED_BY_C) {
    const at = own[CHAIN.indexOf(name)];
    if (at !== undefined && !isNative(frames[at - 1])) return `no C calls ${name}`;
  }
  return undefined;
}

/** Sample a process until the profile has enough. */
async function sampled(
  pid: number,
  options: readonly string[] = [],
): Promise<Profile & { path: string; told: string }> {
  const path = freshPath();
  const austin = startAustin(["-n", "-i", "1ms", "--flush", "100ms", ...options, "-o", path, "-p", `${pid}`]);
  await austin.sampling();
  await untilWritten(path, ENOUGH_BYTES);
  austin.kill("SIGINT");
  const { stderr } = await austin.ended;
  return { ...(await readWholeProfile(path)), path, told: stderr };
}

/** Run a command to its end. */
function run(command: string, args: readonly string[]) {
  return spawnSync(process.execPath, [command, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

async function stop(target: Target<unknown>): Promise<void> {
  target.child.kill("SIGKILL");
  await target.stop();
  assertNoLeftovers();
}

/** Minor versions, one for each way in which frames are put in order: counted, by records, by shims. */
const WAYS = [9, 10, 11, 12, 13, 14, 15];

describe
  .skipIf(lack !== undefined)
  .each(eachPython((python) => isRelease(python) && python.wordSize === 8 && WAYS.includes(python.version[1])))(
  titled("austin -n on Python %s", lack),
  (_, python) => {
    it("shows stacks that the program has, whole, from its start on", async () => {
      const target = await startTarget<{ pid: number }>(python, "native_calls.py");
      const { samples, metadata, told } = await sampled(target.pid);
      const main = samples.filter(({ thread }) => thread === target.pid.toString(16));
      const others = samples.filter(({ thread }) => thread !== target.pid.toString(16));
      expect(main.flatMap((sample) => wrongOf(sample) ?? [])).toEqual([]);
      const whole = main.filter(({ frames }) => frames.some(isNative));
      expect(whole.length, told).toBeGreaterThan(20);
      expect(new Set(whole.flatMap(scopesOf))).toContain("plain");
      // The waiting one, which is never held.
      const waiting = others.filter(({ frames }) => frames.some(isNative));
      expect(waiting.length).toBeGreaterThan(20);
      expect(new Set(waiting.flatMap(scopesOf))).toContain("waits");
      expect(waiting.every(({ frames }) => frames.every(({ kind }) => kind === "code") && isNative(frames[0]))).toBe(
        true,
      );
      // What has no native frames is said to.
      const lacking = samples.length - whole.length - waiting.length;
      const reasons = [...metadata].filter(([key]) => key.startsWith("reason native frames missing"));
      expect(reasons.reduce((sum, [, count]) => sum + Number(count), 0)).toBe(lacking);
      expect(Number(metadata.get("held"))).toBeGreaterThan(0);
      expect(metadata.get("map")).toMatch(/^[0-9a-f]+-[0-9a-f]+ \/.*libc/m);
      await stop(target);
    });
  },
);

describe.skipIf(lack !== undefined)(titled(`native frames on Python ${newest.name}`, lack), () => {
  it("are in every format, and the same in another MOJO file", async () => {
    const target = await startTarget<{ pid: number }>(newest, "native_calls.py");
    const { path, samples } = await sampled(target.pid);
    await stop(target);
    for (const format of FORMAT_NAMES) {
      const output = freshPath(`profile.${format}`);
      const { status, stderr } = run(builtCommand("austin-convert"), ["-f", format, path, "-o", output]);
      expect(status, `${format}: ${stderr}`).toBe(0);
      const bytes = readFileSync(output);
      expect(bytes.length, format).toBeGreaterThan(0);
      if (format === "jsonl") expect(bytes.toString()).toContain('"native":true');
      if (format === "collapsed") expect(bytes.toString()).toMatch(/libc\S*\.so\.6:\w+:0;/);
      if (format === "mojo") expect((await readProfile(output)).samples).toEqual(samples);
    }
  });

  it.skipIf(peersMissing !== undefined)(titled("are read by austin-python", peersMissing), async () => {
    const target = await startTarget<{ pid: number }>(newest, "native_calls.py");
    const { path, samples } = await sampled(target.pid);
    await stop(target);
    const theirs = austinPythonSamples(path) as [number, number, string, [string, string, number][]][];
    expect(theirs.length).toBe(samples.length);
    const files = theirs.flatMap(([, , , frames]) => frames.map(([, file]) => file));
    expect(files.some((file) => /^native@[0-9a-f]+$/.test(file))).toBe(true);
    expect(theirs.map(([, , , frames]) => frames.map(([name]) => name))).toEqual(
      samples.map(({ frames }) => frames.flatMap((frame) => (frame.kind === "code" ? frame.scope : []))),
    );
  });

  it("are those of threads that only C knows, too, which have no interpreter", async () => {
    const target = await startTarget<{ pid: number }>(newest, "c_thread.py");
    const { samples } = await sampled(target.pid);
    const own = samples.filter(({ interpreterId }) => interpreterId === -1 || interpreterId === undefined);
    expect(new Set(own.map(({ interpreterId }) => interpreterId))).toEqual(new Set([-1]));
    expect(own.some((sample) => scopesOf(sample).includes("pause"))).toBe(true);
    expect(samples.some((sample) => sample.interpreterId === 0 && scopesOf(sample).includes("key"))).toBe(true);
    await stop(target);
  });

  it("are filtered by module and function, as others are", async () => {
    const target = await startTarget<{ pid: number }>(newest, "native_calls.py");
    const { samples } = await sampled(target.pid, ["--function", "waits"]);
    expect(samples.every((sample) => scopesOf(sample).includes("waits"))).toBe(true);
    const { samples: none } = await sampled(target.pid, ["--module", "*libc.so.6"]);
    expect(
      none.some(({ frames }) => frames.some((frame) => frame.kind === "code" && /libc\.so\.6$/.test(frame.filename))),
    ).toBe(true);
    await stop(target);
  });

  it("leave the samples of waiting threads out with -c", async () => {
    const target = await startTarget<{ pid: number }>(newest, "native_calls.py");
    const { samples, metadata } = await sampled(target.pid, ["-c"]);
    expect(metadata.get("mode")).toBe("cpu");
    expect(samples.some((sample) => scopesOf(sample).includes("outer"))).toBe(true);
    expect(samples.some((sample) => scopesOf(sample).includes("waits"))).toBe(false);
    await stop(target);
  });

  it("are missing where a debugger has the thread: that is said once, and Python's frames go on", async () => {
    const target = await startTarget<{ pid: number }>(newest, "native_calls.py");
    const PTRACE_SEIZE = 0x4206;
    const tracer = `import ctypes, time; assert ctypes.CDLL(None).ptrace(${PTRACE_SEIZE}, ${target.pid}, 0, 0) == 0; print('{"ready": true}', flush=True); time.sleep(1000)`;
    const other = await startCommand([pythons()[0]?.path as string, "-c", tracer], "a tracer");
    const path = freshPath();
    const austin = startAustin(["-n", "-i", "1ms", "--flush", "100ms", "-o", path, "-p", `${target.pid}`]);
    await austin.tells(/can't be held/);
    await untilWritten(path, ENOUGH_BYTES / 4);
    austin.kill("SIGINT");
    const { stderr } = await austin.ended;
    expect(stderr.match(/can't be held \(PTRACE_SEIZE/g)).toHaveLength(1);
    const { samples, metadata } = await readWholeProfile(path);
    expect(
      samples.flatMap((sample) => (sample.thread === target.pid.toString(16) ? (wrongOf(sample) ?? []) : [])),
    ).toEqual([]);
    expect(samples.some((sample) => scopesOf(sample).includes("outer"))).toBe(true);
    expect(Number(metadata.get("reason native frames missing: the thread can't be held"))).toBeGreaterThan(0);
    other.child.kill("SIGKILL");
    await other.stop();
    await stop(target);
  });

  it("are had of a stopped program, which stays stopped", async () => {
    const target = await startTarget<{ pid: number }>(newest, "native_calls.py");
    process.kill(target.pid, "SIGSTOP");
    await expect.poll(() => stateOf(target.pid)).toBe("T");
    const { samples } = await sampled(target.pid);
    expect(
      samples.flatMap((sample) => (sample.thread === target.pid.toString(16) ? (wrongOf(sample) ?? []) : [])),
    ).toEqual([]);
    expect(samples.some(({ frames }) => frames.some(isNative))).toBe(true);
    expect(stateOf(target.pid)).toBe("T");
    process.kill(target.pid, "SIGCONT");
    await expect.poll(() => stateOf(target.pid)).not.toBe("T");
    await stop(target);
  });

  it("go on behind an exec", async () => {
    const path = freshPath();
    const command = [newest.path, targetPath("native_calls.py"), "becomes"];
    const austin = startAustin(["-n", "-i", "1ms", "--flush", "100ms", "-o", path, ...command]);
    await austin.sampling();
    await austin.says(/"pid"/);
    const before = await untilWritten(path);
    await untilWritten(path, before + ENOUGH_BYTES);
    austin.kill("SIGTERM");
    await austin.ended;
    const { samples } = await readWholeProfile(path);
    const withNative = samples.filter(({ frames }) => frames.some(isNative));
    expect(withNative.some((sample) => scopesOf(sample).includes("before"))).toBe(true);
    expect(withNative.some((sample) => scopesOf(sample).includes("outer"))).toBe(true);
    const main = withNative.filter((sample) => scopesOf(sample).includes("outer"));
    expect(main.flatMap((sample) => wrongOf(sample) ?? [])).toEqual([]);
    assertNoLeftovers();
  });

  it("are had of each process of a family, none of which is left stopped or unreaped", async () => {
    const path = freshPath();
    const { how, stderr } = await runAustin([
      "-n",
      "-C",
      "-i",
      "2ms",
      "-o",
      path,
      newest.path,
      targetPath("family.py"),
      "fork",
    ]);
    expect(how, stderr).toBe(0);
    const { samples } = await readWholeProfile(path);
    const doing = samples.filter((sample) => scopesOf(sample).includes("do") && sample.frames.some(isNative));
    expect(new Set(doing.map(({ pid }) => pid)).size).toBe(2);
    // Their files are known, each process's own.
    const files = doing.flatMap(({ frames }) => frames.map((frame) => (frame.kind === "code" ? frame.filename : "")));
    expect(files.filter((file) => file === "[anonymous]")).toEqual([]);
    assertNoLeftovers();
  });

  it("are what austinp shows, every 10 ms", async () => {
    const austinp = builtCommand("austinp");
    const version = run(austinp, ["--version"]);
    expect(version.stdout).toMatch(/^austinp 4\.0\.0\n/);
    expect(run(austinp, ["-x", "never"]).stderr).toMatch(/^austinp: .*\n[\s\S]*Try `austinp --help'/);
    expect(run(austinp, ["--help"]).stdout).toMatch(/^Usage: austinp [\s\S]*Default: 10ms/);
    const target = await startTarget<{ pid: number }>(newest, "native_calls.py");
    const path = freshPath();
    const { status, stderr } = run(austinp, ["-x", "1", "-o", path, "-p", `${target.pid}`]);
    // As Austin has it where the exposure ends a run.
    expect(status, stderr).toBe(254);
    const { samples, metadata } = await readWholeProfile(path);
    expect(metadata.get("interval")).toBe("10000");
    expect(samples.some(({ frames }) => frames.some(isNative))).toBe(true);
    const where = run(austinp, ["-w", `${target.pid}`, "--json"]);
    expect(where.stdout).toContain('"native":true');
    await stop(target);
  });
});
