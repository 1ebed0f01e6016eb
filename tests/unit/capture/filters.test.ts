// Filters while a profile is made, against the same filters on the whole profile: the same samples, one by one, with the same
// figures, in every mode, for every word and for combinations of them; and hostile words.
import { beforeAll, describe, expect, it } from "vitest";
import { CaptureError, decodeCapture } from "../../../src/capture/index.js";
import { Filter, type FilterWords, plainWords, unanswered } from "../../../src/filters/index.js";
import { MOST_CHARACTERS, MOST_VALUES } from "../../../src/filters/words.js";
import type { Mode } from "../../../src/model/metrics.js";
import type { Sample } from "../../../src/model/sample.js";
import type { Share } from "../../../src/model/share.js";
import { readMojo } from "../../../src/mojo/index.js";
import { LogBuffer } from "../../../src/recording/log_buffer.js";
import { ProfileSelection } from "../../../src/sinks/selection.js";
import { fileOf, PID } from "../../capture/built_capture.js";
import { random } from "../../capture/random.js";
import { variedCapture } from "../../capture/varied_capture.js";
import { captureOf, exhibits } from "../../corpus/corpus.js";
import { OWN_PID } from "../../decoder/built_target.js";

/** Everything that words may ask for, one by one. */
const WORDS: readonly FilterWords[] = [
  { processes: [PID] },
  { processes: [1] },
  { threads: [String(OWN_PID)] },
  { threads: [`0x${(OWN_PID + 1).toString(16)}`, "0:1"] },
  { threads: [`1:${OWN_PID + 2}`] },
  { mainThread: true },
  { modules: ["json"] },
  { modules: ["/srv/*"] },
  { modules: ["!json.*"] },
  { modules: ["app.views", "!importlib.*"] },
  { functions: ["decode"] },
  { functions: ["Hook.*", "!decode"] },
  { functions: ["!main"] },
  { state: "running" },
  { state: "idle" },
  { window: { from: 0, to: 15_000 } },
  { window: { from: 30_500, to: 61_000 } },
  { window: { from: 50_000, to: Number.POSITIVE_INFINITY } },
  { collapse: ["stdlib"] },
  { collapse: ["imports"] },
  { collapse: ["stdlib", "imports"] },
];

/** Words of several of those. */
function combinations(count: number): FilterWords[] {
  const next = random(7);
  const one = (): FilterWords => WORDS[Math.floor(next() * WORDS.length)] as FilterWords;
  return Array.from({ length: count }, () => ({ ...one(), ...one(), ...(next() < 0.5 ? one() : {}) }));
}

async function decoded(
  file: Uint8Array,
  filters?: FilterWords,
): Promise<{ samples: Sample[]; share: unknown; bytes: Buffer }> {
  const capture = decodeCapture(file, filters && { filters });
  const pieces: Uint8Array[] = [];
  for await (const piece of capture.mojo()) pieces.push(piece);
  const bytes = Buffer.concat(pieces);
  const samples: Sample[] = [];
  for await (const sample of readMojo(bytes)) samples.push(sample);
  return { samples, share: capture.statistics?.filtered, bytes };
}

/** What src/filters leaves of a profile. */
function filtered(samples: readonly Sample[], words: FilterWords, mode: Mode): { samples: Sample[]; share: unknown } {
  const filter = new Filter(words);
  const seen = samples.flatMap((sample) => filter.apply(sample, mode) ?? []);
  return { samples: seen, share: { all: { ...filter.all }, leftOut: { ...filter.leftOut } } };
}

async function compare(file: Uint8Array, all: readonly Sample[], words: FilterWords, mode: Mode): Promise<number> {
  const expected = filtered(all, words, mode);
  const { samples, share } = await decoded(file, words);
  const what = JSON.stringify(plainWords(words));
  expect(samples, what).toEqual(expected.samples);
  expect(share, what).toEqual(expected.share);
  return samples.length;
}

const MODES = ["wall", "cpu", "memory", "full"] as const;

describe.each(MODES)("a profile in mode %s, decoded with filters,", (mode) => {
  let file: Uint8Array;
  let all: Sample[];

  beforeAll(async () => {
    const capture = variedCapture("3.12", mode, 1);
    file = await capture.file();
    ({ samples: all } = await decoded(file));
  });

  it("has something for every filter", () => {
    const kinds = new Set(all.flatMap(({ frames }) => frames.map(({ kind }) => kind)));
    expect(kinds).toEqual(new Set(["code", "invalid"]));
    expect(all.some(({ frames }) => frames.length > 1 && frames.some(({ kind }) => kind === "invalid"))).toBe(true);
    expect(new Set(all.map(({ interpreterId }) => interpreterId))).toEqual(new Set([0, 1]));
    if (mode === "full") expect(new Set(all.map(({ idle }) => idle))).toEqual(new Set([true, false]));
    if (mode !== "memory") expect(all.some(({ metrics }) => (metrics.timeMicroseconds ?? 0) > 1000)).toBe(true);
  });

  it.each(WORDS.filter((words) => unanswered(words, mode) === undefined).map((words) => [plainWords(words), words]))(
    "has what the filter %j leaves of the whole",
    async (_, words) => {
      await compare(file, all, words, mode);
    },
  );

  it("has what several filters leave of the whole", async () => {
    let some = 0;
    for (const words of combinations(60)) {
      if (unanswered(words, mode) !== undefined) continue;
      const left = await compare(file, all, words, mode);
      if (left > 0 && left < all.length) some++;
    }
    expect(some).toBeGreaterThan(10);
  });
});

