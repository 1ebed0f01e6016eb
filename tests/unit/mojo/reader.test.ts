import { describe, expect, test } from "vitest";
import { MisuseError } from "../../../src/model/error.js";
import type { Sample } from "../../../src/model/sample.js";
import { SampleAssembler } from "../../../src/mojo/assembler.js";
import { MojoError, type MojoEvent, type MojoSource, readMojo, readMojoEvents } from "../../../src/mojo/index.js";
import { collect, encode, eventsOf, everything, samplesOf, stream } from "./streams.js";

const latin = new TextEncoder();

function bytes(...parts: (number | string)[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : [...latin.encode(part)])));
}

async function* oneByOne(source: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < source.length; i++) yield source.subarray(i, i + 1);
}

/** What a reader makes of a source: all it yields, and how it ends. */
async function outcome(source: MojoSource): Promise<{ samples: Sample[]; truncated: boolean; error?: unknown }> {
  const profile = readMojo(source);
  const samples: Sample[] = [];
  try {
    for await (const sample of profile) samples.push(sample);
  } catch (error) {
    return { samples, truncated: false, error };
  }
  return { samples, truncated: profile.truncated };
}

/** 2^53 - 1. */
const MOST = [0xbf, ...Array(6).fill(0xff), 0x1f];
const noTime = { timeMicroseconds: undefined, memoryBytes: undefined };

describe("samples", () => {
  test("come resolved, keys scoped by process, as defined when used", async () => {
    const profile = readMojo(everything());
    const samples = await collect(profile);
    const method = {
      kind: "code",
      scope: "função.名前.🐍",
      filename: "/srv/app.py",
      location: { line: 20, lineEnd: 0, column: 0, columnEnd: 0 },
    };
    expect(samples).toEqual([
      {
        pid: 100,
        interpreterId: 0,
        thread: "64",
        frames: [
          {
            kind: "code",
            scope: "<module>",
            filename: "/srv/app.py",
            location: { line: 10, lineEnd: 12, column: 1, columnEnd: 5 },
          },
          method,
          { kind: "kernel", scope: "do_syscall_64" },
        ],
        metrics: { timeMicroseconds: 100, memoryBytes: -4096 },
        idle: true,
        gc: true,
      },
      {
        pid: 200,
        interpreterId: 7,
        thread: "c8",
        frames: [
          {
            kind: "code",
            scope: "child",
            filename: "/srv/child.py",
            location: { line: 1, lineEnd: 1, column: 1, columnEnd: 2 },
          },
          { kind: "invalid" },
        ],
        metrics: { timeMicroseconds: 2 ** 34, memoryBytes: 8192 },
        idle: false,
        gc: false,
      },
      {
        pid: 100,
        interpreterId: 0,
        thread: "64",
        frames: [
          {
            kind: "code",
            scope: "renamed",
            filename: "/srv/app.py",
            location: { line: 11, lineEnd: 11, column: 0, columnEnd: 0 },
          },
          method,
        ],
        metrics: { timeMicroseconds: 0, memoryBytes: 0 },
        idle: false,
        gc: false,
      },
      {
        pid: 100,
        interpreterId: 1,
        thread: "",
        frames: [],
        metrics: { timeMicroseconds: 70, memoryBytes: 1 },
        idle: false,
        gc: false,
      },
    ]);
    expect(profile.version).toBe(3);
    expect(profile.truncated).toBe(false);
    expect([...profile.metadata]).toEqual([
      ["austin", "4.0.0"],
      ["mode", "full"],
      ["gc", "1234"],
      ["duration", "5678"],
    ]);
    expect(profile.allMetadata.filter(({ key }) => key === "gc")).toEqual([
      { key: "gc", value: "on" },
      { key: "gc", value: "1234" },
    ]);
  });

  test("metadata that precedes a sample is there with it", async () => {
    const profile = readMojo(everything());
    for await (const _ of profile) {
      expect(profile.metadata.get("mode")).toBe("full");
      break;
    }
  });

  test("the unknown string needs no definition", async () => {
    const [sample] = await samplesOf(
      stream((encoder) => {
        encoder.stack(1, 0, "1");
        encoder.frame(0, 1, 1, 0, 0, 0, 0);
        encoder.frameRef(0);
        encoder.metricTime(1);
      }),
    );
    expect(sample?.frames).toMatchObject([{ scope: "<unknown>", filename: "<unknown>" }]);
  });

  test("version 1 has lines only, version 2 no interpreters", async () => {
    const name = bytes(11, 2, "f.py\0", 11, 3, "f\0");
    const first = bytes("MOJ", 1, 2, 9, "1f\0", ...name, 3, 0, 2, 3, 42, 5, 0, 9, 5);
    const second = bytes("MOJ", 2, 2, 9, "1f\0", ...name, 3, 0, 2, 3, 42, 43, 1, 2, 5, 0, 9, 5);
    const sample = {
      pid: 9,
      interpreterId: undefined,
      thread: "1f",
      frames: [
        { kind: "code", scope: "f", filename: "f.py", location: { line: 42, lineEnd: 0, column: 0, columnEnd: 0 } },
      ],
      metrics: { timeMicroseconds: 5, memoryBytes: undefined },
      idle: false,
      gc: false,
    };
    expect(await samplesOf(first)).toEqual([sample]);
    const location = { line: 42, lineEnd: 43, column: 1, columnEnd: 2 };
    expect(await samplesOf(second)).toEqual([{ ...sample, frames: [{ ...sample.frames[0], location }] }]);
  });
});

