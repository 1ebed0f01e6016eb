import { describe, expect, test } from "vitest";
import { MojoChunk } from "../../../src/mojo/chunk.js";
import { MojoEncoder, type MojoEvent, NumberOutOfRange } from "../../../src/mojo/index.js";
import { encode, eventsOf, stream } from "./streams.js";

const EXTREMES = [0, 1, 63, 64, 127, 128, 8191, 8192, 2 ** 20 - 1, 2 ** 20, 2 ** 27 - 1, 2 ** 27, 2 ** 31 - 1, 2 ** 31];
const FAR = [2 ** 32 - 1, 2 ** 32, 2 ** 34, 2 ** 41 - 1, 2 ** 41, 2 ** 48 - 1, 2 ** 48, 2 ** 53 - 2, 2 ** 53 - 1];

async function roundTrip(write: (encoder: MojoEncoder) => void): Promise<MojoEvent[]> {
  return eventsOf(stream(write));
}

describe("what is encoded is read back", () => {
  test("the header is the letters and the version", () => {
    expect([...encode((encoder) => encoder.header())]).toEqual([0x4d, 0x4f, 0x4a, 3]);
  });

  test("varints have the sign in bit 6 and six bits in the first byte", () => {
    expect([...encode((encoder) => encoder.metricMemory(63))]).toEqual([10, 0x3f]);
    expect([...encode((encoder) => encoder.metricMemory(-1))]).toEqual([10, 0x41]);
    expect([...encode((encoder) => encoder.metricMemory(64))]).toEqual([10, 0x80, 0x01]);
    expect([...encode((encoder) => encoder.metricMemory(-8192))]).toEqual([10, 0xc0, 0x80, 0x01]);
    expect([...encode((encoder) => encoder.metricMemory(2 ** 53 - 1))]).toEqual([
      10, 0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f,
    ]);
  });

  test.each([...EXTREMES, ...FAR])("the number %d in every place that takes one", async (value) => {
    const events = await roundTrip((encoder) => {
      encoder.metricTime(value);
      encoder.metricMemory(value);
      encoder.metricMemory(-value);
      encoder.frameRef(value);
      encoder.stack(value, value, "");
      encoder.frame(value, 0, 2 ** 27 - 1, value, value, value, value);
    });
    expect(events).toEqual([
      { kind: "time", value },
      { kind: "memory", value },
      { kind: "memory", value: value === 0 ? 0 : -value },
      { kind: "frameRef", key: value },
      { kind: "stack", pid: value, interpreterId: value, thread: "" },
      {
        kind: "frame",
        key: value,
        filenameKey: 0,
        scopeKey: 2 ** 27 - 1,
        line: value,
        lineEnd: value,
        column: value,
        columnEnd: value,
      },
    ]);
  });

  test("runs of frame references equal single ones", async () => {
    const keys = Uint32Array.from([...EXTREMES, 2 ** 32 - 1].filter((value) => value < 2 ** 32));
    const together = encode((encoder) => encoder.frameRefs(keys, 0, keys.length));
    const one = encode((encoder) => {
      for (const key of keys) encoder.frameRef(key);
    });
    expect(together).toEqual(one);
    expect(encode((encoder) => encoder.frameRefs(keys, 2, 4))).toEqual(
      encode((encoder) => {
        encoder.frameRef(63);
        encoder.frameRef(64);
      }),
    );
  });

  test("marks, kernel frames, metadata and strings", async () => {
    const long = "x".repeat(300_000);
    const events = await roundTrip((encoder) => {
      encoder.metadata("", "");
      encoder.metadata("clé", "値");
      encoder.gc();
      encoder.idle();
      encoder.frameInvalid();
      encoder.kernelFrame("schedule");
      encoder.string(0, "");
      encoder.string(2 ** 27 - 1, "função 名前 🐍 \ufeff");
      encoder.string(5, new TextEncoder().encode("\ufeffbytes 🐍"));
      encoder.string(6, long);
    });
    expect(events).toEqual([
      { kind: "metadata", key: "", value: "" },
      { kind: "metadata", key: "clé", value: "値" },
      { kind: "gc" },
      { kind: "idle" },
      { kind: "frameInvalid" },
      { kind: "kernelFrame", scope: "schedule" },
      { kind: "string", key: 0, value: "" },
      { kind: "string", key: 2 ** 27 - 1, value: "função 名前 🐍 \ufeff" },
      { kind: "string", key: 5, value: "\ufeffbytes 🐍" },
      { kind: "string", key: 6, value: long },
    ]);
  });

  test("NUL and lone surrogates become U+FFFD and the stream goes on", async () => {
    const events = await roundTrip((encoder) => {
      encoder.string(2, "a\0b\0");
      encoder.string(3, Uint8Array.of(0, 0x61, 0, 0));
      encoder.string(4, "\ud800x");
      encoder.string(5, Uint8Array.of(0xff, 0x61));
      encoder.stack(1, 0, "t\0");
      encoder.metadata("k\0", "\0v");
      encoder.kernelFrame("\0");
      encoder.gc();
    });
    expect(events).toEqual([
      { kind: "string", key: 2, value: "a\ufffdb\ufffd" },
      { kind: "string", key: 3, value: "\ufffda\ufffd\ufffd" },
      { kind: "string", key: 4, value: "\ufffdx" },
      { kind: "string", key: 5, value: "\ufffda" },
      { kind: "stack", pid: 1, interpreterId: 0, thread: "t\ufffd" },
      { kind: "metadata", key: "k\ufffd", value: "\ufffdv" },
      { kind: "kernelFrame", scope: "\ufffd" },
      { kind: "gc" },
    ]);
  });

  test.each([3, 256, 257, 70_000])("appending %d bytes, whole and in part", (count) => {
    const bytes = Uint8Array.from({ length: count + 2 }, (_, i) => i * 7);
    expect(encode((encoder) => encoder.append(bytes))).toEqual(bytes);
    expect(encode((encoder) => encoder.append(bytes, 1, count + 1))).toEqual(bytes.slice(1, count + 1));
  });
});

