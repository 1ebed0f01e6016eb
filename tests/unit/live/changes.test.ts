// Two windows of a live profile that are compared say what austin-diff says of two profiles with the same samples.
import { describe, expect, it } from "vitest";
import { compare, METRICS, StackTree } from "../../../src/analysis/index.js";
import { changesOf, type LiveMirror, sideOf, Tally, type Window, weightAt } from "../../../src/live/index.js";
import type { Sample } from "../../../src/model/sample.js";
import { madeSamples } from "../../formats/made_profile.js";
import { sampleOf } from "../samples.js";
import { Watched } from "./watched.js";

const key = ({ kind, scope, filename }: { kind: string; scope: string; filename: string }) =>
  `${kind} ${filename} ${scope}`;

/** The two parts as windows of one who reads along. */
function windows(mode: string, parts: readonly [readonly Sample[], readonly Sample[]]): [LiveMirror, Window, Window] {
  const watched = new Watched(mode);
  for (const sample of parts[0]) watched.live.add(sample);
  watched.push();
  const before = (watched.mirror as LiveMirror).sums.copy((watched.mirror as LiveMirror).stacks.count);
  for (const sample of parts[1]) watched.live.add(sample);
  watched.push();
  const mirror = watched.mirror as LiveMirror;
  return [mirror, { of: before }, { of: mirror.sums, without: before }];
}

function changes(mirror: LiveMirror, both: readonly [Window, Window], column: number) {
  const tallies = [new Tally(), new Tally()] as const;
  const sides = both.map((window, i) => {
    const tally = tallies[i] as Tally;
    tally.compute(mirror.stacks, mirror.places, mirror.threads, window, column);
    return sideOf(weightAt(window, column), tally);
  }) as [ReturnType<typeof sideOf>, ReturnType<typeof sideOf>];
  return { sides, ...changesOf(mirror, tallies, sides) };
}

describe.each(["wall", "full"] as const)("windows of a profile of mode %s", (mode) => {
  it.each([1, 2, 3])("compare as two profiles do (%i)", (seed) => {
    const samples = madeSamples(mode, seed).filter(({ metrics }) => metrics.timeMicroseconds !== 0);
    const parts = [samples.slice(0, 150), samples.slice(150)] as const;
    const [mirror, ...both] = windows(mode, parts);
    const found = changes(mirror, both, 0);
    const trees = parts.map((part) => {
      const tree = new StackTree();
      for (const sample of part) tree.add(sample);
      return tree.threads;
    }) as [StackTree["threads"], StackTree["threads"]];
    const expected = compare(
      trees,
      METRICS.findIndex(({ name }) => name === "time"),
    );
    expect(expected.functions.length).toBeGreaterThan(5);
    expect(found.sides).toEqual(expected.sides);
    expect(found.critical).toBe(expected.critical);
    const plain = (list: readonly { name: string; own: unknown; total: unknown }[]) =>
      [...list].sort((a, b) => (a.name < b.name ? -1 : 1));
    expect(
      plain(
        found.functions.map(({ number, own, total }) => ({
          name: key(mirror.places.functions[number] as never),
          own,
          total,
        })),
      ),
    ).toEqual(
      plain(
        expected.functions.map(({ function: name, own, total }) => ({
          name: key(name),
          own: { ...own.shares, values: own.values },
          total: { ...total.shares, values: total.values },
        })),
      ),
    );
  });
});

describe("what has changed", () => {
  const of = (name: string, count: number): Sample[] =>
    Array.from({ length: count }, () => sampleOf(`main@app.py|${name}@app.py`));

  it("comes first, and is more than chance where it is", () => {
    const [mirror, ...both] = windows("wall", [
      [...of("same", 500), ...of("less", 400), ...of("noise", 100)],
      [...of("same", 500), ...of("more", 397), ...of("noise", 103)],
    ]);
    const { functions } = changes(mirror, both, 0);
    const rows = functions.map(({ number, own }) => [
      mirror.places.functions[number]?.scope,
      own.isReal,
      Math.sign(own.difference),
    ]);
    expect(rows.slice(0, 2)).toEqual([
      ["less", true, -1],
      ["more", true, 1],
    ]);
    expect(rows.slice(2).every(([, isReal]) => isReal === false)).toBe(true);
  });

  it("is in front where it is more than chance, even of a larger one that is not", () => {
    const [mirror, ...both] = windows("wall", [
      [...of("noise", 500), ...of("rest", 500)],
      [...of("noise", 525), ...of("rare", 20), ...of("rest", 455)],
    ]);
    const { functions } = changes(mirror, both, 0);
    const named = functions.map(({ number, own }) => [mirror.places.functions[number]?.scope, own.isReal]);
    expect(named[0]).toEqual(["rare", true]);
    expect(named).toContainEqual(["noise", false]);
  });

  it("is judged by as many samples as a thread has of them", () => {
    const ofThread = (thread: string, count: number) =>
      Array.from({ length: count }, () => sampleOf("f@app.py", { thread }));
    const [mirror, first] = windows("wall", [[...ofThread("1", 30), ...ofThread("2", 70)], []]);
    const tally = new Tally();
    const scope = { thread: ({ thread }: { thread: string }) => thread === "1" };
    tally.compute(mirror.stacks, mirror.places, mirror.threads, first, 0, scope);
    expect(sideOf(weightAt(first, 0), tally)).toEqual({ total: 300, samples: 30 });
  });

  it("is more than chance nowhere, where nobody knows how unevenly samples weigh", () => {
    const [mirror, first, second] = windows("wall", [of("f", 500), of("g", 500)]);
    first.of.squares.fill(Number.POSITIVE_INFINITY);
    const { isKnown, functions } = changes(mirror, [first, second], 0);
    expect([isKnown, functions.some(({ own, total }) => own.isReal || total.isReal)]).toEqual([false, false]);
  });

  it("is nothing beside a window without samples", () => {
    const [mirror, first, second] = windows("wall", [of("f", 100), []]);
    const { sides, functions } = changes(mirror, [first, second], 0);
    expect(sides[1]).toEqual({ total: 0, samples: 0 });
    expect(functions.some(({ own }) => Number.isNaN(own.difference) || Number.isNaN(own.error))).toBe(false);
  });
});
