// Programs that call tiny functions as fast as they can, sampled as people do: no stack of the profile is one that the
// program can't have had, and where they spend their time is where off-CPU copies find them. bench/truth.ts judges more shapes,
// for longer, beside other samplers.
import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { type CallGraph, Judge, type Verdict } from "../../bench/truth/judge.js";
import { hasShape, makeProgram, type Shape } from "../../bench/truth/program.js";
import { distance, Tally } from "../../bench/truth/tally.js";
import type { Frame } from "../../src/mojo/index.js";
import { freshPath, readWholeProfile, runAustin, scratch } from "../austin.js";
import { assertNoLeftovers } from "../leftovers.js";
import { requiresAll } from "../needs.js";
import { eachPython, type Python } from "../pythons.js";
import { startTarget } from "../target.js";

const SHAPES: readonly Shape[] = ["layers", "recursion", "generators", "callbacks", "instances", "interpreters"];
const SEED = 1;
const PROGRAM_SECONDS = 120; // longer than it is sampled
const EXPOSURE = "1s";
/** A few prove little: it's looked at, for a second each time, until there are so many. */
const LEAST_SAMPLES = 300;
const LEAST_STILL_SAMPLES = 100;
/** Distance between the leaves of a run and of off-CPU copies: so few are 0.1 to 0.3 apart by chance. bench/truth.ts measures it. */
const FARTHEST = 0.6;

/** Switches the just-in-time compiler on, in builds that have one. */
const JIT = { PYTHON_JIT: "1" } as const;

afterEach(assertNoLeftovers);

/** Sample a program until `least` samples are judged, however few come in a second, and judge what came of it. */
async function look(pid: number, judge: Judge, least: number, ...options: readonly string[]): Promise<Tally> {
  const tally = new Tally();
  do {
    const profile = freshPath();
    const { how, stderr } = await runAustin([...options, "-x", EXPOSURE, "-o", profile, "-p", String(pid)]);
    expect(how, stderr).toBe(254);
    for (const { frames, metrics } of (await readWholeProfile(profile)).samples) {
      tally.add({ frames, count: 1, time: metrics.timeMicroseconds ?? 0 }, judge);
    }
  } while (tally.judged < least);
  return tally;
}

async function expectWhatRan(python: Python, shape: Shape, env: Readonly<Record<string, string>> = {}) {
  const { path, judge } = makeProgram(python, shape, SEED, PROGRAM_SECONDS, scratch);
  const target = await startTarget(python, path, [], { env });
  const tally = await look(target.pid, judge, LEAST_SAMPLES);
  // A stack that lacks its newest frames is possible, too.
  const still = await look(target.pid, judge, LEAST_STILL_SAMPLES, "--still", "always", "-i", "1ms");
  target.child.kill("SIGKILL");
  await target.stop();
  for (const { examples, impossible, judged } of [tally, still]) {
    expect(examples, `${impossible} of ${judged} stacks are impossible`).toEqual([]);
  }
  expect(distance(tally.leaves, still.leaves)).toBeLessThan(FARTHEST);
}

describe.each(eachPython())("Python %s", (_, python) => {
  it.each(SHAPES.filter((shape) => hasShape(python, shape)))("shows what ran, and nothing else, of %s", (shape) =>
    expectWhatRan(python, shape),
  );
});

/** Whether the interpreter compiles just in time, if it's told to. */
function hasJit({ path }: Python): boolean {
  const script = "import sys; print(hasattr(sys, '_jit') and sys._jit.is_enabled())";
  return execFileSync(path, ["-c", script], { encoding: "utf8", env: { ...process.env, ...JIT } }).trim() === "True";
}

const jits = eachPython().filter(([, python]) => python.version[1] >= 14 && !python.debug && hasJit(python));

if (requiresAll)
  it("there are interpreters that compile just in time", () => {
    expect(new Set(jits.map(([, { version }]) => version[1]))).toEqual(new Set([14, 15]));
  });

describe.each(jits)("Python %s, compiling just in time,", (_, python) => {
  it.each(SHAPES)("shows what ran, and nothing else, of %s", (shape) => expectWhatRan(python, shape, JIT));
});

describe("the judge", () => {
  const graph: CallGraph = {
    edges: { "<module>:9": ["main"], "main:2": ["step"], "main:3": ["key", "sorted"] },
    spans: { main: [1, 4], step: [6, 7], key: [8, 8] },
    roots: ["<module>"],
  };
  const judge = new Judge("/somewhere/program.py", graph);
  const frame = (scope: string, line: number, filename = "program.py"): Frame => ({
    kind: "code",
    scope,
    filename,
    location: { line, lineEnd: 0, column: 0, columnEnd: 0 },
  });
  const begin = [frame("<module>", 9), frame("main", 3)];
  const invalid: Frame = { kind: "invalid" };

  it.each<[Verdict, readonly Frame[]]>([
    ["possible", begin],
    ["possible", [...begin, frame("call", 5, "/lib/functools.py"), frame("outer.<locals>.key", 8)]],
    ["possible", [...begin, frame("<listcomp>", 3)]],
    ["elsewhere", [frame("run", 5, "/lib/threading.py")]],
    ["elsewhere", []],
    ["unverified", [invalid]],
    ["unverified", [invalid, frame("main", 3)]],
    ["invalid frame", [...begin, invalid]],
    ["no root", begin.slice(1)],
    ["no such edge", [...begin, frame("step", 6)]],
    ["no such edge", [...begin, frame("main", 3)]],
    ["line outside its function", [...begin, frame("key", 7)]],
  ])("finds %s", (verdict, frames) => {
    expect(judge.verdict(frames)).toBe(verdict);
  });
});
