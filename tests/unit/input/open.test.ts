// What a profile's file may be, and what is said of what is none.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError, openProfile } from "../../../src/input/index.js";
import type { Sample } from "../../../src/model/sample.js";
import { everything, samplesOf } from "../mojo/streams.js";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "input-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string | Uint8Array): string {
  const path = join(folder, "input");
  writeFileSync(path, content);
  return path;
}

async function read(content: string | Uint8Array): Promise<{
  samples: Sample[];
  kind: string;
  truncated: boolean;
  metadata: Record<string, string>;
  error: InputError | undefined;
}> {
  const path = file(content);
  const profile = await openProfile(path);
  const samples: Sample[] = [];
  for await (const sample of profile) samples.push(sample);
  await profile.close();
  const error = profile.damage;
  expect(profile.samplesRead).toBe(samples.length);
  expect(profile.size).toBe(Buffer.byteLength(content));
  if (error === undefined) expect(profile.bytesRead).toBe(profile.size);
  const { kind, truncated, metadata } = profile;
  return { samples, kind, truncated, metadata: Object.fromEntries(metadata), error };
}

async function problemOf(content: string | Uint8Array): Promise<InputError["problem"]> {
  const failure = await openProfile(file(content)).then(
    () => undefined,
    (error) => error,
  );
  expect(failure).toBeInstanceOf(InputError);
  return (failure as InputError).problem;
}

describe("a MOJO file", () => {
  test("gives its samples", async () => {
    const { samples, kind, truncated, metadata } = await read(everything());
    expect(kind).toBe("mojo");
    expect(samples).toEqual(await samplesOf(everything()));
    expect(truncated).toBe(false);
    expect(metadata.duration).toBe("5678");
  });

  test("that breaks off gives what is whole, and says so", async () => {
    const ends: number[] = [];
    const whole = everything(ends);
    const { samples, truncated } = await read(whole.subarray(0, (ends[1] as number) + 3));
    expect(samples).toHaveLength(2);
    expect(truncated).toBe(true);
  });

  test("that breaks off between two samples lacks the end of a run", async () => {
    const ends: number[] = [];
    const whole = everything(ends);
    const { samples, truncated } = await read(whole.subarray(0, ends[2]));
    expect(samples).toHaveLength(3);
    expect(truncated).toBe(true);
  });

  test("that is damaged is named by the byte", async () => {
    const whole = everything();
    const { samples, truncated, error } = await read(Buffer.concat([whole, Buffer.of(99)]));
    expect(error?.problem).toMatchObject({ kind: "malformed", position: `byte ${whole.length}` });
    expect(samples).toEqual(await samplesOf(whole));
    expect(truncated).toBe(true);
  });

  test("that is damaged gives what is whole before the damage, the sample right before it, too", async () => {
    const ends: number[] = [];
    const whole = everything(ends);
    for (const [i, end] of ends.entries()) {
      const { samples, error } = await read(
        Buffer.concat([whole.subarray(0, end), Buffer.of(99), whole.subarray(end)]),
      );
      expect(error?.problem).toMatchObject({ kind: "malformed", position: `byte ${end}` });
      expect(samples).toEqual((await samplesOf(whole)).slice(0, i + 1));
    }
  });

  test("larger than what is read at once comes whole", async () => {
    const ends: number[] = [];
    const whole = everything(ends);
    const body = whole.subarray(4, ends.at(-1));
    const times = Math.ceil((3 * 1024 * 1024) / body.length);
    const { samples, error } = await read(Buffer.concat([whole.subarray(0, 4), ...Array(times).fill(body)]));
    expect(error).toBeUndefined();
    expect(samples).toHaveLength(4 * times);
  });
});