test("a stream is gone through once", async () => {
  for (const one of [readMojoEvents(everything()), readMojo(everything())]) {
    const all = async (): Promise<number> => {
      let count = 0;
      for await (const _ of one) count++;
      return count;
    };
    expect(await all()).toBeGreaterThan(1);
    await expect(all()).rejects.toBeInstanceOf(MisuseError);
  }
});

describe("a stream that comes in pieces", () => {
  test("cut in two at every byte, and byte by byte, is the same", async () => {
    const whole = everything();
    const events = await eventsOf(whole);
    const samples = await samplesOf(whole);
    for (let cut = 0; cut <= whole.length; cut++) {
      const parts = [whole.subarray(0, cut), whole.subarray(cut)];
      expect(await collect(readMojoEvents(parts))).toEqual(events);
      expect(await collect(readMojo(parts))).toEqual(samples);
    }
    expect(await collect(readMojoEvents(oneByOne(whole)))).toEqual(events);
    expect(await collect(readMojo(oneByOne(whole)))).toEqual(samples);
  });

  test("each event comes as soon as its bytes are there", async () => {
    const header = encode((encoder) => encoder.header());
    const received: MojoEvent[] = [];
    async function* growing(): AsyncGenerator<Uint8Array> {
      yield header;
      for (let i = 0; i < 3; i++) {
        yield encode((encoder) => encoder.metricTime(1000 + i));
        expect(received).toHaveLength(i + 1);
      }
    }
    for await (const event of readMojoEvents(growing())) received.push(event);
    expect(received).toHaveLength(3);
  });

  test("long runs pass through a window that doesn't grow with them", async () => {
    const sample = encode((encoder) => {
      encoder.stack(77, 0, "4d");
      encoder.metricTime(123_456);
    });
    const rounds = 20_000;
    function* long(): Generator<Uint8Array> {
      yield encode((encoder) => encoder.header());
      const piece = new Uint8Array(sample.length * 100);
      for (let i = 0; i < 100; i++) piece.set(sample, i * sample.length);
      for (let i = 0; i < rounds / 100; i++) yield piece;
    }
    const { samples, truncated } = await outcome(long());
    expect(samples).toHaveLength(rounds);
    expect(truncated).toBe(false);
    expect(samples.every(({ pid, metrics }) => pid === 77 && metrics.timeMicroseconds === 123_456)).toBe(true);
  });
});

