// `-k`: where threads wait in the kernel. What a waiting thread's stack in it is, the kernel says itself; a thread that goes from one wait to the next is to have, in each
// sample, the kernel's functions of the very call that its own frames are in. And who may not read them is told before anything is begun.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FORMAT_NAMES } from "../../../src/formats/registry.js";
import { kernelStacksFailure, parseKernelStack } from "../../../src/host/linux/index.js";
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
  untilWritten,
} from "../../austin.js";
import { builtCommand } from "../../built.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled } from "../../needs.js";
import { austinPythonEvents, austinPythonSamples, peersMissing } from "../../peers.js";
import { eachPython, isRelease, type Python, pythons } from "../../pythons.js";
import { startTarget, type Target, targetPath } from "../../target.js";
import { asNobody, otherUserMissing } from "../../users.js";

const lack =
  process.arch !== "x64"
    ? "an x86-64 machine"
    : kernelStacksFailure() === undefined
      ? undefined
      : "root whom the kernel tells its stacks (CAP_SYS_ADMIN)";
const nobodyMissing = otherUserMissing();
const newest = pythons().findLast((python) => isRelease(python) && python.wordSize === 8) as Python;
/** Minor versions, one for each way in which frames are put in order: counted, by records, by shims. */
const WAYS = [9, 11, 13, 15];
const ENOUGH_BYTES = 30_000;

interface Ready {
  readonly pid: number;
  /** Ids of threads, by the ways in which they wait. */
  readonly waiting: Readonly<Record<"signals" | "selects" | "polls" | "locks", number>>;
}

const isKernel = ({ kind }: Frame) => kind === "kernel";
const isNative = (frame: Frame | undefined) => frame?.kind === "code" && frame.code === "native";

function kernelOf({ frames }: Sample): string[] {
  return frames.flatMap((frame) => (frame.kind === "kernel" ? frame.scope : []));
}

/** What the kernel says of a thread that waits for good. */
function saidOf(pid: number, tid: number): readonly string[] {
  const stack = parseKernelStack(readFileSync(`/proc/${pid}/task/${tid}/stack`, "latin1"));
  if (stack === undefined) throw new Error(`thread ${tid} of process ${pid} has no stack in the kernel`);
  return stack.functions;
}

/** In which call of the C library a stack's program is: what waits and is none of these waits for the GIL or a lock. */
function wayOf({ frames }: Sample): keyof Ready["waiting"] {
  const behind = frames.slice(frames.findLastIndex((frame) => frame.kind === "code" && !isNative(frame)) + 1);
  // Below it may lie functions of its own that no symbol names.
  const names = behind.flatMap((frame) =>
    frame.kind === "code" && /\/libc\b/.test(frame.filename) && !frame.scope.includes("+0x") ? frame.scope : [],
  );
  const name = names.at(-1) ?? "";
  if (/sigtimedwait/.test(name)) return "signals";
  if (/select/.test(name)) return "selects";
  return /epoll/.test(name) ? "polls" : "locks";
}

/** Of each way the functions of the kernel that no other way has. */
function tellingFunctions({ pid, waiting }: Ready): Map<string, ReadonlySet<string>> {
  const all = Object.entries(waiting).map(([way, tid]) => [way, saidOf(pid, tid)] as const);
  return new Map(
    all.map(([way, own]) => {
      const others = new Set(all.flatMap(([other, functions]) => (other === way ? [] : functions)));
      return [way, new Set(own.filter((name) => !others.has(name)))];
    }),
  );
}

/** What is wrong with a stack of the thread that goes from wait to wait; undefined for one that it can have. */
function wrongOf(sample: Sample, telling: ReadonlyMap<string, ReadonlySet<string>>): string | undefined {
  const { frames } = sample;
  const first = frames.findIndex(isKernel);
  if (first >= 0 && frames.slice(first).some((frame) => !isKernel(frame)))
    return "the kernel's frames are not the last";
  const kernel = kernelOf(sample);
  // Where it's not certain in which order native frames and Python's are, there are no native ones.
  if (kernel.length === 0 || !frames.some(isNative)) return undefined;
  if (!isNative(frames[first - 1])) return "the kernel's frames behind Python's";
  const way = wayOf(sample);
  const ways = [...telling].flatMap(([one, names]) => (kernel.some((name) => names.has(name)) ? one : []));
  return ways.length === 1 && ways[0] === way ? undefined : `${scopesOf(sample).join(" ")}: ${kernel.join(" ")}`;
}

/** Sample a process until the profile has enough. */
async function sampled(
  pid: number,
  options: readonly string[] = [],
  bytes = ENOUGH_BYTES,
): Promise<Profile & { path: string; told: string }> {
  const path = freshPath();
  const austin = startAustin(["-n", "-k", "-i", "1ms", "--flush", "100ms", ...options, "-o", path, "-p", `${pid}`]);
  await austin.sampling();
  await untilWritten(path, bytes);
  austin.kill("SIGINT");
  const { stderr } = await austin.ended;
  return { ...(await readWholeProfile(path)), path, told: stderr };
}

