// The last lines of a run, from its figures.
import { describe, expect, it } from "vitest";
import { openingCommand } from "../../../src/cli/messages/opening.js";
import { renderStatistics } from "../../../src/cli/sampling/statistics.js";
import { createStyle } from "../../../src/cli/terminal/terminal.js";
import type { RunStatistics } from "../../../src/model/statistics.js";
import { formatBytes, formatDuration, formatRate, formatRatio } from "../../../src/views/quantities.js";
import { FULL } from "../statistics.js";

const NOTHING: RunStatistics = {
  durationMicroseconds: 0,
  ticks: 0,
  samples: 0,
  processes: 0,
  processesNotSampled: {},
  missedTicks: 0,
  takenTicks: 0,
  longTicks: 0,
  incomplete: 0,
  takenMicroseconds: 0,
  incompleteMicroseconds: 0,
  reasons: {},
  proofs: {
    tried: 0,
    proven: 0,
    retried: 0,
    still: 0,
    unverified: 0,
    dropped: 0,
    copies: 0,
    failedCopies: 0,
  },
  gapMicroseconds: 0,
  collectorMicroseconds: undefined,
  stillMicroseconds: 0,
  stillUnavailable: undefined,
  stillPrevented: {},
  sampling: undefined,
  output: { path: undefined, bytes: 4 },
};

/** The values by label, without the dots between. */
function values(statistics: RunStatistics): Record<string, string> {
  const lines = renderStatistics(statistics, createStyle(false)).split("\n");
  return Object.fromEntries(
    lines.flatMap((line) => {
      const match = /^ {2}(\w.*?)[ .]{3,} (\S.*)$/.exec(line);
      return match ? [[match[1], match[2]]] : [];
    }),
  );
}

