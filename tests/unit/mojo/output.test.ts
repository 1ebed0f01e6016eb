import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CHUNK_BYTES, MojoEncoder, MojoOutput, OutputError, readMojo } from "../../../src/mojo/index.js";
import { collect } from "./streams.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mojo-output-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Encode samples whose times count up, so that a lost or doubled one shows. */
function encodeSamples(encoder: MojoEncoder, first: number, count: number): void {
  for (let i = first; i < first + count; i++) {
    encoder.stack(4242, 0, "1092");
    encoder.metricTime(i);
    encoder.endSample();
  }
}

function beginProfile(encoder: MojoEncoder): void {
  encoder.header();
  encoder.metadata("mode", "wall");
}

/** Check that `bytes` is a whole profile whose times count up from 0. @returns the number of samples */
async function countSamples(bytes: Uint8Array): Promise<number> {
  const profile = readMojo(bytes);
  const samples = await collect(profile);
  expect(profile.truncated).toBe(false);
  expect(samples.every(({ metrics }, i) => metrics.timeMicroseconds === i)).toBe(true);
  return samples.length;
}

/** What a promise is rejected with. */
async function rejection(promise: Promise<void>): Promise<OutputError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OutputError);
  return error as OutputError;
}

describe("a file", () => {
  test("gets everything that was taken, in order", async () => {
    const path = join(folder, "f.mojo");
    writeFileSync(path, "what was here before".repeat(100_000));
    const output = MojoOutput.create(path);
    const encoder = new MojoEncoder();
    beginProfile(encoder);
    const rounds = 300;
    for (let round = 0; round < rounds; round++) {
      encodeSamples(encoder, round * 1000, 1000);
      // Sometimes a full chunk, sometimes a few samples, sometimes many in one turn of the event loop.
      if (encoder.length >= CHUNK_BYTES || round % 7 === 0) output.take(encoder);
      if (round % 50 === 49) await output.drained();
    }
    output.take(encoder);
    await output.close();
    expect(output.failed).toBeUndefined();
    expect(await countSamples(readFileSync(path))).toBe(rounds * 1000);
    expect(output.bytesWritten).toBe(statSync(path).size);
    expect(statSync(path).mode & 0o777 & ~0o644).toBe(0);
    expect(() => output.take(encoder)).toThrow(/closed/);
  });

  test("never has a part of a sample, whenever it is closed", async () => {
    const path = join(folder, "f.mojo");
    const output = MojoOutput.create(path);
    const encoder = new MojoEncoder();
    beginProfile(encoder);
    encodeSamples(encoder, 0, 10);
    encoder.stack(4242, 0, "1092");
    output.take(encoder);
    await output.close();
    expect(await countSamples(readFileSync(path))).toBe(10);
    expect(encoder.length).toBeGreaterThan(0);
  });

  test("that can't be created says which call and why", () => {
    const path = join(folder, "absent/f.mojo");
    try {
      MojoOutput.create(path);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(OutputError);
      expect(error).toMatchObject({ path, call: "open", code: "ENOENT", bytesWritten: 0 });
    }
  });

  test("gets everything at once when the process exits", async () => {
    const path = join(folder, "f.mojo");
    const output = MojoOutput.create(path);
    const encoder = new MojoEncoder();
    beginProfile(encoder);
    for (let round = 0; round < 20; round++) {
      encodeSamples(encoder, round * 10_000, 10_000);
      output.take(encoder);
    }
    expect(output.flushNow()).toBe(true);
    expect(await countSamples(readFileSync(path))).toBe(200_000);
    await output.close();
    expect(await countSamples(readFileSync(path))).toBe(200_000);
  });

  test("behind a descriptor keeps what was there before", async () => {
    const path = join(folder, "log");
    const descriptor = openSync(path, "w");
    writeFileSync(descriptor, "before\n");
    const output = MojoOutput.toDescriptor(descriptor, "standard output");
    const encoder = new MojoEncoder();
    beginProfile(encoder);
    encodeSamples(encoder, 0, 5);
    output.take(encoder);
    await output.close();
    expect(fstatSync(descriptor).isFile()).toBe(true);
    closeSync(descriptor);
    const bytes = readFileSync(path);
    expect(bytes.subarray(0, 7).toString()).toBe("before\n");
    expect(await countSamples(bytes.subarray(7))).toBe(5);
  });
});

/** Write samples until the output fails. @returns the failure and how many samples were taken */
async function fill(output: MojoOutput, batch: number): Promise<[OutputError, number]> {
  const encoder = new MojoEncoder();
  beginProfile(encoder);
  let taken = 0;
  while (output.failed === undefined && taken < 5_000_000) {
    encodeSamples(encoder, taken, batch);
    taken += batch;
    output.take(encoder);
    await output.drained().catch(() => undefined);
  }
  const failure = output.failed as unknown as OutputError;
  expect(failure).toBeInstanceOf(OutputError);
  expect(output.saturated).toBe(false);
  encodeSamples(encoder, taken, batch);
  output.take(encoder);
  expect(encoder.length).toBe(0);
  expect(await rejection(output.drained())).toBe(failure);
  expect(await rejection(output.close())).toBe(failure);
  expect(await rejection(output.close())).toBe(failure);
  return [failure, taken];
}

