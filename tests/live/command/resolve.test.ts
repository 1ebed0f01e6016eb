// `austinp-resolve`: a program that calls C++ of a library is sampled, and its profile gets the lines of the sources, which every view then shows as it shows Python's. What
// keeps frames from having them is said once; what can't be read is refused as elsewhere.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { FORMAT_NAMES } from "../../../src/formats/registry.js";
import type { CodeFrame, Frame } from "../../../src/model/frame.js";
import { freshPath, type Profile, readProfile, runAustin, scopesOf, scratch } from "../../austin.js";
import { titled } from "../../needs.js";
import { austinPythonSamples, peersMissing } from "../../peers.js";
import { isRelease, type Python, projectRoot, pythons } from "../../pythons.js";
import { runReader } from "../../readers.js";
import { addr2lineMissing, compilerMissing, llvmSymbolizer, symbolizerMissing } from "../../symbols/judges.js";
import { startTarget, targetPath } from "../../target.js";
import { stream } from "../../unit/mojo/streams.js";

const lack = process.arch === "x64" ? (compilerMissing ?? addr2lineMissing ?? symbolizerMissing) : "an x86-64 machine";
const python = pythons().findLast((one) => isRelease(one) && one.wordSize === 8) as Python;
const SOURCE = join(projectRoot, "tests/targets/lines/spin.cc");
const library = join(scratch, "lib/spin.so");
const kept = join(scratch, "spin.kept");
/** So many calls take some thousand milliseconds. */
const CALLS = "4000";
const profile = join(scratch, "native.mojo");

function build(...options: readonly string[]): void {
  execFileSync("g++", [
    "-g",
    "-O1",
    "-fno-optimize-sibling-calls",
    "-shared",
    "-fPIC",
    ...options,
    SOURCE,
    "-o",
    library,
  ]);
}

/** The library is as it was when it was mapped. */
function restore(): void {
  rmSync(library, { force: true });
  copyFileSync(kept, library);
}

beforeAll(async () => {
  if (lack !== undefined) return;
  mkdirSync(dirname(library), { recursive: true });
  build();
  copyFileSync(library, kept);
  const command = [python.path, targetPath("native_spin.py"), library, CALLS];
  const { how, stderr } = await runAustin(["-n", "-i", "1ms", "-o", profile, ...command]);
  expect(how, stderr).toBe(0);
});

function resolve(...args: readonly string[]) {
  return runReader("austinp-resolve", args);
}

/** Resolve the profile. */
async function resolved(...options: readonly string[]): Promise<Profile & { path: string; told: string }> {
  const path = freshPath();
  const { code, stderr } = await resolve(...options, profile, path);
  expect(code, stderr).toBe(0);
  return { ...(await readProfile(path)), path, told: stderr };
}

function own(frames: readonly Frame[]): CodeFrame[] {
  return frames.filter((frame) => frame.kind === "code").filter(({ filename }) => filename.endsWith("/spin.cc"));
}

