// Filters while sampling: a program with threads, the standard library and imports, in all modes and of several processes. What is
// written is what the same filters leave of the whole, which the capture beside it has.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { decodeCapture } from "../../../src/capture/index.js";
import { Filter, type FilterWords } from "../../../src/filters/index.js";
import type { Sample } from "../../../src/model/sample.js";
import { readMojo } from "../../../src/mojo/index.js";
import { freshPath, readWholeProfile, runAustin, scopesOf } from "../../austin.js";
import { assertNoLeftovers } from "../../leftovers.js";
import { titled } from "../../needs.js";
import { austinPythonSamples, peersMissing } from "../../peers.js";
import { eachPython, type Python, projectRoot, pythons } from "../../pythons.js";

const python = pythons().at(-1) as Python;

afterEach(assertNoLeftovers);

/** Two threads and the standard library, for a second; it grows, and imports modules that it forgets again. */
const VARIED = `
import importlib, json, sys, threading, time
end = time.perf_counter() + 1
kept = []
def dumping():
    while time.perf_counter() < end: json.dumps([{"a": i} for i in range(30)], indent=1)
def importing():
    for name in ("colorsys", "fractions", "statistics"):
        sys.modules.pop(name, None)
        importlib.import_module(name)
def growing(): kept.append(bytearray(100000))
thread = threading.Thread(target=dumping)
thread.start()
while time.perf_counter() < end:
    importing()
    growing()
    time.sleep(0.001)
thread.join()
`;
const varied = [python.path, "-c", VARIED];

const RUNS: readonly (readonly [options: string, filters: string, words: FilterWords])[] = [
  ["", "--main-thread", { mainThread: true }],
  ["", "--module json --collapse stdlib", { modules: ["json"], collapse: ["stdlib"] }],
  ["-g", "--function importing --collapse imports", { functions: ["importing"], collapse: ["imports"] }],
  ["", "--window 100ms..0.9", { window: { from: 100_000, to: 900_000 } }],
  ["-c", "--function !dumping", { functions: ["!dumping"] }],
  ["-m", "--function !dumping", { functions: ["!dumping"] }],
  ["-m", "--main-thread --collapse imports", { mainThread: true, collapse: ["imports"] }],
  ["-f", "--state running --module json.*", { state: "running", modules: ["json.*"] }],
  ["-f", "--state idle --window 0..0.9", { state: "idle", window: { from: 0, to: 900_000 } }],
  ["--still never", "--module threading", { modules: ["threading"] }],
];

async function all(capture: string): Promise<{ samples: Sample[]; mode: string | undefined }> {
  const profile = readMojo(decodeCapture(readFileSync(capture), { filters: {} }).mojo());
  const samples: Sample[] = [];
  for await (const sample of profile) samples.push(sample);
  return { samples, mode: profile.metadata.get("mode") };
}

/** Run under filters and a capture, and compare; the samples that were left. */
async function filtered(options: string, words: FilterWords, command: readonly string[]): Promise<readonly Sample[]> {
  const [mojo, capture, again] = [freshPath(), freshPath("run.capture"), freshPath()];
  const { how, stderr } = await runAustin([
    ...options.split(" ").filter(Boolean),
    ...["-i", "1ms", "-o", mojo, "--capture", capture],
    ...command,
  ]);
  expect(how, stderr).toBe(0);
  const { samples, metadata } = await readWholeProfile(mojo);
  const whole = await all(capture);
  const filter = new Filter(words);
  expect(samples).toEqual(whole.samples.flatMap((sample) => filter.apply(sample, whole.mode) ?? []));
  const { all: there, leftOut } = filter;
  expect(metadata.get("left out")).toBe(`${leftOut.samples}/${there.samples}`);
  expect(metadata.get("left out time")).toBe(`${leftOut.microseconds}/${there.microseconds}`);
  expect(metadata.get("left out memory")).toBe(`${leftOut.bytes}/${there.bytes}`);
  expect(stderr).toContain(`The filters leave out ${leftOut.samples}/${there.samples} (`);
  decode(capture, "-o", again);
  expect(readFileSync(again).equals(readFileSync(mojo))).toBe(true);
  return samples;
}

function decode(...args: string[]): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(projectRoot, "dist/bin/austin-decode.js"), ...args]);
  return { status, stderr: stderr.toString() };
}

describe("a run with filters", () => {
  it.each(RUNS)("%s %s writes what they leave of the whole", async (options, filters, words) => {
    await filtered(`${options} ${filters}`, words, varied);
  });

  it("of several processes, too", async () => {
    const program = `import subprocess, sys
code = "import json, time\\nend = time.time() + 0.3\\nwhile time.time() < end: json.dumps(list(range(99)), indent=1)"
for child in [subprocess.Popen([sys.executable, "-c", code]) for _ in range(2)]: child.wait()`;
    const words = { modules: ["json"], window: { from: 150_000, to: Number.POSITIVE_INFINITY } };
    const samples = await filtered("-C -f --module json --window 150ms..", words, [python.path, "-c", program]);
    expect(new Set(samples.map(({ pid }) => pid)).size).toBe(2);
  });
});