describe("a full disk", () => {
  let disk: string;
  let unmountable: string | undefined;
  beforeEach(() => {
    disk = join(folder, "disk");
    mkdirSync(disk);
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], { stdio: "pipe" });
    } catch (error) {
      unmountable = `no small file system to fill: ${(error as Error).message.trim()}`;
    }
  });
  afterEach(() => {
    if (unmountable === undefined) execFileSync("umount", [disk]);
  });

  test.for([1, 97, 5000])("leaves every whole sample that fitted, taken %d at a time", async (batch, { skip }) => {
    skip(unmountable !== undefined, unmountable);
    const path = join(disk, "f.mojo");
    const [failure, taken] = await fill(MojoOutput.create(path), batch);
    const bytes = readFileSync(path);
    expect(failure).toMatchObject({ path, call: "write", code: "ENOSPC", bytesWritten: bytes.length });
    expect(256 * 1024 - bytes.length).toBeLessThan(16);
    const samples = await countSamples(bytes);
    expect(samples).toBeGreaterThan(10_000);
    expect(samples).toBeLessThan(taken);
  });
});

test("a device that is always full", async () => {
  const [failure] = await fill(MojoOutput.create("/dev/full"), 10);
  expect(failure).toMatchObject({ path: "/dev/full", call: "write", code: "ENOSPC", bytesWritten: 0 });
});

test("a descriptor that can't be written", async () => {
  const path = join(folder, "read-only");
  writeFileSync(path, "kept");
  const descriptor = openSync(path, "r");
  const [failure] = await fill(MojoOutput.toDescriptor(descriptor, "standard output"), 10);
  closeSync(descriptor);
  expect(failure).toMatchObject({ path: "standard output", call: "write", code: "EBADF", bytesWritten: 0 });
  expect(readFileSync(path, "utf8")).toBe("kept");
});

/** A pipe with both ends here; the reading end doesn't block. */
function pipe(name: string): { reading: number; writing: number } {
  const path = join(folder, name);
  execFileSync("mkfifo", [path]);
  const reading = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return { reading, writing: openSync(path, constants.O_WRONLY) };
}

/** What the pipe holds now. */
function drain(reading: number, parts: Uint8Array[]): void {
  const buffer = new Uint8Array(10_000);
  for (;;) {
    try {
      const count = readSync(reading, buffer);
      if (count === 0) return;
      parts.push(buffer.slice(0, count));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EAGAIN") return;
      throw error;
    }
  }
}

describe("a pipe", () => {
  test("whose reader is slow saturates the output, and gets everything once it reads", async () => {
    const { reading, writing } = pipe("slow");
    const limit = 512 * 1024;
    const output = MojoOutput.toDescriptor(writing, "standard output", limit);
    const encoder = new MojoEncoder();
    beginProfile(encoder);
    let taken = 0;
    while (!output.saturated) {
      encodeSamples(encoder, taken, 1000);
      taken += 1000;
      output.take(encoder);
    }
    expect(encoder.length).toBe(0);
    const parts: Uint8Array[] = [];
    let done = false;
    const drained = output.drained().then(() => {
      done = true;
    });
    expect(output.flushNow()).toBe(false);
    while (!done) {
      drain(reading, parts);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await drained;
    expect(output.saturated).toBe(false);
    encodeSamples(encoder, taken, 10);
    output.take(encoder);
    await output.close();
    drain(reading, parts);
    closeSync(writing);
    closeSync(reading);
    const bytes = Buffer.concat(parts);
    expect(bytes.length).toBeGreaterThanOrEqual(limit);
    expect(output.bytesWritten).toBe(bytes.length);
    expect(await countSamples(bytes)).toBe(taken + 10);
  });

  test("that was closed ends the output", async () => {
    const { reading, writing } = pipe("closed");
    const output = MojoOutput.toDescriptor(writing, "standard output");
    const encoder = new MojoEncoder();
    beginProfile(encoder);
    encodeSamples(encoder, 0, 10);
    output.take(encoder);
    await output.drained();
    const parts: Uint8Array[] = [];
    drain(reading, parts);
    closeSync(reading);
    const [failure] = await fill(output, 10);
    expect(failure).toMatchObject({ path: "standard output", call: "write", code: "EPIPE" });
    expect(failure.bytesWritten).toBe(Buffer.concat(parts).length);
    closeSync(writing);
  });

  test("that nobody reads holds no thread of the pool", async () => {
    const pipes = Array.from({ length: 6 }, (_, i) => pipe(`stuck-${i}`));
    const outputs = pipes.map(({ writing }) => MojoOutput.toDescriptor(writing, "standard output"));
    for (const output of outputs) {
      const encoder = new MojoEncoder();
      encodeSamples(encoder, 0, 50_000);
      output.take(encoder);
    }
    // The pool has four threads: a blocking write on each would hold this for ever.
    await stat(folder);
    for (const { reading } of pipes) closeSync(reading);
    for (const output of outputs) expect((await rejection(output.close())).code).toBe("EPIPE");
    for (const { writing } of pipes) closeSync(writing);
  });
});