describe("a truncated stream", () => {
  test("cut at every byte yields what is whole and says so", async () => {
    const ends: number[] = [];
    const whole = everything(ends);
    const all = await samplesOf(whole);
    const eventEnds = new Set<number>();
    const reader = readMojoEvents(whole);
    for await (const _ of reader) eventEnds.add(reader.offset);
    const firstEvent = 4;
    const lastSampleEnd = ends.at(-1) as number;
    for (let length = firstEvent; length < whole.length; length++) {
      const { samples, truncated, error } = await outcome(whole.subarray(0, length));
      expect(error).toBeUndefined();
      const expected = ends.filter((end) => end <= length).length;
      expect(samples).toEqual(all.slice(0, expected));
      const betweenSamples =
        ends.includes(length) || (eventEnds.has(length) && (length < (ends[0] as number) || length > lastSampleEnd));
      if (!betweenSamples) expect(truncated).toBe(true);
      if (ends.includes(length)) expect(truncated).toBe(false);
      const events = readMojoEvents(whole.subarray(0, length));
      await collect(events);
      expect(events.truncated).toBe(!eventEnds.has(length));
    }
  });

  test("one mark of the metrics that its mode has is not a whole sample", async () => {
    const cut = (mode: string, write: (encoder: Parameters<Parameters<typeof stream>[0]>[0]) => void) =>
      outcome(
        stream((encoder) => {
          encoder.metadata("mode", mode);
          encoder.stack(1, 0, "1");
          write(encoder);
        }),
      );
    expect(await cut("full", (encoder) => encoder.metricTime(1))).toMatchObject({ samples: [], truncated: true });
    expect(await cut("memory", (encoder) => encoder.metricTime(1))).toMatchObject({ samples: [], truncated: true });
    expect(await cut("wall", (encoder) => encoder.gc())).toMatchObject({ samples: [], truncated: true });
    expect(await cut("wall", (encoder) => encoder.metricTime(1))).toMatchObject({ truncated: false });
    expect((await cut("cpu", (encoder) => encoder.metricTime(1))).samples).toHaveLength(1);
    expect((await cut("memory", (encoder) => encoder.metricMemory(1))).samples).toHaveLength(1);
  });
});