describe("collapsed stacks", () => {
  const lines = [
    "# austin: 4.0.0",
    "# mode: wall",
    "P42;T0:255;/srv/a;b/app.py:<module>:3;C:\\lib\\x.py:été:12 150",
    "P42;T7f10;:INVALID:;kernel:do_syscall_64:0;:GC: 7",
    "",
    "P42;T0:255 1",
  ];
  const location = (line: number) => ({ line, lineEnd: 0, column: 0, columnEnd: 0 });

  test("give their samples", async () => {
    const { samples, kind, truncated, metadata } = await read(`${lines.join("\n")}\n`);
    expect(kind).toBe("collapsed");
    expect(truncated).toBe(false);
    expect(metadata).toEqual({ austin: "4.0.0", mode: "wall" });
    const sample = { pid: 42, interpreterId: 0, thread: "ff", idle: false, gc: false };
    const time = (timeMicroseconds: number) => ({ timeMicroseconds, memoryBytes: undefined });
    expect(samples).toEqual([
      {
        ...sample,
        metrics: time(150),
        frames: [
          { kind: "code", filename: "/srv/a;b/app.py", scope: "<module>", location: location(3) },
          { kind: "code", filename: "C:\\lib\\x.py", scope: "été", location: location(12) },
        ],
      },
      {
        ...sample,
        interpreterId: undefined,
        thread: "7f10",
        metrics: time(7),
        gc: true,
        frames: [{ kind: "invalid" }, { kind: "kernel", scope: "do_syscall_64" }],
      },
      { ...sample, metrics: time(1), frames: [] },
    ]);
  });

  test("of memory and of all metrics have these", async () => {
    const memory = await read("# mode: memory\nP1;T0:1;a.py:f:1 -4096\n");
    expect(memory.samples[0]?.metrics).toEqual({ timeMicroseconds: undefined, memoryBytes: -4096 });
    const full = await read("# mode: full\nP1;T0:1;a.py:f:1 100,1,-4096\n");
    expect(full.samples[0]).toMatchObject({ idle: true, metrics: { timeMicroseconds: 100, memoryBytes: -4096 } });
  });

  test("whose last line has no end give it, unless it is cut", async () => {
    const whole = await read("P1;T0:1;a.py:f:1 100\nP1;T0:1;a.py:f:1 10");
    expect(whole.samples.map(({ metrics }) => metrics.timeMicroseconds)).toEqual([100, 10]);
    expect(whole.truncated).toBe(false);
    const cut = await read("P1;T0:1;a.py:f:1 100\nP1;T0:1;a.py:f");
    expect(cut.samples).toHaveLength(1);
    expect(cut.truncated).toBe(true);
    expect(cut.error).toBeUndefined();
    expect((await read("P1;T0:1;a.py:f:1 100\n# duration: 7")).metadata).toEqual({ duration: "7" });
  });

  test.each(["\n", "\r\n"])("with a byte order mark and lines that end with %j are the same", async (end) => {
    const plain = await read(`${lines.join("\n")}\n`);
    for (const start of ["", "\uFEFF"]) {
      for (const last of [end, ""]) expect(await read(`${start}${lines.join(end)}${last}`)).toEqual(plain);
    }
    expect((await read(`\uFEFFP1;T0:1;a.py:f:1 7${end}`)).samples).toHaveLength(1);
  });

  test("have semicolons and colons in names, as many as there may be", async () => {
    const names = ["/a;b:c;d.py", ";;;", "C:\\x;y"];
    const { samples } = await read(`P1;T0:1;${names.map((name) => `${name}:f<;>:7`).join(";")} 1\n`);
    expect(samples[0]?.frames).toEqual(
      names.map((filename) => ({ kind: "code", filename, scope: "f<;>", location: location(7) })),
    );
    // One of a million pieces.
    const long = ";".repeat(1_000_000);
    expect((await read(`P1;T0:1;${long}:f:1 1\n`)).samples[0]?.frames).toMatchObject([{ filename: long }]);
    expect((await read(`P1;T0:1 1\nP1;T0:1;${long} 1\n`)).error?.problem).toMatchObject({ position: "line 2" });
  });

  test("whose interpreter isn't known have none", async () => {
    expect((await read("P1;T-1:1 1\n")).samples[0]?.interpreterId).toBeUndefined();
  });

  test.each([
    ["P1;T0:1;a.py:f:1 x", /a number at the end/],
    ["P1;X0:1;a.py:f:1 1", /a thread id/],
    ["Q1;T0:1;a.py:f:1 1", /a process id/],
    ["P1;T0:1;a.py 1", /file, a function and a line/],
    ["P1;T0:1;a.py:f:1234567890123456 1", /file, a function and a line/],
    ["P1;T0:1;a.py:f:1 -1", /a time of 0 or more/],
    ["P1;T0:1;a.py:f:1 9007199254740991", /less than 2\^53/],
    ["P1;T0:1;a.py:f:1 1,0,9007199254740992", /less than 2\^53/],
  ])("that say %j are damaged", async (line, expected) => {
    const { samples, truncated, error } = await read(`P1;T0:1 1\n${line}\nP1;T0:1 1\n`);
    expect(samples).toHaveLength(1);
    expect(truncated).toBe(true);
    expect(error?.problem).toMatchObject({ kind: "malformed", position: "line 2" });
    expect(error?.message).toMatch(expected);
  });
});

