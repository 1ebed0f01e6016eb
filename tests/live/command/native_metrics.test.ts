// What -m, -f and -g measure beside native frames, in programs whose memory, idleness and garbage are known, and that it adds up: attached, launched, replaced by an exec, forked.
import { afterEach, describe, expect, it } from "vitest";
import type { Sample } from "../../../src/model/sample.js";
import { freshPath, readWholeProfile, runAustin, scopesOf, startAustin, untilWritten } from "../../austin.js";
import {
  attached,
  bytesOf,
  figure,
  idOf,
  interrupted,
  start,
  startMemory,
  stopPrograms,
  timeOf,
} from "../../metric_runs.js";
import { titled } from "../../needs.js";
import { eachPython, isRelease, type Python, pythons } from "../../pythons.js";
import { targetPath } from "../../target.js";

const lack = process.arch === "x64" ? undefined : "an x86-64 machine";
const newest = pythons().findLast((python) => isRelease(python) && python.wordSize === 8) as Python;
/** Minor versions, one for each way in which frames are put in order: counted, by records, by shims. */
const WAYS = [9, 11, 13, 15];

afterEach(stopPrograms);

const isNative = ({ frames }: Sample) => frames.some((frame) => frame.kind === "code" && frame.code === "native");
/** As every run here begins. */
const NATIVE = ["-n", "-i", "1ms", "--flush", "50ms"];

describe
  .skipIf(lack !== undefined)
  .each(eachPython((python) => isRelease(python) && python.wordSize === 8 && WAYS.includes(python.version[1])))(
  titled("with native frames on Python %s", lack),
  (_, python) => {
    it("-m has the changes of memory, in the thread that took and gave it, and no times", async () => {
      const target = await startMemory(python);
      const { size, worker, sleeper } = target.ready;
      const path = freshPath();
      const austin = await attached([...NATIVE, "-m"], path, target.pid);
      for (let turn = 0; turn < 20; turn++) await target.next();
      const { samples, metadata } = await interrupted(austin, path);
      expect(metadata.get("mode")).toBe("memory");
      expect(samples.every(({ metrics }) => metrics.timeMicroseconds === undefined)).toBe(true);
      expect(samples.every(({ metrics }) => (metrics.memoryBytes ?? 0) !== 0)).toBe(true);
      expect(samples.map(idOf)).not.toContain(sleeper);
      const grown = samples.filter(({ metrics }) => (metrics.memoryBytes ?? 0) > 0);
      const own = grown.filter((sample) => idOf(sample) === worker);
      expect(bytesOf(own)).toBeGreaterThan(0.5 * bytesOf(grown));
      expect(bytesOf(own)).toBeGreaterThan(0.5 * size);
      const growing = own.filter((sample) => scopesOf(sample).includes("grows"));
      expect(growing.some(isNative)).toBe(true);
      expect(bytesOf(samples.filter(({ metrics }) => (metrics.memoryBytes ?? 0) < 0))).toBeLessThan(-0.5 * size);
    });

    it("-f has time, idleness and memory of each thread, and all adds up", async () => {
      const target = await startMemory(python);
      const { worker, sleeper } = target.ready;
      const path = freshPath();
      const austin = await attached([...NATIVE, "-f"], path, target.pid);
      for (let turn = 0; turn < 20; turn++) await target.next();
      await untilWritten(path, 20_000);
      const profile = await interrupted(austin, path);
      const { samples, metadata } = profile;
      expect(metadata.get("mode")).toBe("full");
      for (const { metrics } of samples) {
        expect(metrics).toEqual({ timeMicroseconds: expect.any(Number), memoryBytes: expect.any(Number) });
      }
      for (const thread of [target.pid, worker, sleeper]) {
        const own = samples.filter((sample) => idOf(sample) === thread);
        expect(timeOf(own)).toBe(figure(profile, "duration"));
        expect(own.some(isNative)).toBe(true);
      }
      expect(samples.filter((sample) => idOf(sample) === sleeper && !sample.idle)).toEqual([]);
      expect(bytesOf(samples.filter((sample) => idOf(sample) === sleeper))).toBe(0);
      expect(samples.some((sample) => idOf(sample) === worker && sample.idle)).toBe(true);
    });

    it("-g marks the collector's samples, and counts its time once, however many threads there are", async () => {
      const target = await start<{ pid: number; worker: number }>(python, "collects.py", "collects");
      const path = freshPath();
      const { how, stderr } = await runAustin([
        ...["-n", "-g", "-i", "1ms", "-x", "1", "-o", path],
        ...["-p", String(target.pid)],
      ]);
      expect(how, stderr).toBe(254);
      const profile = await readWholeProfile(path);
      const own = profile.samples.filter((sample) => idOf(sample) === target.ready.worker);
      const marked = own.filter(({ gc }) => gc);
      expect(marked.length).toBeGreaterThan(10);
      expect(timeOf(marked)).toBe(figure(profile, "gc"));
      expect(figure(profile, "gc")).toBeGreaterThan(0.1 * figure(profile, "duration"));
      expect(figure(profile, "gc")).toBeLessThanOrEqual(figure(profile, "duration"));
      // Each sample is of one moment: the collector's own functions are there where it runs.
      const collecting = marked.filter((sample) => scopesOf(sample).includes("collects"));
      expect(collecting.length).toBeGreaterThan(0.9 * marked.length);
      expect(collecting.some(isNative)).toBe(true);
    });

    it("-g marks nothing where the collector is off", async () => {
      const target = await start<{ pid: number }>(python, "collects.py", "makes");
      const path = freshPath();
      const { how, stderr } = await runAustin(["-n", "-g", "-x", "500ms", "-o", path, "-p", String(target.pid)]);
      expect(how, stderr).toBe(254);
      const profile = await readWholeProfile(path);
      expect(profile.samples.filter((sample) => sample.gc)).toEqual([]);
      expect(profile.metadata.get("gc")).toBe("0");
    });
  },
);

