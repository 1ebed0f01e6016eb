// Differences between profiles whose programs are known: equal ones show none, and what was changed shows.
import { describe, expect, it } from "vitest";
import { compare, type FunctionChange, stripPrefixes } from "../../../src/analysis/comparison.js";
import { METRICS, metricNamed } from "../../../src/analysis/metric.js";
import { criticalErrors, effectiveSamples } from "../../../src/analysis/sampling_error.js";
import { StackTree } from "../../../src/analysis/stack_tree.js";
import type { Sample } from "../../../src/model/sample.js";
import { random } from "../../capture/random.js";
import { sampleOf } from "../samples.js";

const TIME = METRICS.indexOf(metricNamed("time"));

/** Samples of a program that spends these times, in microseconds, in its functions; one is taken each 100 us on average. */
function sampled(program: Readonly<Record<string, number>>, seed: number, folder = "/srv"): Sample[] {
  const next = random(seed);
  const names = Object.keys(program);
  const whole = names.reduce((sum, name) => sum + (program[name] as number), 0);
  let end = 0;
  const ends = names.map((name) => {
    end += program[name] as number;
    return end;
  });
  return Array.from({ length: whole / 100 }, () => {
    const at = next() * whole;
    const name = names.find((_, i) => at < (ends[i] as number)) as string;
    return sampleOf(`main@${folder}/app.py|${name}@${folder}/app.py`, { time: 100 });
  });
}

const PROGRAM = Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, 20 * (i + 1) ** 2]));

async function compared(before: Sample[], after: Sample[], prefixes: string[] = []) {
  const trees = [await StackTree.of(before), await StackTree.of(after)] as const;
  return compare([trees[0].threads, trees[1].threads], TIME, stripPrefixes(prefixes));
}

function changed(functions: readonly FunctionChange[], how: "shares" | "absolute"): string[] {
  return functions.filter(({ own }) => own[how].isReal).map((one) => one.function.scope);
}

describe("a comparison", () => {
  it("of equal programs shows nothing, but once in twenty", async () => {
    let alarms = 0;
    for (let seed = 0; seed < 40; seed++) {
      const { functions } = await compared(sampled(PROGRAM, seed), sampled(PROGRAM, 1000 + seed));
      const real = [...changed(functions, "shares"), ...changed(functions, "absolute")];
      if (real.length > 0) alarms++;
    }
    expect(alarms).toBeLessThanOrEqual(2);
  });

  it("shows the function that takes twice the time, and in absolute terms no other", async () => {
    const slower = { ...PROGRAM, f30: 2 * (PROGRAM.f30 as number) };
    const { functions } = await compared(sampled(PROGRAM, 1), sampled(slower, 2));
    expect(changed(functions, "absolute")).toEqual(["f30"]);
    expect(functions[0]?.function.scope).toBe("f30");
  });

  it("tells what has changed as a share from what has changed at all", async () => {
    const longer = { ...PROGRAM, fresh: 1_400_000 };
    const { functions } = await compared(sampled(PROGRAM, 1), sampled(longer, 2));
    expect(changed(functions, "absolute")).toEqual(["fresh"]);
    expect(changed(functions, "shares")).toContain("f59");
    const fresh = functions.find((one) => one.function.scope === "fresh");
    expect(fresh?.own.values[0]).toBe(0);
  });

  it("knows functions across folders by what is left of their paths", async () => {
    const [here, there] = [sampled(PROGRAM, 1, "/home/a/app"), sampled(PROGRAM, 2, "/srv/build/app")];
    expect((await compared(here, there)).shared).toBe(0);
    const { shared, functions } = await compared(here, there, ["/home/a/app/", "/srv/build", "/srv/build/app"]);
    expect(shared).toBe(functions.length);
  });

  it("weighs samples that stand for more time as fewer", async () => {
    const one = sampleOf("f@a.py", { time: 100 });
    const heavy = sampleOf("f@a.py", { time: 9900 });
    const { sides } = await compared([...Array(99).fill(one), heavy], Array(100).fill(one));
    expect(sides[0].samples).toBeCloseTo(3.98, 1);
    expect(sides[1].samples).toBeCloseTo(100, 9);
    expect(effectiveSamples(0, 0)).toBe(0);
  });
});

it.each([
  [1, 1.959964],
  [10, 2.807034],
  [100, 3.480756],
  [10_000, 4.564788],
])("the limit for %d comparisons is %f standard errors", (comparisons, errors) => {
  expect(criticalErrors(comparisons)).toBeCloseTo(errors, 5);
});

it.each([
  [["/srv/app"], "/srv/app/a.py", "a.py"],
  [["/srv/app/"], "/srv/app/a.py", "a.py"],
  [["/srv/ap"], "/srv/app/a.py", "/srv/app/a.py"],
  [["/srv", "/srv/app"], "/srv/app/a.py", "a.py"],
  [["C:\\app"], "C:\\app\\a.py", "a.py"],
  [[], "/a.py", "/a.py"],
])("without %j, %s is %s", (prefixes, path, rest) => {
  expect(stripPrefixes(prefixes)(path)).toBe(rest);
});
