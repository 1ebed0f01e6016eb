// austin-tui and austin-web on saved profiles, as scripts run them: filters, profiles that break off or are damaged, options that are a run's.
import { existsSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { mojo } from "../../../src/formats/mojo.js";
import type { Frame } from "../../../src/model/frame.js";
import type { Sample } from "../../../src/model/sample.js";
import { freshPath } from "../../austin.js";
import { bytesOf, METADATA, madeSamples, streamOf } from "../../formats/made_profile.js";
import { type ReaderEnd, runReader } from "../../readers.js";

const TIME = { timeMicroseconds: 100, memoryBytes: 0 };
const SAMPLES = madeSamples("full");
const bytes = await bytesOf(mojo.write(streamOf(SAMPLES, { ...METADATA, mode: "full" })));

function file(content: Uint8Array): string {
  const path = freshPath("made.mojo");
  writeFileSync(path, content);
  return path;
}

const whole = file(bytes);

/** Show it once, with options. */
type Shown = (path: string, ...options: string[]) => Promise<ReaderEnd>;
const asJson: Shown = (path, ...options) => runReader("austin-tui", ["--json", "--open", path, ...options]);
const COMMANDS: readonly (readonly [name: string, show: Shown])[] = [
  ["austin-tui --json", asJson],
  ["austin-tui --once", (path, ...options) => runReader("austin-tui", ["--once", "--open", path, ...options])],
  [
    "austin-web --compile",
    (path, ...options) => runReader("austin-web", ["--compile", freshPath("page.html"), ...options, "--open", path]),
  ],
];

async function samplesSeen(...options: string[]): Promise<number> {
  return JSON.parse((await asJson(whole, ...options)).stdout).rates.all.samples;
}

describe("filters on a saved profile", () => {
  it.each([
    [["--process", "99"], SAMPLES.filter(({ pid }) => pid === 99).length],
    [["--thread", "4322"], SAMPLES.filter(({ thread }) => thread === "10e2").length],
    [["--state", "idle"], SAMPLES.filter(({ idle }) => idle).length],
    [["--function", "Класс.f<locals>"], undefined],
    [["--module", "!/srv/*"], undefined],
    [["--main-thread"], undefined],
    [["--window", "0..20ms"], undefined],
  ])("%j leaves what it says", async (options, count) => {
    const seen = await samplesSeen(...options);
    expect(seen).toBeGreaterThan(0);
    expect(seen).toBeLessThan(SAMPLES.length);
    if (count !== undefined) expect(seen).toBe(count);
  });

  it("--collapse shows the first frame alone of those that import", async () => {
    const frames = ["main", "importlib._bootstrap", "importlib._bootstrap_external"].map((name, at): Frame => {
      const filename = at === 0 ? "/app/main.py" : `<frozen ${name}>`;
      return { kind: "code", scope: `f${at}`, filename, location: { line: 1, lineEnd: 1, column: 0, columnEnd: 0 } };
    });
    const imports = file(
      await bytesOf(
        mojo.write(streamOf([{ ...(SAMPLES[0] as Sample), frames, metrics: TIME }], { ...METADATA, mode: "full" })),
      ),
    );
    const seen = async (...options: string[]): Promise<string[]> =>
      JSON.parse((await asJson(imports, ...options)).stdout).sums.all.functions.map(
        (one: { function: string }) => one.function,
      );
    expect((await seen()).sort()).toEqual(["f0", "f1", "f2"]);
    expect((await seen("--collapse", "imports")).sort()).toEqual(["f0", "f1"]);
  });

  it.each(COMMANDS)("%s says what there is where nothing is left, and how much was left out", async (_, show) => {
    const none = await show(whole, "--thread", "nosuch");
    expect(none.code).toBe(66);
    expect(none.stderr).toContain(`The filters leave out all ${SAMPLES.length} samples of '${whole}'.\nThreads: `);
    const some = await show(whole, "--process", "99");
    expect(some.code).toBe(0);
    expect(some.stderr).toContain("The filters leave out ");
    const bad = await show(whole, "--state", "asleep");
    expect(bad.code).toBe(64);
  });

  it.each(COMMANDS)("%s says that a profile does not record what a filter asks for", async (_, show) => {
    const { code, stderr } = await show(
      file(await bytesOf(mojo.write(streamOf(madeSamples("wall"), { ...METADATA, mode: "wall" })))),
      "--state",
      "idle",
    );
    expect(code).toBe(66);
    expect(stderr).toContain("leave --state out");
  });
});

describe("a profile that is not whole", () => {
  it.each(COMMANDS)("%s says that it breaks off, and how much of it was used", async (_, show) => {
    const cut = file(bytes.subarray(0, bytes.length >> 1));
    const { code, stderr } = await show(cut);
    expect(stderr).toMatch(/breaks off: its [1-9]\d* whole samples were used/);
    expect(code).toBe(0);
  });

  it.each(COMMANDS)("%s says that it is damaged, and how much of it was used", async (_, show) => {
    const damaged = bytes.slice();
    damaged.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 64);
    const { code, stderr } = await show(file(damaged));
    expect(stderr).toMatch(/The file is damaged there\.\nThe [1-9]\d* whole samples before that were used\./);
    expect(code).toBe(66);
  });

  it.each(COMMANDS)("%s says that there is no sample", async (_, show) => {
    const { code, stderr } = await show(file(await bytesOf(mojo.write(streamOf([], { ...METADATA, mode: "wall" })))));
    expect(stderr).toContain("There is no sample in ");
    expect(code).toBe(66);
  });
});

describe("options of a run beside a file", () => {
  it.each(COMMANDS)("%s refuses them by name", async (_, show) => {
    for (const [options, named] of [
      [["-o", "x.mojo"], "--output"],
      [["--save", "x.html", "-x", "1", "-i", "1ms"], "--exposure, --interval, --save"],
      [["-C", "--capture", "x", "--flush", "1s"], "--capture, --children, --flush"],
      [["-m", "--still", "never", "-t", "1s"], "--memory, --still, --timeout"],
    ] as const) {
      const { code, stderr } = await show(whole, ...options);
      expect(stderr).toContain(`A file is shown as it was sampled: ${named}`);
      expect(code).toBe(64);
    }
    expect(existsSync("x.mojo")).toBe(false);
  });
});