describe.skipIf(lack !== undefined)(titled("austinp-resolve", lack), () => {
  it("gives each frame of the library the function, file and line that a judge tells of its address", async () => {
    const before = await readProfile(profile);
    expect(before.metadata.get("build id")).toMatch(/^[0-9a-f]{40} .*\/lib\/spin\.so$/m);
    for (const inlines of [false, true]) {
      const { samples } = await resolved(`--inlines=${inlines ? "always" : "never"}`);
      expect(samples.length).toBe(before.samples.length);
      const seen = new Set<string>();
      before.samples.forEach(({ frames }, index) => {
        const last = frames.findLastIndex(({ kind }) => kind === "code");
        const judged = frames.flatMap((frame, at) => {
          if (frame.kind !== "code" || frame.filename !== library) return [];
          const linked = (frame.address as number) - (frame.mapped?.start as number) - (at === last ? 0 : 1);
          const [all = []] = llvmSymbolizerOnce(linked);
          return (inlines ? [...all].reverse() : all.slice(0, 1)).map(({ file, line }) => `${file}:${line}`);
        });
        const ours = own(samples[index]?.frames ?? []);
        expect(ours.map(({ filename, location }) => `${filename}:${location.line}`)).toEqual(judged);
        expect(ours.every(({ code }) => code === "native")).toBe(true);
        for (const { scope } of ours) seen.add(scope);
      });
      expect([...seen].sort()).toEqual(["outer", "work::inner(long)", ...(inlines ? ["work::mixed(long, long)"] : [])]);
    }
  });

  const known = new Map<number, ReturnType<typeof llvmSymbolizer>>();
  function llvmSymbolizerOnce(address: number): ReturnType<typeof llvmSymbolizer> {
    const all = known.get(address) ?? llvmSymbolizer(library, [address]);
    known.set(address, all);
    return all;
  }

  it("shows them in every format and view as Python's frames", async () => {
    const { path } = await resolved("--inlines=never");
    for (const format of FORMAT_NAMES) {
      const { code, stdout, stderr } = await runReader("austin-convert", ["-f", format, path]);
      expect(code, `${format}: ${stderr}`).toBe(0);
      if (format === "pprof") continue;
      expect(stdout, format).toMatch(/work::inner\(long\)/);
      expect(stdout, format).toMatch(/spin\.cc/);
      if (format === "collapsed") expect(stdout).toMatch(/spin\.cc:work::inner\(long\):\d\d;?/);
      if (format === "jsonl")
        expect(stdout).toMatch(/"function":"work::inner\(long\)","file":"[^"]*spin\.cc","line":\d+[^}]*"native":true/);
    }
    const top = await runReader("austin-view", ["--top", path]);
    expect(top.stdout).toMatch(/work::inner\(long\).*spin\.cc/);
    // The line, with its source.
    expect(top.stdout).toMatch(/spin\.cc:1[0-3]\b/);
    const flame = await runReader("austin-view", ["--html", "-", path]);
    expect(flame.stdout).toContain("work::inner(long)");
    const heat = await runReader("austin-view", ["--heat", "-", "--sources", dirname(SOURCE), path]);
    expect(heat.stdout).toContain("value = mixed(value, round);");
  });

  it("is what filters go by, while a program is sampled as well as afterwards", async () => {
    const wanted = ["--function", "work::inner*"];
    const path = freshPath();
    const command = [python.path, targetPath("native_spin.py"), library, CALLS];
    const { how, stderr } = await runAustin(["-n", "-i", "1ms", ...wanted, "-o", path, ...command]);
    expect(how, stderr).toBe(0);
    const { samples } = await readProfile(path);
    expect(samples.length).toBeGreaterThan(10);
    expect(samples.every((sample) => scopesOf(sample).includes("_ZN4work5innerEl"))).toBe(true);
    const after = await runReader("austin-convert", ["-f", "jsonl", ...wanted, profile]);
    const lines = after.stdout.split("\n").filter((line) => line.startsWith('{"pid"'));
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.every((line) => line.includes('"work::inner(long)"'))).toBe(true);
  });

  it.skipIf(peersMissing !== undefined)(titled("writes what austin-python reads", peersMissing), async () => {
    const { path, samples } = await resolved();
    const theirs = austinPythonSamples(path) as [number, number, string, [string, string, number][]][];
    const ours = samples.map(({ frames }) =>
      frames.flatMap((frame) => (frame.kind === "code" ? [[frame.scope, frame.filename, frame.location.line]] : [])),
    );
    const lined = (frames: readonly (readonly unknown[])[]) =>
      frames.filter(([, file]) => !/^native@|\.so|python/.test(String(file)));
    expect(theirs.map(([, , , frames]) => lined(frames.map((frame) => frame.slice(0, 3))))).toEqual(ours.map(lined));
    expect(
      theirs.some(([, , , frames]) => frames.some(([name, file]) => name === "outer" && file.endsWith("spin.cc"))),
    ).toBe(true);
  });

  it("leaves what it has resolved as it is, when it is run again", async () => {
    const { path, samples } = await resolved();
    const again = freshPath();
    expect((await resolve(path, again)).code).toBe(0);
    expect((await readProfile(again)).samples).toEqual(samples);
  });

  it("reads a pipe, and writes to one, compressed or not", async () => {
    const { path } = await resolved();
    const input = readFileSync(profile);
    const { code, stderr, stdout } = await runReader("austinp-resolve", ["-", "-"], input);
    expect(code, stderr).toBe(0);
    expect(stdout.length).toBeGreaterThan(readFileSync(path).toString().length - 1);
    expect(stderr).toMatch(/\d+ of \d+ places in native code have the lines of their sources/);
  });

  it("says that a file was replaced since, and names keep theirs", async () => {
    // Not written over: it is a file of its own, as an update brings it.
    renameSync(library, `${library}.old`);
    build("-O2");
    const { samples, told } = await resolved();
    restore();
    expect(told).toMatch(
      /Not the file that was mapped[^\n]*\n +\S*spin\.so \(its build id is [0-9a-f]{12}, the program's was [0-9a-f]{12}\)/,
    );
    expect(told.match(/spin\.so/g)).toHaveLength(1);
    const frames = samples.flatMap((sample) => sample.frames);
    expect(own(frames)).toEqual([]);
    expect(
      frames.some((frame) => frame.kind === "code" && frame.filename === library && frame.address !== undefined),
    ).toBe(true);
  });

  it("says once that a file is gone; from elsewhere it can be resolved again, below another root, too", async () => {
    rmSync(library);
    const { path, told } = await resolved();
    expect(told).toMatch(/Not there[^\n]*\n +\S*spin\.so, \d+ places/);
    expect(told.match(/spin\.so/g)).toHaveLength(1);
    const root = join(scratch, "root");
    mkdirSync(join(root, dirname(library)), { recursive: true });
    copyFileSync(kept, join(root, library));
    const there = freshPath();
    const { code, stderr } = await resolve("--root", root, path, there);
    expect(code, stderr).toBe(0);
    const { samples } = await readProfile(there);
    expect(own(samples.flatMap(({ frames }) => frames)).length).toBeGreaterThan(20);
    restore();
  });

  it("shows inlined functions as it is told to", async () => {
    const inlined = (samples: Profile["samples"]) =>
      samples.some(({ frames }) => own(frames).some(({ scope }) => scope.startsWith("work::mixed")));
    expect(inlined((await resolved()).samples)).toBe(true);
    expect(inlined((await resolved("--inlines", "never")).samples)).toBe(false);
    const bare = { PATH: "/nowhere" };
    const path = freshPath();
    const without = await runReader("austinp-resolve", [profile, path], "", bare);
    expect(without).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("neither llvm-symbolizer nor addr2line is on PATH"),
    });
    expect(own((await readProfile(path)).samples.flatMap(({ frames }) => frames)).length).toBeGreaterThan(20);
    const always = await runReader("austinp-resolve", ["--inlines=always", profile, freshPath()], "", bare);
    expect(always).toMatchObject({ code: 69, stderr: expect.stringContaining("Install llvm or binutils") });
  });

  it("uses what there is of a damaged profile, and says so", async () => {
    const bytes = readFileSync(profile);
    const cut = freshPath();
    writeFileSync(cut, bytes.subarray(0, bytes.length - 400));
    const path = freshPath();
    expect(await resolve(cut, path)).toMatchObject({ code: 0, stderr: expect.stringContaining("breaks off") });
    const damaged = freshPath();
    const end = bytes.lastIndexOf("\x01duration\0");
    writeFileSync(damaged, Buffer.concat([bytes.subarray(0, end), Buffer.of(0xff), bytes.subarray(end)]));
    const used = await resolve(damaged, path);
    expect(used).toMatchObject({ code: 66, stderr: expect.stringContaining("The file is damaged there.") });
    expect(own((await readProfile(path)).samples.flatMap(({ frames }) => frames)).length).toBeGreaterThan(20);
  });

  it.each([
    ["nothing", [], 64, "it takes two files"],
    ["one file", ["a"], 64, "it takes two files"],
    ["three", ["a", "b", "c"], 64, "'c' is one more"],
    ["a way that isn't known", ["--inlines=maybe", "a", "b"], 64, "it takes auto, never, always"],
    ["a root that is none", ["--root", "/nowhere/at/all", "a", "b"], 64, "is no folder"],
    ["an option that isn't known", ["--lines", "a", "b"], 64, "lines"],
    ["no file", ["/nowhere/at/all", "b"], 66, "Cannot read"],
    ["what is no profile", [SOURCE, "b"], 66, "it is no profile"],
    ["itself", [SOURCE, SOURCE], 64, "so that nothing is lost"],
  ])("refuses %s", async (_, args, code, text) => {
    expect(await resolve(...args)).toMatchObject({ code, stderr: expect.stringContaining(text) });
    expect(existsSync("b")).toBe(false);
  });

  it("says so where nothing is native", async () => {
    const path = freshPath();
    writeFileSync(
      path,
      stream((encoder) => {
        encoder.metadata("mode", "wall");
        encoder.stack(1, 0, "1");
        encoder.string(2, "/a.py");
        encoder.string(3, "f");
        encoder.frame(1, 2, 3, 7, 0, 0, 0);
        encoder.frameRef(1);
        encoder.metricTime(1);
        encoder.endSample();
      }),
    );
    const out = freshPath();
    expect(await resolve(path, out)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining("There is no native frame of a file in it"),
    });
    expect((await readProfile(out)).samples).toEqual((await readProfile(path)).samples);
  });
});