describe("what is not MOJO is told by the byte", () => {
  const stack = [2, 1, 0, "1", 0] as const;
  const cases: [string, Uint8Array, number, RegExp][] = [
    ["an empty input", bytes(), 0, /empty input/],
    ["an input that ends in the header", bytes("MO"), 2, /end of the input/],
    ["other letters", bytes("MOX", 3), 2, /letters MOJ/],
    ["a text", bytes("# austin: 3.7.0\n"), 0, /letters MOJ/],
    ["version 0", bytes("MOJ", 0), 3, /version from 1 to 4, found version 0/],
    ["version 5", bytes("MOJ", 5), 3, /version from 1 to 4, found version 5/],
    ["event 0", bytes("MOJ", 3, ...stack, 0), 9, /event number.*found 0/],
    ["a mark before any stack", bytes("MOJ", 3, 7), 4, /STACK/],
    ["event 13", bytes("MOJ", 3, ...stack, 13), 9, /event number.*found 13/],
    ["event 17 of version 4", bytes("MOJ", 4, ...stack, 17), 9, /from 1 to 16, found 17/],
    ["a stack repeated and never there", bytes("MOJ", 4, ...stack, 13), 9, /sampled before, found thread 1/],
    ["event 255", bytes("MOJ", 3, 255), 4, /event number.*found 255/],
    ["a frame never defined", bytes("MOJ", 3, ...stack, 7, 5, 9), 10, /defined frame, found key 9/],
    ["a string never defined", bytes("MOJ", 3, ...stack, 3, 0, 6, 1, 0, 0, 0, 0), 9, /defined string, found key 6/],
    ["a string referred to and never defined", bytes("MOJ", 3, ...stack, 12, 8), 9, /defined string, found key 8/],
    ["a definition before any process", bytes("MOJ", 3, 11, 2, 0), 4, /STACK/],
    ["a metric before any stack", bytes("MOJ", 3, 9, 2), 4, /STACK/],
    ["a metric behind metadata", bytes("MOJ", 3, ...stack, 9, 1, 1, 0, 0, 9, 2), 14, /STACK/],
    ["a time beyond 2^53", bytes("MOJ", 3, ...stack, 9, ...Array(7).fill(0xbf), 0x7f), 10, /below 2\^53/],
    ["a time below 0", bytes("MOJ", 3, ...stack, 9, 0x41), 10, /0 or more, found -1/],
    ["a process below 0", bytes("MOJ", 3, 2, 0x41, 0, "1", 0), 5, /0 or more, found -1/],
    ["times beyond 2^53", bytes("MOJ", 3, ...stack, 9, ...MOST, 9, 1), 18, /times that add up to less than 2\^53/],
    ["memory beyond 2^53", bytes("MOJ", 3, ...stack, 10, ...MOST, 10, 0x41), 18, /changes of memory that add up/],
    ["an endless varint", bytes("MOJ", 3, ...stack, 5, ...Array(40).fill(0x80)), 10, /at most 64 bits/],
    ["a varint of 65 bits", bytes("MOJ", 3, ...stack, 5, ...Array(9).fill(0xbf), 0x7f), 10, /at most 64 bits/],
  ];
  test.each(cases)("%s", async (_, input, offset, message) => {
    for (const source of [input, oneByOne(input)]) {
      const { error } = await outcome(source);
      expect(error).toBeInstanceOf(MojoError);
      expect((error as MojoError).offset).toBe(offset);
      expect((error as MojoError).message).toMatch(message);
    }
  });

  test("a stack without an end", async () => {
    const frames = new Uint8Array(128 * 1024).fill(4);
    function* endless(): Generator<Uint8Array> {
      yield bytes("MOJ", 3, ...stack);
      for (let i = 0; i < 64; i++) yield frames;
    }
    const { samples, error } = await outcome(endless());
    expect(samples).toEqual([]);
    expect((error as MojoError).message).toMatch(/a stack of at most 1000000 frames/);
  });

  test.each<[string, (key: number) => MojoEvent]>([
    ["metadata", () => ({ kind: "metadata", key: "k", value: "v" })],
    ["strings", (key) => ({ kind: "string", key, value: "s" })],
    [
      "frames",
      (key) => ({ kind: "frame", key, filenameKey: 1, scopeKey: 1, line: 1, lineEnd: 1, column: 1, columnEnd: 1 }),
    ],
    ["processes", (pid) => ({ kind: "stack", pid, interpreterId: 0, thread: "1" })],
  ])("%s without an end", (_, event) => {
    const assembler = new SampleAssembler(100_000);
    assembler.accept({ kind: "stack", pid: 1, interpreterId: 0, thread: "1" }, 0);
    const definitions = () => {
      for (let key = 0; key < 10_000; key++) assembler.accept(event(key), key);
    };
    expect(definitions).toThrow(/definitions and metadata of at most 100000 bytes/);
  });

  test("definitions that come again are kept once", () => {
    const assembler = new SampleAssembler(100_000);
    assembler.accept({ kind: "stack", pid: 1, interpreterId: 0, thread: "1" }, 0);
    for (let i = 0; i < 10_000; i++) assembler.accept({ kind: "string", key: 5, value: "again" }, 0);
  });

  test("a long event takes time that goes with its length, and comes whole", async () => {
    const name = "x".repeat(15 * 1024 * 1024);
    const whole = encode((encoder) => {
      encoder.header();
      encoder.metadata("long", name);
    });
    function* small(): Generator<Uint8Array> {
      for (let at = 0; at < whole.length; at += 1024) yield whole.subarray(at, at + 1024);
    }
    const profile = readMojo(small());
    expect(await collect(profile)).toEqual([]);
    expect(profile.metadata.get("long")?.length).toBe(name.length);
  });

  test("another process's keys are not this one's", async () => {
    const input = stream((encoder) => {
      encoder.stack(1, 0, "1");
      encoder.frame(0, 1, 1, 0, 0, 0, 0);
      encoder.metricTime(1);
      encoder.stack(2, 0, "2");
      encoder.frameRef(0);
    });
    const { samples, error } = await outcome(input);
    expect(samples).toHaveLength(1);
    expect(error).toBeInstanceOf(MojoError);
  });

  test("an event without an end is given up at a bound", async () => {
    const megabyte = new Uint8Array(1024 * 1024).fill(0x61);
    function* endless(): Generator<Uint8Array> {
      yield bytes("MOJ", 3, 1);
      for (let i = 0; i < 64; i++) yield megabyte;
    }
    const { error } = await outcome(endless());
    expect(error).toBeInstanceOf(MojoError);
    expect((error as MojoError).offset).toBe(4);
  });
});