describe.each(eachPython())("a run of Python %s with filters", (_, { path }) => {
  it("has the stacks that are asked for, with one frame for the library's", async () => {
    const words: FilterWords = { modules: ["json"], collapse: ["stdlib"] };
    const samples = await filtered("--module json --collapse stdlib", words, [path, "-c", VARIED]);
    // At its start the program imports the module.
    // A frame that couldn't be read, which is seldom, is nobody's and stays.
    const whole = samples.filter(({ frames }) => frames.every(({ kind }) => kind !== "invalid"));
    const dumping = whole.map(scopesOf).filter((scopes) => scopes.includes("dumping"));
    expect(dumping.length).toBeGreaterThan(0);
    for (const scopes of dumping) expect(scopes.slice(-2)).toEqual(["dumping", "dumps"]);
  });
});

describe("a profile that was filtered", () => {
  it.skipIf(peersMissing !== undefined)(titled("is read by austin-python", peersMissing), async () => {
    const mojo = freshPath();
    const { how, stderr } = await runAustin(["-f", "--collapse", "stdlib", "--module", "json", "-o", mojo, ...varied]);
    expect(how, stderr).toBe(0);
    const { samples } = await readWholeProfile(mojo);
    const theirs = austinPythonSamples(mojo) as [number, number, string, [string][], number, number][];
    expect(
      theirs.map(([pid, , thread, frames, time, memory]) => [pid, thread, frames.map(([name]) => name), time, memory]),
    ).toEqual(
      samples.map((one) => [one.pid, one.thread, scopesOf(one), one.metrics.timeMicroseconds, one.metrics.memoryBytes]),
    );
  });

  it("is what --save converts, what -P writes, and what other commands see of its capture", async () => {
    const [text, capture] = [freshPath("saved.jsonl"), freshPath("run.capture")];
    const filters = ["--function", "dumping"];
    const run = await runAustin([...filters, "--save", text, "--capture", capture, ...varied]);
    expect(run.how, run.stderr).toBe(0);
    const lines = readFileSync(text, "utf8").trimEnd().split("\n");
    expect(lines.length).toBeGreaterThan(0);
    const frames = (line: string) => line.includes('"dumping"');
    expect(lines.slice(1, -1).filter((line) => line.includes('"frames"') && !frames(line))).toEqual([]);
    const convert = join(projectRoot, "dist/bin/austin-convert.js");
    const converted = spawnSync(process.execPath, [convert, "-f", "collapsed", capture], { encoding: "utf8" });
    expect(converted.stderr).toMatch(/^The run's own filters left out \d+\/\d+ \([\d.]+%\) samples\.$/m);
    const stacks = converted.stdout.split("\n").filter((line) => /^[^#]/.test(line));
    expect(stacks.length).toBeGreaterThan(0);
    for (const stack of stacks) expect(stack).toContain("dumping");
    const piped = await runAustin(["-P", ...filters, ...varied]);
    expect([piped.how, piped.stderr]).toEqual([0, ""]);
    const { samples } = await readWholeProfile(piped.stdout);
    for (const sample of samples) expect(scopesOf(sample)).toContain("dumping");
  });

  it("that has nothing left is told, by a run and by austin-decode", async () => {
    const [mojo, capture, none] = [freshPath(), freshPath("run.capture"), freshPath()];
    const { how, stderr } = await runAustin(["--module", "nowhere", "-o", mojo, "--capture", capture, ...varied]);
    expect(how).toBe(1);
    expect(stderr).toMatch(/The filters leave out all \d+ samples of process \d+: the profile is empty\./);
    expect(decode(capture, "-o", none)).toMatchObject({ status: 66, stderr: expect.stringContaining("leave out all") });
    expect(existsSync(none)).toBe(false);
    expect(decode("--unfiltered", capture, "-o", none)).toEqual({ status: 0, stderr: "" });
    expect((await readWholeProfile(none)).samples.length).toBeGreaterThan(0);
  });
});

describe("austin-decode", () => {
  it("refuses filters that make no sense", async () => {
    const capture = freshPath("wall.capture");
    expect((await runAustin(["--capture", capture, ...varied])).how).toBe(0);
    const refusal = (...args: string[]) => {
      const { status, stderr } = decode(...args, capture, "-o", freshPath());
      return [status, stderr];
    };
    expect(refusal("--unfiltered", "--module", "json")).toEqual([64, expect.stringContaining("different things")]);
    expect(refusal("--module", "[z-a]")).toEqual([64, expect.stringContaining("'[z-a]' is no value for --module")]);
    expect(refusal("--threads", "x")).toEqual([64, expect.stringContaining("'x' is no native id")]);
    expect(refusal("--info", "--main-thread")).toEqual([64, expect.stringContaining("not with --info")]);
    expect(refusal("--state", "idle")).toEqual([66, expect.stringContaining("mode wall doesn't record")]);
  });
});