describe.skipIf(lack !== undefined)(titled(`with native frames on Python ${newest.name}`, lack), () => {
  it.each([[["-f", "-g"]], [["-c"]]])("%j goes on behind an exec", async (options) => {
    const path = freshPath();
    const command = [newest.path, targetPath("native_calls.py"), "becomes"];
    const austin = startAustin([...NATIVE, ...options, "-o", path, ...command]);
    await austin.sampling();
    await austin.says(/"pid"/);
    await untilWritten(path, (await untilWritten(path)) + 40_000);
    austin.kill("SIGTERM");
    await austin.ended;
    const profile = await readWholeProfile(path);
    const main = profile.samples.filter((sample) => idOf(sample) === sample.pid);
    const time = timeOf(main);
    if (options[0] === "-f") expect(time).toBe(figure(profile, "duration"));
    else expect(time).toBeLessThanOrEqual(figure(profile, "duration"));
    for (const scope of ["before", "outer"]) {
      expect(
        main.filter(isNative).some((sample) => scopesOf(sample).includes(scope)),
        scope,
      ).toBe(true);
    }
  });

  it.each([[["-f", "-g"]], [["-m"]], [["-c"]]])("%j has each process of a family", async (options) => {
    const path = freshPath();
    const { how, stderr } = await runAustin([
      ...["-n", "-C", "-i", "2ms", ...options, "-o", path],
      ...[newest.path, targetPath("family.py"), "fork"],
    ]);
    expect(how, stderr).toBe(0);
    const profile = await readWholeProfile(path);
    const pids = new Set(profile.samples.map(({ pid }) => pid));
    expect(pids.size).toBeGreaterThan(1);
    for (const pid of pids) {
      const main = profile.samples.filter((sample) => sample.pid === pid && idOf(sample) === pid);
      expect(timeOf(main)).toBeLessThanOrEqual(figure(profile, "duration"));
    }
    if (options[0] === "-m") return;
    const doing = profile.samples.filter((sample) => isNative(sample) && scopesOf(sample).includes("do"));
    expect(new Set(doing.map(({ pid }) => pid)).size).toBe(2);
  });
});
