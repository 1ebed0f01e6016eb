// What -m, -f and -g measure, in programs whose memory, idleness and garbage are known; and that it adds up.
import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import {
  freshPath,
  type Profile,
  readProfile,
  readWholeProfile,
  runAustin,
  scopesOf,
  untilWritten,
} from "../../austin.js";
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
import { austin as austin40, austinPythonSamples, peersMissing } from "../../peers.js";
import { eachPython, isRelease, type Python, pythons } from "../../pythons.js";
import { targetPath } from "../../target.js";

interface Handovers {
  readonly pid: number;
  readonly worker: number;
  readonly waiter: number;
}

/** More than what is on its way to the file. */
const IN_FLIGHT_BYTES = 65_536;

/** A release build of each minor version and word size. */
const release = (python: Python) => {
  const like = (other: Python) =>
    isRelease(other) && other.version[1] === python.version[1] && other.wordSize === python.wordSize;
  return pythons().find(like) === python;
};

afterEach(stopPrograms);

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]) * 1024;
}

describe.each(eachPython(release))("on Python %s", (_, python) => {
  it("-m has the changes of memory, in the thread that took and gave it, and no times", async () => {
    const target = await startMemory(python);
    const { size, worker, sleeper } = target.ready;
    const path = freshPath();
    const austin = await attached(["-m"], path, target.pid);
    // Many, since a sampler that waits for a processor sees what a whole turn took, or took and gave back, in one sample.
    for (let turn = 0; turn < 10; turn++) await target.next();
    const profile = await interrupted(austin, path);
    const { samples, metadata } = profile;
    expect(metadata.get("mode")).toBe("memory");
    expect(samples.every(({ metrics }) => metrics.timeMicroseconds === undefined)).toBe(true);
    expect(samples.every(({ metrics }) => (metrics.memoryBytes ?? 0) !== 0)).toBe(true);
    expect(samples.map(idOf)).not.toContain(sleeper);
    const grown = samples.filter(({ metrics }) => (metrics.memoryBytes ?? 0) > 0);
    const own = grown.filter((sample) => idOf(sample) === worker);
    // The rest went to the thread that had the GIL when the next sample came.
    expect(bytesOf(own)).toBeGreaterThan(0.5 * bytesOf(grown));
    expect(bytesOf(own)).toBeGreaterThan(0.5 * size);
    expect(own.some((sample) => scopesOf(sample).includes("grows"))).toBe(true);
    const released = samples.filter(({ metrics }) => (metrics.memoryBytes ?? 0) < 0);
    expect(bytesOf(released)).toBeLessThan(-0.5 * size);
  });

  it("-f has time, idleness and memory of each thread, and all adds up", async () => {
    const target = await startMemory(python);
    const { worker, sleeper } = target.ready;
    const path = freshPath();
    const austin = await attached(["-f"], path, target.pid);
    // While it does nothing: what was written, less what there is, is the same before and after.
    const unseen = async (): Promise<number> => {
      await untilWritten(path, statSync(path).size + IN_FLIGHT_BYTES);
      return bytesOf((await readProfile(path)).samples) - residentBytes(target.pid);
    };
    const before = await unseen();
    await target.next();
    const grown = await unseen();
    await target.next();
    expect([grown, await unseen()]).toEqual([before, before]);
    const profile = await interrupted(austin, path);
    const { samples, metadata } = profile;
    expect(metadata.get("mode")).toBe("full");
    for (const { metrics } of samples) {
      expect(metrics).toEqual({ timeMicroseconds: expect.any(Number), memoryBytes: expect.any(Number) });
    }
    const duration = figure(profile, "duration");
    for (const thread of [target.pid, worker, sleeper]) {
      expect(timeOf(samples.filter((sample) => idOf(sample) === thread))).toBe(duration);
    }
    expect(samples.filter((sample) => idOf(sample) === sleeper && !sample.idle)).toEqual([]);
    const own = samples.filter((sample) => idOf(sample) === worker);
    expect(bytesOf(samples.filter((sample) => idOf(sample) === sleeper))).toBe(0);
    expect(own.some(({ idle }) => idle)).toBe(true);
  });

  it("threads that hand over to each other have all of the time, each of them", async () => {
    const target = await start<Handovers>(python, "handovers.py");
    const { pid, worker, waiter } = target.ready;
    const path = freshPath();
    const { how, stderr } = await runAustin(["-i", "100us", "-x", "2", "-o", path, "-p", String(pid)]);
    expect(how, stderr).toBe(254);
    const profile = await readWholeProfile(path);
    for (const thread of [pid, worker, waiter]) {
      const own = profile.samples.filter((sample) => idOf(sample) === thread);
      expect(timeOf(own)).toBe(figure(profile, "duration"));
    }
  });

  it("-g marks the collector's samples, and counts its time once, however many threads there are", async () => {
    const target = await start<{ pid: number; worker: number }>(python, "collects.py", "collects");
    const path = freshPath();
    const { how, stderr } = await runAustin(["-g", "-x", "500ms", "-o", path, "-p", String(target.pid)]);
    expect(how, stderr).toBe(254);
    expect(stderr).toContain("Garbage collector");
    const profile = await readWholeProfile(path);
    const own = profile.samples.filter((sample) => idOf(sample) === target.ready.worker);
    const marked = own.filter(({ gc }) => gc);
    expect(marked.length).toBeGreaterThan(10);
    expect(timeOf(marked)).toBe(figure(profile, "gc"));
    expect(figure(profile, "gc")).toBeGreaterThan(0.1 * figure(profile, "duration"));
    expect(figure(profile, "gc")).toBeLessThanOrEqual(figure(profile, "duration"));
    // All but those whose stack and mark are of two moments.
    const collecting = marked.filter((sample) => scopesOf(sample).includes("collects"));
    expect(collecting.length).toBeGreaterThan(0.9 * marked.length);
  });

  it.each([
    ["-g marks nothing where the collector is off", ["-g"], "makes", "0"],
    ["without -g nothing is marked", [], "collects", undefined],
  ] as const)("%s", async (__, options, what, gc) => {
    const target = await start<{ pid: number }>(python, "collects.py", what);
    const path = freshPath();
    const { how, stderr } = await runAustin([...options, "-x", "300ms", "-o", path, "-p", String(target.pid)]);
    expect(how, stderr).toBe(254);
    const profile = await readWholeProfile(path);
    expect(profile.samples.filter((sample) => sample.gc)).toEqual([]);
    expect(profile.metadata.get("gc")).toBe(gc);
  });
});

