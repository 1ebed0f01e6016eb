// The corpus can be made again: a fresh one, of the newest interpreter of each processor that is here, has the same captures
// as the one that is kept, and decodes to its targets' own account as well.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { captureDifferences } from "../corpus/compared.js";
import { accountOf, captureOf, exhibits } from "../corpus/corpus.js";
import { architectureOf, buildOf, makeCaptures } from "../corpus/make.js";
import { NeutralPlace } from "../corpus/neutral.js";
import { EMULATORS, type ForeignPython, foreignPythons, isRelease, type Python, pythons } from "../pythons.js";
import { stopAll } from "../started.js";
import { themes } from "../themes.js";

/** Where time is short: the others take an emulator minutes. */
const SHORT: readonly string[] = ["calls.py", "suspended.py", "callbacks.py", "subinterpreters.py"];

const foreign = Object.keys(EMULATORS).flatMap((name) => {
  const last = foreignPythons()
    .filter(({ architecture }) => architecture === name)
    .at(-1);
  return last === undefined ? [] : [last];
});
const native = pythons().filter(isRelease);
const rows = [native.find(({ version }) => version[1] < 13), native.at(-1), ...foreign]
  .filter((python): python is Python | ForeignPython => python !== undefined)
  .map((python) => [python.name, python] as const);

let place: NeutralPlace;
let folder: string;
beforeAll(() => {
  place = new NeutralPlace();
  folder = mkdtempSync(join(tmpdir(), "corpus-"));
});
afterAll(async () => {
  await stopAll();
  place.remove();
  rmSync(folder, { recursive: true });
});

describe.each(rows)("a fresh corpus of Python %s", (_, python) => {
  it("decodes to its targets' own account, and has what the kept one has", { timeout: 600_000 }, async () => {
    const wanted = themes.filter(({ script }) => SHORT.includes(script));
    const [architecture, build] = [architectureOf(python), buildOf(python)];
    await makeCaptures(place, python, join(folder, architecture, build), wanted);
    const isThis = (one: { architecture: string; build: string }) =>
      one.architecture === architecture && one.build === build;
    const made = exhibits(folder).filter(isThis);
    const kept = exhibits().filter(isThis);
    expect(made.length).toBeGreaterThan(4);
    expect(kept.map(({ title }) => title)).toEqual(expect.arrayContaining(made.map(({ title }) => title)));
    for (const exhibit of made) {
      expect(await captureDifferences(captureOf(exhibit), accountOf(exhibit))).toEqual([]);
    }
  });
});
