// Captures of built targets, decoded: the same profile as live, with every layout and in both builds of the decoder; cut at any
// byte; by a decoder that asks for other memory; and refused for what they are.

import { describe, expect, it } from "vitest";
import { Blocks } from "../../../src/capture/container.js";
import { FORMAT_VERSION, MAGIC } from "../../../src/capture/format.js";
import { CaptureError, decodeCapture } from "../../../src/capture/index.js";
import { Decoder } from "../../../src/decoder/index.js";
import type { FilterWords } from "../../../src/filters/index.js";
import { smallCapture } from "../../capture/built_capture.js";
import { debugDecoder } from "../../decoder/debug_build.js";
import { formatNames } from "../../decoder/layouts.js";

interface Decoded {
  readonly mojo: Buffer;
  readonly error: unknown;
  readonly isCut: boolean;
  readonly diverged: number;
}

/** @param make makes a decoder: a fresh one, as only that gives the same ids */
async function decode(file: Uint8Array, newDecoder = (): Decoder => new Decoder()): Promise<Decoded> {
  const capture = decodeCapture(file, { newDecoder });
  const pieces: Uint8Array[] = [];
  let error: unknown;
  try {
    for await (const piece of capture.mojo()) pieces.push(piece);
  } catch (cause) {
    error = cause;
  }
  return { mojo: Buffer.concat(pieces), error, isCut: capture.isCut, diverged: capture.figures?.diverged ?? 0 };
}

/** The log that a file holds, block by block, and whether it breaks off. */
async function logOf(file: Uint8Array): Promise<{ ends: number[]; log: Buffer; isCut: boolean; error: unknown }> {
  const blocks = new Blocks(file);
  const parts: Uint8Array[] = [];
  const ends: number[] = [];
  let error: unknown;
  try {
    for await (const { offset, stored, bytes } of blocks) {
      parts.push(bytes);
      ends.push(offset + stored);
    }
  } catch (cause) {
    error = cause;
  }
  return { ends, log: Buffer.concat(parts), isCut: blocks.isCut, error };
}

describe.each(formatNames)("a capture of %s", (format) => {
  it("decodes to the very profile that was made meanwhile, in both builds", async () => {
    const capture = smallCapture(format);
    const file = await capture.file();
    expect(capture.live.length).toBeGreaterThan(300);
    expect(capture.source.ended.length).toBeGreaterThan(0);
    for (const make of [undefined, debugDecoder]) {
      const { mojo, error, isCut, diverged } = await decode(file, make);
      expect({ error, isCut, diverged }).toEqual({ error: undefined, isCut: false, diverged: 0 });
      expect(mojo.equals(capture.live)).toBe(true);
    }
  });
});

describe("a file of the first version of the format, which has no holds", () => {
  it("is decoded as ever", async () => {
    const capture = smallCapture("3.13", undefined, false);
    const file = Buffer.from(await capture.file());
    expect(file[MAGIC.length]).toBe(FORMAT_VERSION);
    file[MAGIC.length] = 1;
    const { mojo, error, diverged } = await decode(file);
    expect({ error, diverged }).toEqual({ error: undefined, diverged: 0 });
    expect(mojo.equals(capture.live)).toBe(true);
    file[MAGIC.length] = 0;
    expect((await decode(file)).error).toMatchObject({ problem: "damaged" });
  });
});

describe("a file that is cut", () => {
  it("at any byte is read up to there", async () => {
    const capture = smallCapture("3.12");
    const file = await capture.file(1);
    const { log, ends } = await logOf(file);
    expect(ends.length).toBe(capture.pieces.length);
    for (let length = 1; length < file.length; length++) {
      const cut = await logOf(file.subarray(0, length));
      expect(cut.error).toBeUndefined();
      expect(cut.ends, `cut at ${length}`).toEqual(ends.filter((end) => end <= length));
      expect(cut.log.equals(log.subarray(0, cut.log.length))).toBe(true);
      expect(cut.isCut, `cut at ${length}`).toBe(!ends.includes(length) && length !== MAGIC.length + 1);
    }
    const lengths = new Set<number>();
    for (const end of ends) {
      const { mojo, error } = await decode(file.subarray(0, end));
      expect(error).toBeUndefined();
      expect(mojo.equals(capture.live.subarray(0, mojo.length)), `cut at ${end}`).toBe(true);
      lengths.add(mojo.length);
    }
    // Sample after sample came, and not all at once.
    expect(lengths.size).toBeGreaterThan(6);
  });

  it("in pieces, whose buffer is used again, is read as in one", async () => {
    const capture = smallCapture("3.14");
    const file = await capture.file();
    function* pieces(): Generator<Uint8Array> {
      const buffer = Buffer.alloc(7);
      for (let at = 0; at < file.length; at += 7) {
        const length = Math.min(7, file.length - at);
        buffer.set(file.subarray(at, at + length));
        yield buffer.subarray(0, length);
        buffer.fill(0xee);
      }
    }
    for (const source of [pieces(), new Blob([new Uint8Array(file)])]) {
      const parts: Uint8Array[] = [];
      for await (const part of decodeCapture(source).mojo()) parts.push(part);
      expect(Buffer.concat(parts).equals(capture.live)).toBe(true);
    }
  });
});