it.each(eachPython((python) => release(python) && python.version[1] >= 12))(
  "-m finds the holder of an interpreter's own GIL on Python %s",
  async (_, python) => {
    const target = await start<{ pid: number; interpreter: number }>(python, "own_gil.py");
    const path = freshPath();
    const { how, stderr } = await runAustin(["-m", "-x", "500ms", "-o", path, "-p", String(target.pid)]);
    expect(how, stderr).toBe(254);
    const { samples } = await readWholeProfile(path);
    const grown = samples.filter(({ metrics }) => (metrics.memoryBytes ?? 0) > 0);
    const inside = grown.filter(({ interpreterId }) => interpreterId === target.ready.interpreter);
    expect(bytesOf(inside)).toBeGreaterThan(0.9 * bytesOf(grown));
  },
);

describe("as Austin 4.0", () => {
  // One that 4.0 knows well.
  const python = (pythons().find(({ version }) => version[1] === 12) ?? pythons()[0]) as Python;
  const command = [python.path, targetPath("two_busy.py"), "0.3"];

  /** Those of Austin's keys, in order, and what those say that are facts. */
  function header({ allMetadata }: Profile): unknown[] {
    const keys = ["mode", "memory", "gc", "count", "duration"];
    return allMetadata
      .filter(({ key }) => keys.includes(key))
      .map(({ key, value }) => (["mode", "memory"].includes(key) || value === "on" ? [key, value] : key));
  }

  it.skipIf(peersMissing !== undefined).each([["-m"], ["-f"], ["-g"], ["-mg"], ["-fg"]])(
    titled("%s has the same metadata, and austin-python reads the samples", peersMissing),
    async (option) => {
      const [ours, theirs] = [freshPath(), freshPath()];
      const { how, stderr } = await runAustin([option, "-i", "1ms", "-o", ours, ...command]);
      expect(how, stderr).toBe(0);
      // Austin 4.0 doesn't always find a program that it has only just launched, where the machine is busy.
      const target = await start(python, "busy20.py");
      const attach = [option, "-i", "1ms", "-x", "1", "-o", theirs, "-p", String(target.pid)];
      expect([0, 254]).toContain(spawnSync(austin40, attach, { stdio: "ignore" }).status);
      const profile = await readWholeProfile(ours);
      // Austin 4.0 says its collector time twice.
      expect(header(profile)).toEqual(header(await readProfile(theirs)).slice(0, header(profile).length));
      const read = austinPythonSamples(ours) as unknown[][];
      expect(read.map(([, , , , time, memory, idle, gc]) => [time, memory, idle, gc])).toEqual(
        profile.samples.map(({ metrics, idle, gc }) => [
          metrics.timeMicroseconds ?? null,
          metrics.memoryBytes ?? null,
          idle,
          gc,
        ]),
      );
    },
  );

  it.each([
    ["-cm", "memory", ["-c has no effect beside -m"]],
    ["-fm", "full", ["-m has no effect beside -f"]],
    ["-cf", "full", ["-c has no effect beside -f"]],
    ["-cmf", "full", ["-c has no effect beside -f", "-m has no effect beside -f"]],
  ])("%s is allowed, and says what counts", async (option, mode, notices) => {
    const path = freshPath();
    const { how, stderr } = await runAustin([option, "-i", "1ms", "-o", path, ...command]);
    expect(how, stderr).toBe(0);
    expect((await readWholeProfile(path)).metadata.get("mode")).toBe(mode);
    for (const notice of notices) expect(stderr).toContain(notice);
  });
});
