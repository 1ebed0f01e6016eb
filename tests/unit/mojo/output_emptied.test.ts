// What was in a file goes on the thread pool: a file system may take its time, and nobody samples meanwhile. Here it is held up.
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { MojoEncoder, MojoOutput, readMojo } from "../../../src/mojo/index.js";
import { collect } from "./streams.js";

const BEFORE = "what was here before".repeat(1000);

type Done = (error: NodeJS.ErrnoException | null) => void;
const emptyings: Done[] = [];
vi.mock("node:fs", async (importOriginal) => ({
  ...(await importOriginal<object>()),
  ftruncate: (_descriptor: number, _length: number, done: Done) => emptyings.push(done),
}));

let folder: string;
let path: string;
let output: MojoOutput;
let encoder: MojoEncoder;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mojo-output-"));
  path = join(folder, "f.mojo");
  writeFileSync(path, BEFORE);
  output = MojoOutput.create(path);
  encoder = new MojoEncoder();
  encoder.header();
  encoder.metadata("mode", "wall");
  emptyings.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function take(count: number): void {
  for (let i = 0; i < count; i++) {
    encoder.stack(4242, 0, "1092");
    encoder.metricTime(i);
    encoder.endSample();
  }
  output.take(encoder);
}

function empty(): void {
  truncateSync(path);
  for (const done of emptyings.splice(0)) done(null);
}

it("is emptied once, before anything is written, and who takes samples waits for neither", async () => {
  take(100);
  take(100);
  expect(emptyings).toHaveLength(1);
  expect(output.isHeld).toBe(false);
  let isDrained = false;
  const drained = output.drained().then(() => {
    isDrained = true;
  });
  await new Promise(setImmediate);
  expect(isDrained).toBe(false);
  expect(readFileSync(path, "utf8")).toBe(BEFORE);
  empty();
  await drained;
  await output.close();
  expect(await collect(readMojo(readFileSync(path)))).toHaveLength(200);
});

it("is closed once what was asked to be emptied is, without a sample", async () => {
  output.begin();
  const closed = output.close();
  await new Promise(setImmediate);
  empty();
  await closed;
  expect(readFileSync(path, "utf8")).toBe("");
});

it("is as it was where it can't be emptied, and says so once", async () => {
  take(100);
  const [done] = emptyings.splice(0) as [Done];
  done(Object.assign(new Error("sealed"), { code: "EPERM" }));
  expect(output.failed?.message).toContain("ftruncate");
  expect(output.isHeld).toBe(true);
  take(100);
  expect(emptyings).toHaveLength(0);
  await expect(output.close()).rejects.toThrow("ftruncate");
  expect(readFileSync(path, "utf8")).toBe(BEFORE);
});

it("has what was taken where the process exits before it is empty", async () => {
  take(100);
  const worker = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads");
     parentPort.postMessage("ready");
     setTimeout(() => require("node:fs").truncateSync(workerData), 100);`,
    { eval: true, workerData: path },
  );
  const ended = new Promise((resolve) => worker.once("exit", resolve));
  await new Promise((resolve) => worker.once("message", resolve));
  expect(output.flushNow()).toBe(true);
  await ended;
  for (const done of emptyings.splice(0)) done(null); // writes nothing twice
  expect(await collect(readMojo(readFileSync(path)))).toHaveLength(100);
});

it("is written later where it isn't empty in time for an exit, and each time that is said", async () => {
  take(100);
  const now = vi.spyOn(performance, "now");
  for (let attempt = 0; attempt < 2; attempt++) {
    now.mockReturnValueOnce(0).mockReturnValue(1e9);
    expect(output.flushNow()).toBe(false);
  }
  now.mockRestore();
  empty();
  await output.close();
  expect(await collect(readMojo(readFileSync(path)))).toHaveLength(100);
});