describe("statistics", () => {
  it("names every figure", () => {
    expect(values(FULL)).toEqual({
      "Total duration": "2 s",
      "Average sampling rate": "9.50 kHz",
      "Sampling time": "8 us, 11.5 us, 1.23 ms (min, mean, max)",
      "Missed ticks": "1000/20000 (5.00%)",
      Saturation: "190/19000 (1.00%)",
      "Error rate": "19/19000 (0.10%), of the time 2.00%",
      "Proven stacks": "19095/19100 (99.97%)",
      "Garbage collector": "500 ms (25.00%)",
      "Longest gap": "4.32 ms",
      Profile: "app.mojo, 123.46 kB",
    });
  });

  it("lists the reasons of errors that occurred, most frequent first", () => {
    expect(renderStatistics(FULL, createStyle(false))).toContain("    unreadable frame: 16\n    torn stack: 3\n");
    expect(renderStatistics(FULL, createStyle(false))).not.toContain("cycle");
    expect(renderStatistics(FULL, createStyle(false))).not.toContain("Processes");
    expect(renderStatistics({ ...FULL, processes: 3 }, createStyle(false), true)).toMatch(/Processes sampled[ .]* 3\n/);
  });

  it("tells which processes of a family were not sampled", () => {
    const some = {
      ...FULL,
      processes: 3,
      processesNotSampled: { "may not be read": 2, "Python 3.8 is not supported": 1 },
    };
    const lines = renderStatistics(some, createStyle(false), true);
    expect(lines).toContain(
      "3\n    not sampled, may not be read: 2\n    not sampled, Python 3.8 is not supported: 1\n",
    );
  });

  it("counts threads that ran no Python function, where there were any", () => {
    expect(values({ ...FULL, frameless: 1900 })).toMatchObject({
      "Without a frame": "1900/19000 (10.00%) (no Python function runs)",
    });
    expect(renderStatistics(FULL, createStyle(false))).not.toContain("Without a frame");
  });

  it("tells what it took to prove the stacks, where it took anything", () => {
    const text = renderStatistics(FULL, createStyle(false));
    expect(text).toContain(
      "    after another copy: 800\n    by an off-CPU copy: 295\n    dropped, since code was replaced",
    );
    expect(text).toContain("    off-CPU copies only, since it moved too fast: 1.5 s\n");
    expect(text).toContain("    no off-CPU copies: pthread_setaffinity_np to processor 3 failed with errno 22\n");
    expect(text).toContain("    off-CPU copies that could not be made: 2: pthread_create failed with errno 11\n");
    const cause = "pthread_setaffinity_np to processor 3 failed with errno 22";
    const both = { ...FULL, stillUnavailable: cause, stillPrevented: { [cause]: 7 } };
    expect(renderStatistics(both, createStyle(false)).split(cause)).toHaveLength(2);
    expect(renderStatistics(NOTHING, createStyle(false))).not.toMatch(/cop(y|ies)|dropped/);
  });

  it("tells how many threads were not sampled, where there were too many", () => {
    const beyond = { threads: 905, samples: 90_500 };
    expect(values({ ...FULL, beyond })["Threads beyond"]).toBe("905 (most at once; 90500 thread samples not taken)");
    expect(values(FULL)["Threads beyond"]).toBeUndefined();
  });

  it("says how much the filters left out, where there were any", () => {
    const filtered = {
      all: { samples: 8, microseconds: 800, bytes: 0 },
      leftOut: { samples: 2, microseconds: 400, bytes: 0 },
    };
    const line = "The filters leave out 2/8 (25.00%) samples, 400 us of 800 us (50.00%).";
    expect(renderStatistics({ ...FULL, filtered }, createStyle(false)).split("\n")).toContain(line);
    expect(renderStatistics({ ...FULL, filtered: undefined }, createStyle(false))).not.toContain("filters");
  });

  it("ends with how to open the profile", () => {
    const lines = renderStatistics(FULL, createStyle(false)).trimEnd().split("\n");
    expect(lines.at(-1)).toBe(`Open it with: ${openingCommand("app.mojo")}`);
  });

  it("says n/a for what is unknown, and proposes nothing where there is no file or no sample", () => {
    expect(values(NOTHING)).toEqual({
      "Total duration": "0 us",
      "Average sampling rate": "n/a",
      "Sampling time": "n/a",
      "Missed ticks": "n/a",
      Saturation: "n/a",
      "Error rate": "n/a",
      "Proven stacks": "n/a",
      "Longest gap": "n/a",
      Profile: "standard output, 4 bytes",
    });
    expect(renderStatistics(NOTHING, createStyle(false))).not.toContain("%");
    expect(renderStatistics(NOTHING, createStyle(false))).not.toContain("Open it");
    expect(renderStatistics({ ...NOTHING, output: FULL.output }, createStyle(false))).not.toContain("Open it");
    expect(renderStatistics({ ...FULL, output: NOTHING.output }, createStyle(false))).not.toContain("Open it");
    const empty = { path: "app.mojo", bytes: 0 };
    expect(renderStatistics({ ...FULL, output: empty }, createStyle(false))).not.toContain("Open it");
  });

  it("aligns the values", () => {
    const lines = renderStatistics(FULL, createStyle(false)).split("\n");
    const figures = lines.filter((line) => /^ {2}\w/.test(line));
    expect(
      new Set(figures.map((line) => /[ .]{3,} (?=[^ .])/.exec(line)).map((gap) => gap && gap.index + gap[0].length))
        .size,
    ).toBe(1);
  });

  it("has the same text in colour", () => {
    const coloured = renderStatistics(FULL, createStyle(true));
    expect(coloured).not.toBe(renderStatistics(FULL, createStyle(false)));
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is removed
    expect(coloured.replaceAll(/\x1b\[[\d;]+m/g, "")).toBe(renderStatistics(FULL, createStyle(false)));
  });
});

describe("quantities", () => {
  it.each([
    [0, "0 us"],
    [100, "100 us"],
    [1500, "1.5 ms"],
    [999_999, "1000 ms"],
    [2_000_000, "2 s"],
    [12_345_678, "12.35 s"],
  ])("%i us is %s", (microseconds, text) => {
    expect(formatDuration(microseconds)).toBe(text);
  });

  it.each([
    [100, 1_000_000, "100.00 Hz"],
    [5000, 1_000_000, "5.00 kHz"],
    [2_500_000, 1_000_000, "2.50 MHz"],
    [0, 1_000_000, "0.00 Hz"],
    [5, 0, "n/a"],
  ])("%i in %i us is %s", (count, microseconds, text) => {
    expect(formatRate(count, microseconds)).toBe(text);
  });

  it.each([
    [0, 10, "0/10 (0.00%)"],
    [1, 1204, "1/1204 (0.08%)"],
    [1, 1_000_000, "1/1000000 (<0.01%)"],
    [0, 0, "n/a"],
    [3, 0, "3/0 (n/a)"],
  ])("%i of %i is %s", (part, whole, text) => {
    expect(formatRatio(part, whole)).toBe(text);
  });

  it.each([
    [999, "999 bytes"],
    [1500, "1.5 kB"],
    [2_000_000, "2 MB"],
    [3_210_000_000, "3.21 GB"],
  ])("%i is %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe("opening command", () => {
  it.each([
    ["app.mojo", "austin-view app.mojo"],
    ["out/a b.mojo", "austin-view 'out/a b.mojo'"],
    ["it's", "austin-view 'it'\\''s'"],
    ["-x.mojo", "austin-view ./-x.mojo"],
  ])("of %s", (path, command) => {
    expect(openingCommand(path)).toBe(command);
  });
});