test("64-bit keys of other writers stay apart", async () => {
  const max = [0xbf, ...Array(8).fill(0xff), 0x03];
  const less = [0xbe, ...Array(8).fill(0xff), 0x03];
  const minusOne = [0x41];
  const input = bytes(
    ...["MOJ", 3, 2, 1, 0, "1", 0, 11, 2, "f", 0],
    ...[3, ...max, 2, 2, 1, 0, 0, 0, 3, ...less, 2, 2, 2, 0, 0, 0, 3, ...minusOne, 2, 2, 3, 0, 0, 0],
    ...[5, ...max, 5, ...less, 5, ...minusOne, 9, 1],
  );
  const [sample] = await samplesOf(input);
  expect(sample?.frames.map((frame) => frame.kind === "code" && frame.location.line)).toEqual([1, 2, 3]);
  const [, , definition] = await eventsOf(input);
  expect(definition).toMatchObject({ kind: "frame", key: 2n ** 64n - 1n });
});

test("what isn't known may be below zero: an interpreter, lines and columns", async () => {
  const below = [0x41, 0x42, 0x43, 0x44];
  const [sample] = await samplesOf(
    bytes("MOJ", 3, 2, 1, 0x42, "1", 0, 11, 2, "f", 0, 3, 1, 2, 2, ...below, 5, 1, 9, 1, 10, 0x41),
  );
  expect(sample).toMatchObject({
    interpreterId: undefined,
    frames: [{ location: { line: 0, lineEnd: 0, column: 0, columnEnd: 0 } }],
    metrics: { timeMicroseconds: 1, memoryBytes: -1 },
  });
});

test("minus zero is zero", async () => {
  expect(await eventsOf(bytes("MOJ", 3, 10, 0x40, 10, 0xc0, 0))).toStrictEqual([
    { kind: "memory", value: 0 },
    { kind: "memory", value: 0 },
  ]);
});

describe("mutated streams", () => {
  let seed = 20_240_601;
  const random = (limit: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * limit);
  };
  // Stacks that come again, which are looked up by their bytes, behind one of everything.
  const whole = Buffer.concat([
    everything(),
    ...Array.from({ length: 6 }, (_, round) =>
      encode((encoder) => {
        encoder.stack(round % 2 === 0 ? 100 : 200, 0, "64");
        encoder.frameRef(0);
        encoder.metricTime(70_000 + round);
        encoder.metricMemory(-round);
      }),
    ),
  ]);

  /** Bytes changed, cut out, put in twice, or cut off. */
  function mutate(): Uint8Array {
    const mutant = Buffer.from(whole);
    for (let changes = 1 + random(4); changes > 0; changes--) mutant[random(mutant.length)] = random(256);
    const from = random(mutant.length);
    const to = from + random(mutant.length - from);
    switch (random(6)) {
      case 0:
        return mutant.subarray(0, from);
      case 1:
        return Buffer.concat([mutant.subarray(0, from), mutant.subarray(to)]);
      case 2:
        return Buffer.concat([mutant.subarray(0, to), mutant.subarray(from)]);
      default:
        return mutant;
    }
  }

  test("end, in samples or in a MojoError, the same however they come", async () => {
    let errors = 0;
    let kept = 0;
    for (let round = 0; round < 10_000; round++) {
      const mutant = mutate();
      const atOnce = await outcome(mutant);
      const { samples, error } = atOnce;
      const cut = random(mutant.length);
      expect(await outcome([mutant.subarray(0, cut), mutant.subarray(cut)])).toEqual(atOnce);
      if (round % 10 === 0) expect(await outcome(oneByOne(mutant))).toEqual(atOnce);
      expect(samples.length).toBeLessThan(mutant.length + 1);
      kept += samples.length;
      if (error === undefined) continue;
      expect(error).toBeInstanceOf(MojoError);
      expect((error as MojoError).offset).toBeLessThanOrEqual(mutant.length);
      errors++;
    }
    expect(errors).toBeGreaterThan(1000);
    expect(kept).toBeGreaterThan(20_000);
  });
});