const austinpPath = join(projectRoot, ".peers/bin/austinp");
const austinpLack = lack ?? peersMissing ?? (existsSync(austinpPath) ? undefined : "Austin's austinp");

describe.skipIf(austinpLack !== undefined)(titled("a profile of Austin's austinp", austinpLack), () => {
  it("is resolved, though it names no build", async () => {
    const path = freshPath();
    const known = pythons().find((one) => isRelease(one) && one.wordSize === 8 && one.version[1] === 12) ?? python;
    const target = await startTarget<{ pid: number }>(known, "native_spin.py", [library]);
    spawnSync(austinpPath, ["-i", "10ms", "-x", "2", "-o", path, "-p", `${target.pid}`], { stdio: "ignore" });
    target.child.kill("SIGKILL");
    await target.stop();
    const out = freshPath();
    const { code, stderr } = await resolve(path, out);
    expect(code, stderr).toBe(0);
    expect(stderr).toMatch(/no build id of it; its names agree:\n(?: {2}.*\n)* {2}\S*spin\.so/);
    const { samples } = await readProfile(out);
    const names = new Set(own(samples.flatMap(({ frames }) => frames)).map(({ scope }) => scope));
    expect(names).toContain("work::inner(long)");
    expect(names).toContain("outer");
  });
});