describe("numbers that MOJO can't carry are refused and leave the chunk alone", () => {
  const refusals: [string, (encoder: MojoEncoder) => void][] = [
    ["a string key of 2^27", (encoder) => encoder.string(2 ** 27, "x")],
    ["a negative string key", (encoder) => encoder.string(-1, "x")],
    ["the reserved string key", (encoder) => encoder.string(1, "x")],
    ["a filename key of 2^27", (encoder) => encoder.frame(0, 2 ** 27, 0, 1, 1, 1, 1)],
    ["a scope key of 2^27", (encoder) => encoder.frame(0, 0, 2 ** 27, 1, 1, 1, 1)],
    ["a frame key of 2^53", (encoder) => encoder.frame(2 ** 53, 0, 0, 1, 1, 1, 1)],
    ["a negative frame key", (encoder) => encoder.frameRef(-1)],
    ["a fraction", (encoder) => encoder.metricMemory(1.5)],
    ["not a number", (encoder) => encoder.metricMemory(Number.NaN)],
    ["a negative time", (encoder) => encoder.metricTime(-1)],
    ["a negative column", (encoder) => encoder.frame(0, 0, 0, 1, 1, 1, -1)],
    ["an interpreter below -1", (encoder) => encoder.stack(1, -2, "")],
  ];
  test.each(refusals)("%s", (_, write) => {
    const encoder = new MojoEncoder();
    encoder.gc();
    expect(() => write(encoder)).toThrow(NumberOutOfRange);
    expect([...encoder.encoded()]).toEqual([7]);
  });

  test("a frame may refer to the unknown string", async () => {
    const events = await roundTrip((encoder) => encoder.frame(0, 1, 1, 0, 0, 0, 0));
    expect(events).toMatchObject([{ filenameKey: 1, scopeKey: 1 }]);
  });
});

describe("chunks", () => {
  test("swap hands over whole samples and keeps what follows", () => {
    const encoder = new MojoEncoder();
    encoder.gc();
    encoder.endSample();
    encoder.idle();
    expect(encoder.sampledLength).toBe(1);
    const full = encoder.swap(new MojoChunk());
    expect([...full.bytes.subarray(0, full.length)]).toEqual([7]);
    expect([...encoder.encoded()]).toEqual([8]);
    expect(encoder.sampledLength).toBe(0);
    encoder.endSample();
    encoder.moveSamplesTo(full);
    expect([...full.bytes.subarray(0, full.length)]).toEqual([7, 8]);
    expect([0, 1, 2, 3].map((offset) => full.cutBefore(offset))).toEqual([0, 1, 2, 2]);
    expect(encoder.length).toBe(0);
  });

  test("samples that are moved or dropped leave what follows them at the front", () => {
    const encoder = new MojoEncoder();
    const target = new MojoChunk();
    for (const leave of [() => encoder.moveSamplesTo(target), () => encoder.dropSamples()]) {
      encoder.reset();
      encoder.gc();
      encoder.endSample();
      encoder.metricTime(63);
      leave();
      expect([...encoder.encoded()]).toEqual([9, 63]);
      expect(encoder.sampledLength).toBe(0);
    }
    expect([...target.bytes.subarray(0, target.length)]).toEqual([7]);
  });

  test("more cuts than fit at first are all kept, equal ones once", () => {
    const chunk = new MojoChunk();
    for (let i = 1; i <= 5000; i++) {
      chunk.length = i * 3;
      chunk.cut();
      chunk.cut();
    }
    expect(chunk.lastCut).toBe(15_000);
    expect([2, 3, 7_499, 14_999, 20_000].map((offset) => chunk.cutBefore(offset))).toEqual([
      0, 3, 7_497, 14_997, 15_000,
    ]);
  });
});
