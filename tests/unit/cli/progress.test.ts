// How far a profile is read, in a line.
import { describe, expect, it } from "vitest";
import { Progress, progressLine } from "../../../src/cli/terminal/progress.js";
import type { OpenedProfile } from "../../../src/input/index.js";

describe("the line", () => {
  it("has a bar, the share, the rate and the time left where the size is known", () => {
    expect(progressLine(250_000_000, 1_000_000_000, 5_000)).toBe(
      "[######..................] 25 % of 1 GB, 50 MB/s, 15 s left",
    );
    expect(progressLine(0, 1000, 1_000)).toBe("[........................] 0 % of 1 kB, 0 bytes/s");
  });

  it("of a file that has grown meanwhile is no more than done", () => {
    expect(progressLine(3000, 1000, 1_000)).toBe("[########################] 100 % of 1 kB, 3 kB/s, 0 us left");
  });

  it("has bytes alone of a pipe", () => {
    expect(progressLine(2_000_000, undefined, 2_000)).toBe("2 MB read, 1 MB/s");
  });
});

it("is never written to what is no terminal", () => {
  const written: string[] = [];
  const stream = { isTTY: false, write: (text: string) => written.push(text) } as unknown as NodeJS.WriteStream;
  const progress = new Progress({ bytesRead: 1, size: 2 } as OpenedProfile, stream);
  progress.stop();
  expect(written).toEqual([]);
});
