// CPython as judge, with no CPython at hand: every capture of the corpus decodes to what its target said its stacks were, in
// every sample, whole, with lines and columns. Says which builds the corpus lacks, and why.
import { readdirSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Decoder } from "../../src/decoder/decoder.js";
import { localModule } from "../../src/decoder/local.js";
import { instantiate } from "../../src/decoder/wasm.js";
import { otherDecoder } from "../capture/other_decoder.js";
import { captureDifferences } from "../corpus/compared.js";
import {
  ARCHITECTURES,
  accountOf,
  captureOf,
  corpusFolder,
  exhibits,
  HAD,
  logOf,
  MINORS,
  WHY_NO_OTHER,
} from "../corpus/corpus.js";

const MOST_BYTES = 15_000_000;
/** Captures of a build: the themes of tests/themes.ts, one of them in two stages, one of them from 3.11 on. */
const TITLES = [
  "blocked-threads",
  "callbacks-from-C",
  "calls",
  "calls-without-columns",
  "deep-stacks",
  "generators-and-coroutines",
  "late-sub-interpreters.1",
  "late-sub-interpreters.2",
  "names-and-long-tables",
];

const all = exhibits();
const builds = ARCHITECTURES.flatMap((architecture) =>
  [...new Set(all.filter((one) => one.architecture === architecture).map(({ build }) => build))].map(
    (build) => [architecture, build] as const,
  ),
);

const module = localModule();

describe("the corpus", () => {
  it("has every CPython that could be had, and says which could not", () => {
    const wanted = ARCHITECTURES.flatMap((architecture) => MINORS.map((minor) => ({ architecture, minor })));
    const absent = wanted.filter(({ architecture, minor }) => !HAD[architecture].includes(minor));
    const lines = absent.map(({ architecture, minor }) => `  3.${minor} for ${architecture}: ${WHY_NO_OTHER}`);
    process.stdout.write(`The corpus lacks:\n${lines.join("\n")}\n`);
    const there = wanted.filter(({ architecture, minor }) => HAD[architecture].includes(minor));
    const debug = [13, 14, 15].map((minor) => `x86_64 3.${minor}-dbg`);
    const names = [...there.map(({ architecture, minor }) => `${architecture} 3.${minor}`), ...debug];
    expect(builds.map((build) => build.join(" ")).sort()).toEqual(names.sort());
    expect(absent.length).toBe(15);
  });

  it.each(builds)("has every capture of %s, %s", (architecture, build) => {
    const titles = all.filter((one) => one.architecture === architecture && one.build === build);
    const hasColumns = Number(/^3\.(\d+)/.exec(build)?.[1]) >= 11;
    const wanted = TITLES.filter((title) => hasColumns || title !== "calls-without-columns");
    expect(titles.map(({ title }) => title).sort()).toEqual(wanted);
  });

  it("is small", () => {
    const files = readdirSync(corpusFolder, { recursive: true, withFileTypes: true });
    const bytes = files.map((file) => (file.isFile() ? statSync(`${file.parentPath}/${file.name}`).size : 0));
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES);
  });

  it("names no place of anybody's", async () => {
    for (const exhibit of all) {
      const text = (await logOf(captureOf(exhibit))) + JSON.stringify(accountOf(exhibit));
      expect([exhibit.path, /\/(root|home|Users)\/[\x20-\x7e]*|pyenv/.exec(text)?.[0]]).toEqual([
        exhibit.path,
        undefined,
      ]);
    }
  });

  it("has each shape: sub-interpreters, a collector that runs, names beyond ASCII, deep stacks", () => {
    const threads = (title: string) =>
      all.filter((one) => one.title === title).map((exhibit) => accountOf(exhibit).threads);
    for (const there of threads("late-sub-interpreters.2")) {
      expect(new Set(there.map(({ interpreter }) => interpreter)).size).toBe(3);
    }
    for (const there of threads("callbacks-from-C")) expect(there.every(({ collecting }) => collecting)).toBe(true);
    for (const there of threads("calls")) expect(there.some(({ collecting }) => collecting)).toBe(false);
    for (const there of threads("names-and-long-tables")) expect(JSON.stringify(there)).toContain("𠮷野家");
    for (const there of threads("deep-stacks")) {
      expect(Math.max(...there.map(({ frames }) => frames.length))).toBeGreaterThan(10_000);
    }
  });
});

describe.each(builds)("captures of %s, Python %s", (architecture, build) => {
  const rows = all
    .filter((one) => one.architecture === architecture && one.build === build)
    .map((exhibit) => [exhibit.title, exhibit] as const);

  it.each(rows)("%s", async (_, exhibit) => {
    const mayBeUnproven = architecture === "windows";
    const found = await captureDifferences(captureOf(exhibit), accountOf(exhibit), { module, mayBeUnproven });
    expect(found.join("\n")).toBe("");
  });
});

describe("a decoder", () => {
  it("knows nothing any more of the target that it decoded before", async () => {
    const decoder = new Decoder(instantiate(module));
    for (const exhibit of all.filter(({ title }) => title === "blocked-threads")) {
      const mayBeUnproven = exhibit.architecture === "windows";
      const options = { newDecoder: () => decoder, mayBeUnproven };
      const found = await captureDifferences(captureOf(exhibit), accountOf(exhibit), options);
      expect([exhibit.path, ...found]).toEqual([exhibit.path]);
    }
  });
});

describe("an old capture", () => {
  it("is read wrongly with a wrong offset in the layout, and then rightly with the right one", async () => {
    const exhibit = all.find((one) => one.architecture === "x86_64" && one.build === "3.12" && one.title === "calls");
    if (exhibit === undefined) throw new Error("the corpus has no calls on 3.12");
    const wrong = otherDecoder("cpython_3_12.ts", { "codeFirstLine = wide ? 68": "codeFirstLine = wide ? 72" });
    const [capture, account] = [captureOf(exhibit), accountOf(exhibit)];
    expect((await captureDifferences(capture, account, { module: wrong })).join("\n")).toMatch(
      /frame \d+ from the root/,
    );
    expect(await captureDifferences(capture, account, { module })).toEqual([]);
  });

  it("is seen to be of another target", async () => {
    const [one, other] = all.filter(({ title }) => title === "calls");
    if (one === undefined || other === undefined) throw new Error("the corpus has no two captures of calls");
    const found = await captureDifferences(captureOf(one), accountOf(other), { module });
    expect(found.length).toBeGreaterThan(2);
  });
});