describe("a stack that comes again", () => {
  const sample = (pid: number, line: number | undefined, refs: readonly number[]) =>
    encode((encoder) => {
      encoder.stack(pid, 0, "64");
      if (line !== undefined) encoder.frame(5, 1, 1, line, 0, 0, 0);
      for (const ref of refs) encoder.frameRef(ref);
      encoder.metricTime(1);
    });
  const samplesIn = (...parts: Uint8Array[]) =>
    samplesOf(Buffer.concat([encode((encoder) => encoder.header()), ...parts]));
  const lines = ({ frames }: Sample) => frames.map((frame) => frame.kind === "code" && frame.location.line);

  test("is the same array", async () => {
    const [first, second, third, other] = await samplesIn(
      sample(1, 10, [5, 5]),
      sample(1, undefined, [5, 5]),
      // Austin defines frames again that it has forgotten.
      sample(1, 10, [5, 5]),
      sample(1, undefined, [5]),
    );
    expect(second?.frames).toBe(first?.frames);
    expect(third?.frames).toBe(first?.frames);
    expect(other?.frames).toHaveLength(1);
  });

  test("means what its keys mean by then, and in its process", async () => {
    const samples = await samplesIn(
      sample(1, 10, [5]),
      sample(2, 20, [5]),
      sample(1, 30, [5]),
      sample(2, undefined, [5]),
      sample(1, undefined, [5]),
    );
    expect(samples.map(lines)).toEqual([[10], [20], [30], [20], [30]]);
  });

  test("stays right when there are more than are remembered", async () => {
    const define = encode((encoder) => {
      encoder.stack(1, 0, "64");
      for (let key = 0; key < 600; key++) encoder.frame(key, 1, 1, key + 1, 0, 0, 0);
      encoder.metricTime(1);
    });
    const parts = [define];
    for (let a = 0; a < 600; a++) {
      parts.push(
        encode((encoder) => {
          for (let b = 0; b < 400; b++) {
            encoder.stack(1, 0, "64");
            encoder.frameRef(a);
            encoder.frameRef(b);
            encoder.metricTime(1);
          }
        }),
      );
    }
    const samples = await samplesIn(...parts);
    expect(samples).toHaveLength(240_001);
    const wrong = samples.slice(1).filter((one, i) => {
      const [a, b] = lines(one);
      return a !== Math.floor(i / 400) + 1 || b !== (i % 400) + 1;
    });
    expect(wrong).toEqual([]);
  });
});

