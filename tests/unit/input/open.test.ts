// What a profile's file may be, and what is said of what is none.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError, inputErrorOf, openProfile } from "../../../src/input/index.js";
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
  let error: InputError | undefined;
  try {
    for await (const sample of profile) samples.push(sample);
  } catch (cause) {
    error = inputErrorOf(path, cause);
    if (error === undefined) throw cause;
  }
  await profile.close();
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
    const { error } = await read(Buffer.concat([whole, Buffer.of(99)]));
    expect(error?.problem).toMatchObject({ kind: "malformed", place: `byte ${whole.length}` });
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

  test("whose last line has no end break off", async () => {
    const { samples, truncated } = await read("P1;T0:1;a.py:f:1 100\nP1;T0:1;a.py:f:1 10");
    expect(samples).toHaveLength(1);
    expect(truncated).toBe(true);
  });

  test.each([
    ["P1;T0:1;a.py:f:1 x", /a number at the end/],
    ["P1;X0:1;a.py:f:1 1", /a thread id/],
    ["Q1;T0:1;a.py:f:1 1", /a process id/],
    ["P1;T0:1;a.py 1", /file, a function and a line/],
  ])("that say %j are damaged", async (line, expected) => {
    const { error } = await read(`P1;T0:1 1\n${line}\n`);
    expect(error?.problem).toMatchObject({ kind: "malformed", place: "line 2" });
    expect(error?.message).toMatch(expected);
  });
});

describe("what is no profile", () => {
  const pprof = Buffer.of(0x0a, 4, 0x08, 1, 0x10, 2, 0x12);
  const speedscope = '{"$schema":"https://www.speedscope.app/file-format-schema.json"}';
  test.each<[string, string | Uint8Array]>([
    ["gzip", gzipSync("MOJ")],
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