describe("a capture of a run with filters", () => {
  const words: FilterWords = { modules: ["json"], window: { from: 20_000, to: 90_000 }, collapse: ["imports"] };

  it.each(["3.9", "3.12", "3.14"])(
    "of %s is decoded to the very bytes of the run, and to all of it",
    async (format) => {
      const capture = variedCapture(format, "full", 2, new ProfileSelection(words));
      const file = await capture.file();
      const { bytes, samples } = await decoded(file);
      expect(bytes.equals(capture.live)).toBe(true);
      const whole = await decoded(file, {});
      expect(whole.bytes.equals(variedCapture(format, "full", 2).live)).toBe(true);
      expect(samples).toEqual(filtered(whole.samples, words, "full").samples);
      expect(samples.length).toBeGreaterThan(10);
      // Other filters take their place.
      await compare(file, whole.samples, { state: "idle" }, "full");
    },
  );

  it("says what it leaves out, and for whom", async () => {
    const file = await variedCapture("3.12", "full", 2, new ProfileSelection(words)).file();
    const capture = decodeCapture(file);
    const profile = readMojo(capture.mojo());
    let written = 0;
    for await (const _ of profile) written++;
    const { metadata } = profile;
    expect(JSON.parse(metadata.get("filters") as string)).toEqual(plainWords(words));
    const { all, leftOut } = capture.share as Share;
    expect(metadata.get("count")).toBe(String(written));
    expect(all.samples - leftOut.samples).toBe(written);
    expect(metadata.get("left out")).toBe(`${leftOut.samples}/${all.samples}`);
    expect(metadata.get("left out time")).toBe(`${leftOut.microseconds}/${all.microseconds}`);
    expect(metadata.get("left out memory")).toBe(`${leftOut.bytes}/${all.bytes}`);
    // How sampling went is told of all samples.
    const whole = readMojo(decodeCapture(file, { filters: {} }).mojo());
    for await (const _ of whole);
    const told = [...metadata].filter(([key]) => !/^(filters|count|left out.*)$/.test(key));
    expect(told).toEqual([...whole.metadata].filter(([key]) => key !== "count"));
    expect(all.samples).toBe(Number(whole.metadata.get("count")));
    expect(capture.options?.filters).toMatchObject(words);
  });
});

describe("the corpus, decoded with filters,", () => {
  const some = exhibits().filter(({ title, build }) => title === "calls" && ["3.9", "3.12", "3.14"].includes(build));

  it.each(some.map((exhibit) => [`${exhibit.architecture} ${exhibit.build}`, exhibit] as const))(
    "has what they leave of the whole: %s",
    async (_, exhibit) => {
      const file = captureOf(exhibit);
      const { samples } = await decoded(file);
      for (const words of [
        { mainThread: true },
        { functions: ["hold"] },
        { modules: ["!account"] },
        { collapse: ["stdlib"] as const },
      ]) {
        await compare(file, samples, words, "wall");
      }
    },
  );
});

describe("filters in a capture that means harm", () => {
  const decode = async (filters: unknown, mode = "full"): Promise<void> => {
    const log = new LogBuffer();
    log.fact("capture", {
      tool: "",
      toolVersion: "",
      started: "",
      options: [],
      platform: "",
      release: "",
      architecture: "",
      byteOrder: "",
    });
    log.fact("began", {
      mode,
      intervalMicroseconds: 1,
      gc: false,
      interfaceVersion: "4.0.0",
      multiprocess: false,
      filters,
    });
    await decoded(fileOf(log.bytes.slice(0, log.length)));
  };

  it.each<[string, unknown]>([
    ["no object", []],
    ["a list that is none", { modules: "json" }],
    ["too many", { threads: Array.from({ length: MOST_VALUES + 1 }, () => "1") }],
    ["a text that is none", { threads: [1] }],
    ["a text that is too long", { modules: ["a".repeat(MOST_CHARACTERS + 1)] }],
    ["a pattern that is none", { functions: ["[z-a]"] }],
    ["a process that is none", { processes: [-1] }],
    ["a word that is unknown", { collapse: ["all"] }],
    ["a state that is none", { state: "asleep" }],
    ["a window that is none", { window: [0, 1] }],
    ["a window that ends before it begins", { window: { from: 2, to: 1 } }],
    ["a window of no numbers", { window: { from: "0" } }],
  ])("are refused: %s", async (_, filters) => {
    await expect(decode(filters)).rejects.toThrow(CaptureError);
  });

  it("are refused where the mode has no answer", async () => {
    await expect(decode({ state: "idle" }, "wall")).rejects.toThrow(/its state, which mode wall has not/);
    await expect(decode({ window: { from: 1 } }, "memory")).rejects.toThrow(/its window/);
  });

  it("that are sound are taken, those that ask for nothing, too", async () => {
    await decode({ modules: ["json"], window: { from: 1 }, unknown: 1 });
    await decode({});
    await decode(undefined);
  });
});