describe("version 4", () => {
  const stack = [2, 1, 0, ..."ab", 0];
  const frames = [11, 2, "a.py", 0, 3, 1, 2, 2, 10, 0, 0, 0, 3, 2, 2, 2, 20, 0, 0, 0];
  const linesOf = async (...parts: (number | string)[]) =>
    (await samplesOf(bytes("MOJ", 4, ...parts))).map(({ frames, metrics }) => [
      frames.map((frame) => frame.kind === "code" && frame.location.line),
      metrics.timeMicroseconds,
    ]);

  test("repeats the thread's last stack, and goes on from there", async () => {
    const input = [...stack, ...frames, 5, 1, 9, 7, ...stack, 13, 9, 8, ...stack, 13, 5, 2, 9, 9, ...stack, 13, 9, 10];
    expect(await linesOf(...input)).toEqual([
      [[10], 7],
      [[10], 8],
      [[10, 20], 9],
      [[10, 20], 10],
    ]);
  });

  test("repeats no native frames", async () => {
    const native = [11, 3, "libc.so", 0, 3, 9, 3, 3, 0, 0, 0, 0];
    const input = [...stack, ...frames, ...native, 5, 1, 5, 9, 9, 7, ...stack, 13, 5, 9, 5, 9, 9, 8];
    expect(await linesOf(...input)).toEqual([
      [[10, 0], 7],
      [[10, 0, 0], 8],
    ]);
  });

  test("has tasks, whose frames and times are nobody's sample", async () => {
    const input = [...stack, ...frames, 14, 6, 2, 5, 2, 9, 50, 15, 6, 7, 5, 1, 9, 7];
    expect(await linesOf(...input)).toEqual([[[10], 7]]);
    const kinds = (await eventsOf(bytes("MOJ", 4, ...input))).map(({ kind }) => kind);
    expect(kinds.slice(-6)).toEqual(["taskStack", "frameRef", "time", "taskWaiter", "frameRef", "time"]);
  });

  /** What a stream means, cut anywhere; and whether a draft was assumed. */
  const drafted = async (...parts: (number | string)[]) => {
    const input = bytes("MOJ", 4, ...stack, ...frames, ...parts);
    const profile = readMojo(input);
    const samples = await collect(profile);
    for (const source of [oneByOne(input), [input.subarray(0, 40), input.subarray(40)]]) {
      expect(await collect(readMojo(source))).toEqual(samples);
    }
    const told = samples.map(({ frames, metrics }) => [
      frames.map((frame) => frame.kind === "code" && frame.location.line),
      metrics.timeMicroseconds,
      metrics.memoryBytes,
    ]);
    return { told, isAssumed: profile.tasksAreAssumed };
  };
  const refs = (count: number) => Array(count).fill([5, 2]).flat() as number[];

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16, 70])("counts %i frames of a task", async (count) => {
    const counted = count < 64 ? [count] : [0x80 | (count & 63), count >> 6];
    const task = [14, 6, 2, ...counted, ...refs(count), 15, 6, 7];
    const own = [5, 1, 16, 6, 9, 7];
    const again = [...stack, 14, 6, 0, 0, 13, 9, 8];
    const told = [
      [[10], 7, undefined],
      [[10], 8, undefined],
    ];
    expect(await drafted(...task, ...own, ...again)).toEqual({ told, isAssumed: false });
    // Several tasks in a sample, and the sample's own frames before them.
    const two = [5, 1, ...task, 14, 7, 0, 1, 5, 1, 9, 7, ...stack, 5, 1, 9, 8];
    expect(await drafted(...two)).toEqual({ told, isAssumed: false });
  });

  test("has tasks with times of their own in the older draft", async () => {
    for (const frames of [refs(1), refs(9), [], [4, 5, 2], [6, "read", 0, 5, 2]]) {
      const task = [14, 6, 2, ...frames, 9, 50];
      const input = [...task, ...task, 15, 6, 7, 5, 1, 9, 7, ...stack, ...task, 5, 1, 9, 8];
      const told = [
        [[10], 7, undefined],
        [[10], 8, undefined],
      ];
      expect(await drafted(...input)).toEqual({ told, isAssumed: false });
    }
  });

  test("is taken for the newer draft where a task fits both, and says so", async () => {
    // Four frames and the sample's own, or an invalid one and four, and a time.
    const input = [14, 6, 2, 4, ...refs(4), 9, 50, 5, 1, 9, 7];
    expect(await drafted(...input)).toEqual({ told: [[[10], 7, undefined]], isAssumed: true });
  });

  test("has no times among the frames of a task", async () => {
    const input = [...stack, ...frames, 14, 6, 2, 0, 9, 7, ...stack, 14, 6, 2, 2, 5, 2, 9, 7];
    const { samples, error } = await outcome(bytes("MOJ", 4, ...input));
    expect(samples).toHaveLength(1);
    expect((error as MojoError).message).toMatch(/1 more frames of a task, found a time/);
  });
});

test("a sample without metrics in mid-stream is kept", async () => {
  const [sample] = await samplesOf(
    stream((encoder) => {
      encoder.stack(1, 0, "1");
      encoder.stack(2, 0, "2");
    }),
  );
  expect(sample?.metrics).toEqual(noTime);
});