describe("what gzip has compressed", () => {
  const whole = everything();
  const text = "P1;T0:1;a.py:f:1 100\n".repeat(5000);

  test("is read as what it was", async () => {
    const { samples, kind, truncated, error } = await read(gzipSync(whole));
    expect({ kind, truncated, error }).toEqual({ kind: "mojo", truncated: false, error: undefined });
    expect(samples).toEqual(await samplesOf(whole));
    expect((await read(gzipSync(text))).samples).toHaveLength(5000);
  });

  test("may have several members, cut anywhere, with zeros behind", async () => {
    const random = Buffer.from(Array.from({ length: 40_000 }, (_, i) => 33 + ((i * i * 7919) % 89)));
    const lines = `${text}# key: ${random.toString("latin1")}\n${text}`;
    for (const pieces of [2, 3, 7, 50]) {
      const size = Math.ceil(lines.length / pieces);
      const members = Array.from({ length: pieces }, (_, i) => gzipSync(lines.slice(i * size, (i + 1) * size)));
      const { samples, metadata, error } = await read(Buffer.concat([...members, Buffer.alloc(1000)]));
      expect(error).toBeUndefined();
      expect(samples).toHaveLength(10_000);
      expect(metadata.key).toHaveLength(40_000);
    }
  });

  test("that breaks off gives what is there, and says so", async () => {
    const packed = gzipSync(text);
    for (const lost of [1, 8, 9, 40]) {
      const { samples, truncated, error } = await read(packed.subarray(0, packed.length - lost));
      expect(error).toBeUndefined();
      expect(truncated).toBe(true);
      expect(samples.length).toBeGreaterThan(lost > 9 ? 0 : 4999);
    }
  });

  test("that is damaged gives what comes before, and says where", async () => {
    const packed = gzipSync(text);
    packed[packed.length - 8] = (packed[packed.length - 8] as number) ^ 1;
    const { samples, truncated, error } = await read(packed);
    expect(error?.problem).toMatchObject({ kind: "malformed", found: expect.stringContaining("incorrect data check") });
    expect(truncated).toBe(true);
    expect(samples.length).toBeGreaterThan(0);
    const inside = await read(gzipSync(`P1;T0:1 1\nbad\n`));
    expect(inside.error?.problem).toMatchObject({ position: "line 2" });
    const mojo = await read(gzipSync(Buffer.concat([whole, Buffer.of(99)])));
    expect(mojo.error?.problem).toMatchObject({ position: `byte ${whole.length} unpacked` });
    expect(await problemOf(Buffer.concat([Buffer.of(0x1f, 0x8b), Buffer.from("no gzip")]))).toMatchObject({
      position: "byte 0",
      expected: "data of gzip",
    });
  });

  test("is unpacked piece by piece, whatever it unpacks to", async () => {
    const line = `P1;T0:1;${"x".repeat(2000)}.py:f:1 1\n`;
    const member = gzipSync(line.repeat(1000));
    const path = file(Buffer.concat(Array(150).fill(member)));
    const profile = await openProfile(path);
    let samples = 0;
    let most = 0;
    const before = process.memoryUsage.rss();
    for await (const _ of profile) {
      if (++samples % 10_000 === 0) most = Math.max(most, process.memoryUsage.rss() - before);
    }
    await profile.close();
    expect(samples).toBe(150_000);
    expect(profile.bytesRead).toBe(150 * member.length);
    // It unpacks to three times as much.
    expect(most).toBeLessThan(100e6);
  });
});

describe("what is no profile", () => {
  const pprof = Buffer.of(0x0a, 4, 0x08, 1, 0x10, 2, 0x12);
  const speedscope = '{"$schema":"https://www.speedscope.app/file-format-schema.json"}';
  test.each<[string, string | Uint8Array]>([
    ["gzip twice", gzipSync(gzipSync("MOJ"))],
    ["UTF-16", Buffer.from("\uFEFFP1;T0:1 1\n", "utf16le")],
    ["pprof", gzipSync(pprof)],
    ["pprof", pprof],
    ["ELF", "\x7fELF\x02\x01"],
    ["speedscope", speedscope],
    ["Firefox", ' {"meta":{"preprocessedProfileVersion":48}}'],
    ["Chrome", '{"traceEvents":[]}'],
    ["V8", '{"nodes":[{"callFrame":{}}]}'],
    ["JSON of another kind", "[1]"],
    ["HTML", "<!doctype html>"],
    ["another tool", "main;f;g 12\n"],
    ["a script", "#!/usr/bin/env python3\n"],
    ["text of another kind", "import os\n"],
    ["blank", "\n \n"],
    ["binary", Uint8Array.of(1, 2, 3)],
  ])("is named: %s", async (name, content) => {
    const problem = await problemOf(content);
    expect(problem).toMatchObject({ kind: "foreign", looksLike: expect.stringContaining(name) });
  });

  test("may be nothing, a folder or not there", async () => {
    expect(await problemOf("")).toEqual({ kind: "empty" });
    const failure = async (path: string) => openProfile(path).catch((error) => error.problem);
    expect(await failure(folder)).toMatchObject({ kind: "unreadable", code: "EISDIR" });
    expect(await failure(join(folder, "none"))).toEqual({ kind: "unreadable", call: "open", code: "ENOENT" });
  });
});