describe("a file that is refused", () => {
  const problemOf = async (file: Uint8Array): Promise<unknown> => {
    const { error } = await decode(file);
    expect(error).toBeInstanceOf(CaptureError);
    const { problem, offset } = error as CaptureError;
    return [problem, offset];
  };

  it("is told for what it is", async () => {
    const capture = smallCapture("3.12");
    const file = Buffer.from(await capture.file());
    expect(await problemOf(new Uint8Array(0))).toEqual(["not-a-capture", 0]);
    expect(await problemOf(Buffer.from("MOJO\x03"))).toEqual(["not-a-capture", 0]);
    const newer = Buffer.from(file);
    newer[MAGIC.length] = FORMAT_VERSION + 1;
    expect(await problemOf(newer)).toEqual(["newer-format", 0]);
  });

  it("has any byte changed, and gives what came before", async () => {
    const capture = smallCapture("3.12");
    const file = Buffer.from(await capture.file());
    const { log, ends } = await logOf(file);
    for (let at = MAGIC.length + 1; at < file.length; at++) {
      const damaged = Buffer.from(file);
      damaged[at] = (damaged[at] as number) ^ 0x10;
      const read = await logOf(damaged);
      // A length that has become larger may only look cut.
      expect(read.error instanceof CaptureError || read.isCut, `byte ${at}`).toBe(true);
      expect(read.ends, `byte ${at}`).toEqual(ends.filter((end) => end <= at));
      expect(read.log.equals(log.subarray(0, read.log.length))).toBe(true);
    }
    const last = Buffer.from(file);
    last[file.length - 1] = (last[file.length - 1] as number) ^ 1;
    const { mojo, error } = await decode(last);
    expect(error).toMatchObject({ problem: "damaged", offset: ends.at(-2) });
    expect(mojo.length).toBeGreaterThan(300);
    expect(mojo.equals(capture.live.subarray(0, mojo.length))).toBe(true);
  });
});

describe("a capture, for programs", () => {
  it("is samples, threads that are asked for, stacks, and figures", async () => {
    const file = await smallCapture("3.12").file();
    const capture = decodeCapture(file);
    const samples = [];
    for await (const sample of capture) samples.push(sample);
    expect(samples.length).toBe(capture.totals.samples);
    expect(samples[0]).toMatchObject({ pid: 99, metrics: { timeMicroseconds: 1000 } });
    expect(samples[0]?.frames.map((frame) => (frame.kind === "code" ? frame.scope : ""))).toContain("función");
    expect(capture.origin).toMatchObject({ tool: "austin-ts", byteOrder: "little" });
    expect(capture.options).toMatchObject({ mode: "full", intervalMicroseconds: 1000 });
    // Of the interpreter that was found last.
    expect(capture.processes).toMatchObject([{ pid: 99, pythonVersion: "3.12.9" }]);
    expect(capture.statistics).toMatchObject({ durationMicroseconds: 8000, missedTicks: 1 });
    await expect(capture.stacks()).rejects.toThrow("once");

    const one = new Set(samples.map(({ thread }) => Number.parseInt(thread, 16)).slice(0, 1));
    const some = [];
    for await (const { thread } of decodeCapture(file, { filters: { threads: [...one].map(String) } }))
      some.push(Number.parseInt(thread, 16));
    expect(new Set(some)).toEqual(one);
    expect(some.length).toBeLessThan(samples.length);
    const misspelt = decodeCapture(file, { filters: { fnctions: ["a"] } as FilterWords }).mojo();
    await expect(misspelt.next()).rejects.toThrow("no filter is called fnctions");

    const stacks = await decodeCapture(file).stacks();
    expect(stacks.map(({ pid, stacks: { threads } }) => [pid, threads.length])).toEqual([[99, 2]]);
  });
});