async function stop(target: Target<unknown>): Promise<void> {
  target.child.kill("SIGKILL");
  await target.stop();
  assertNoLeftovers();
}

function run(command: string, args: readonly string[]) {
  return spawnSync(process.execPath, [command, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

describe
  .skipIf(lack !== undefined)
  .each(eachPython((python) => isRelease(python) && python.wordSize === 8 && WAYS.includes(python.version[1])))(
  titled("austin -n -k on Python %s", lack),
  (_, python) => {
    it("shows of threads that wait what the kernel says of them, and no wait's functions under another's call", async () => {
      const target = await startTarget<Ready>(python, "kernel_waits.py");
      const { samples, metadata, told } = await sampled(target.pid, [], 1_000_000);
      for (const [way, tid] of Object.entries(target.ready.waiting)) {
        const own = samples.filter(({ thread }) => thread === tid.toString(16));
        const whole = own.filter(({ frames }) => frames.some(isNative));
        expect(whole.length, way).toBeGreaterThan(100);
        expect(new Set(whole.map((sample) => kernelOf(sample).join(" ")))).toEqual(
          new Set([saidOf(target.pid, tid).join(" ")]),
        );
        expect(new Set(whole.map(wayOf)), way).toEqual(new Set([way]));
      }
      const telling = tellingFunctions(target.ready);
      for (const [way, names] of telling) expect(names.size, way).toBeGreaterThan(0);
      const main = samples.filter(({ thread }) => thread === target.pid.toString(16));
      expect(main.flatMap((sample) => wrongOf(sample, telling) ?? [])).toEqual([]);
      // It was met in each of them, and at work, when it has none.
      const waiting = main.filter((sample) => kernelOf(sample).length > 0);
      expect(new Set(waiting.map(wayOf))).toEqual(new Set(telling.keys()));
      const working = main.filter((sample) => scopesOf(sample).some((scope) => scope.startsWith("works")));
      expect(working.some((sample) => kernelOf(sample).length === 0)).toBe(true);
      expect(metadata.get("kernel stacks")).toMatch(/^[1-9]\d*\/[1-9]\d*$/);
      expect(told).toMatch(/Kernel stacks[ .]+\d+\/\d+ .*threads that were to wait/);
      expect([...metadata.keys()].filter((key) => key.startsWith("reason kernel"))).toEqual([]);
      await stop(target);
    });

    it("shows them with -w, told from others", async () => {
      const target = await startTarget<Ready>(python, "kernel_waits.py");
      const { how, stdout } = await runAustin(["-nkw", `${target.pid}`, "--json"]);
      expect(how).toBe(0);
      const { threads } = JSON.parse(`${stdout}`).processes[0] as {
        threads: {
          thread: number;
          problems: string[];
          frames: { function: string; kernel: boolean; native: boolean }[];
        }[];
      };
      for (const [way, tid] of Object.entries(target.ready.waiting)) {
        const thread = threads.find((one) => one.thread === tid);
        expect(thread?.problems, way).toEqual([]);
        const frames = thread?.frames ?? [];
        const first = frames.findIndex(({ kernel }) => kernel);
        expect(frames.slice(first).map((frame) => frame.function)).toEqual(saidOf(target.pid, tid));
        expect(frames.slice(0, first).every(({ kernel }) => !kernel)).toBe(true);
        expect(frames[first - 1]?.native).toBe(true);
        expect(frames[first]?.native).toBe(false);
      }
      const text = `${(await runAustin(["-nkw", `${target.pid}`])).stdout}`;
      const innermost = saidOf(target.pid, target.ready.waiting.signals).at(-1);
      expect(text).toContain(`\n    ${innermost} 🐧\n`);
      const without = `${(await runAustin(["-nw", `${target.pid}`])).stdout}`;
      expect(without).not.toContain("🐧");
      await stop(target);
    });
  },
);

describe.skipIf(lack !== undefined)(titled(`frames of the kernel on Python ${newest.name}`, lack), () => {
  it("are in every format, and the same in another MOJO file", async () => {
    const target = await startTarget<Ready>(newest, "kernel_waits.py");
    const { path, samples } = await sampled(target.pid);
    const innermost = saidOf(target.pid, target.ready.waiting.signals).at(-1) as string;
    await stop(target);
    for (const format of FORMAT_NAMES) {
      const output = freshPath(`profile.${format}`);
      const { status, stderr } = run(builtCommand("austin-convert"), ["-f", format, path, "-o", output]);
      expect(status, `${format}: ${stderr}`).toBe(0);
      const bytes = readFileSync(output);
      if (format === "mojo") expect((await readProfile(output)).samples).toEqual(samples);
      else if (format !== "pprof") expect(bytes.toString("latin1"), format).toContain(innermost);
      if (format === "collapsed") expect(bytes.toString()).toContain(`;kernel:${innermost}:0 `);
    }
    const top = run(builtCommand("austin-view"), ["--top", "--limit", "1000", path]);
    expect(top.stdout).toContain(`${innermost} [kernel]`);
  });

  it.skipIf(peersMissing !== undefined)(titled("are read by austin-python", peersMissing), async () => {
    const target = await startTarget<Ready>(newest, "kernel_waits.py");
    const { path, samples } = await sampled(target.pid);
    await stop(target);
    expect(samples.some((sample) => kernelOf(sample).length > 0)).toBe(true);
    // Its samples leave the kernel out; its events have it.
    const theirs: string[][] = [];
    for (const [kind, fields] of austinPythonEvents(path) as [string, { scope?: string }][]) {
      if (kind === "MojoStack") theirs.push([]);
      if (kind === "MojoKernelFrame") theirs.at(-1)?.push(fields.scope as string);
    }
    expect(theirs).toEqual(samples.map(kernelOf));
    const resolved = austinPythonSamples(path) as [number, number, string, [string][]][];
    expect(resolved.map(([, , , frames]) => frames.map(([name]) => name))).toEqual(
      samples.map(({ frames }) => frames.flatMap((frame) => (frame.kind === "code" ? frame.scope : []))),
    );
  });

  it("are filtered by function, and as the module <kernel>", async () => {
    const target = await startTarget<Ready>(newest, "kernel_waits.py");
    const [name] = tellingFunctions(target.ready).get("polls") ?? [];
    const polling = await sampled(target.pid, ["--function", name as string]);
    expect(polling.samples.every((sample) => kernelOf(sample).includes(name as string))).toBe(true);
    const others = await sampled(target.pid, ["--module", "!<kernel>"], 10_000);
    expect(others.samples.flatMap(kernelOf)).toEqual([]);
    expect(others.samples.length).toBeGreaterThan(0);
    // The same words leave the same of a whole profile.
    const { path } = await sampled(target.pid);
    const output = freshPath();
    expect(run(builtCommand("austin-convert"), ["--module", "<kernel>", "-f", "mojo", path, "-o", output]).status).toBe(
      0,
    );
    const { samples } = await readProfile(output);
    expect(samples.length).toBeGreaterThan(0);
    expect(samples.every((sample) => kernelOf(sample).length > 0)).toBe(true);
    await stop(target);
  });

  it("are those of a program that has replaced itself, too", async () => {
    const path = freshPath();
    const command = [newest.path, targetPath("kernel_waits.py"), "becomes"];
    const austin = startAustin(["-n", "-k", "-i", "1ms", "--flush", "100ms", "-o", path, ...command]);
    await austin.sampling();
    await austin.says(/"pid"/);
    const before = await untilWritten(path);
    // What is written first is what the program has mapped.
    await untilWritten(path, before + 10 * ENOUGH_BYTES);
    austin.kill("SIGTERM");
    await austin.ended;
    const { samples } = await readWholeProfile(path);
    const waiting = samples.filter((sample) => kernelOf(sample).length > 0);
    for (const way of ["signals", "selects", "polls", "locks"])
      expect(
        waiting.some((sample) => scopesOf(sample).includes(way)),
        way,
      ).toBe(true);
    assertNoLeftovers();
  });

  it("are had of each process of a family", async () => {
    const path = freshPath();
    const command = [newest.path, targetPath("family.py"), "fork"];
    const { how, stderr } = await runAustin(["-n", "-k", "-C", "-i", "2ms", "-o", path, ...command]);
    expect(how, stderr).toBe(0);
    const { samples } = await readWholeProfile(path);
    // Who has forked them waits for them.
    const waiting = samples.filter((sample) => kernelOf(sample).some((name) => /wait/.test(name)));
    expect(waiting.some((sample) => scopesOf(sample).some((scope) => scope.endsWith("join")))).toBe(true);
    assertNoLeftovers();
  });

  it("are what austinp shows with -k, and nothing is without effect but beside -c", async () => {
    const target = await startTarget<Ready>(newest, "kernel_waits.py");
    const where = run(builtCommand("austinp"), ["-kw", `${target.pid}`]);
    expect(where.stdout).toContain("🐧");
    const { told, samples } = await sampled(target.pid, ["-c"], 4000);
    expect(told).toContain("The option -k has no effect beside -c.");
    expect(samples.length).toBeGreaterThan(0);
    await stop(target);
  });
});

describe("who may not read the kernel's stacks", () => {
  it.skipIf(nobodyMissing !== undefined)(
    titled("is told which file refuses, and nothing is started", nobodyMissing),
    async () => {
      const path = freshPath();
      for (const args of [
        ["-nk", "-o", path, "true"],
        ["-nkw", `${process.pid}`],
      ]) {
        const { how, stderr } = await runAustin(args, { through: asNobody });
        expect(how).toBe(2);
        expect(stderr).toMatch(/(?:read|open) of \/proc\/thread-self\/stack gave EACCES/);
        expect(stderr).toContain("CAP_SYS_ADMIN, and austin runs as user 65534 without");
      }
    },
  );

  it.skipIf(nobodyMissing !== undefined)(
    titled("may be root of a user namespace of its own", nobodyMissing),
    async () => {
      const through = [...asNobody, "unshare", "--user", "--map-root-user"];
      const { how, stderr } = await runAustin(["-nkw", `${process.pid}`], { through });
      expect(how).toBe(2);
      expect(stderr).toContain("in a user namespace of its own alone");
    },
  );
});
