// A program with 30,000 mappings: what it has mapped is read by pieces, between two ticks; what is no file is told from files without
// being parsed; and a file that is mapped in many places is opened once. Counted by what the kernel says that we have read.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it, vi } from "vitest";
import { loadedImages, MappedFiles, readMappings } from "../../src/host/linux/index.js";
import { Clock } from "../../src/sampler/clock.js";
import { Decoders } from "../../src/sampler/decoders.js";
import { Family } from "../../src/sampler/family.js";
import { InterpreterFinder } from "../../src/target/find.js";
import { park, stopCommands } from "../command.js";
import { targetPath } from "../target.js";

const MAPPINGS = 30_000;
/** What one go reads at most, before the clock is asked: 64 KiB, and the page in which that ends. */
const ONE_GO = 68 * 1024;
let folder: string;
let pid: number;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mappings-"));
  execFileSync("cc", ["-o", join(folder, "mappings"), targetPath("mappings.c")]);
  writeFileSync(join(folder, "code"), Buffer.alloc(4096));
});
afterEach(stopCommands);
afterAll(() => rmSync(folder, { recursive: true }));

async function parkMany(): Promise<void> {
  ({ pid } = await park(join(folder, "mappings"), [String(MAPPINGS), join(folder, "code")]));
}

/** Bytes that this process has read, and calls that did. */
function readSoFar(): { readonly bytes: number; readonly calls: number } {
  const text = readFileSync("/proc/self/io", "latin1");
  const figure = (name: string): number => Number(new RegExp(`^${name}: (\\d+)`, "m").exec(text)?.[1]);
  return { bytes: figure("rchar"), calls: figure("syscr") };
}

it("only files' mappings are parsed, and what lies behind them, and they make the same images", async () => {
  await parkMany();
  const all = readMappings(pid);
  expect(all.length).toBeGreaterThan(MAPPINGS);
  const files = new MappedFiles(pid);
  let goes = 1;
  while (!files.readOn(0)) goes++;
  files.close();
  expect(goes).toBeGreaterThan(10);
  expect(files.mappings.length).toBeLessThan(300);
  expect(loadedImages(files.mappings)).toEqual(loadedImages(all));
});

it("a file that is mapped in many places is opened once a look", async () => {
  await parkMany();
  const finder = new InterpreterFinder(pid);
  const before = readSoFar();
  while (!finder.readAhead(0));
  const ahead = readSoFar();
  const result = finder.find();
  expect(result).toMatchObject({ kind: "not-yet", reason: "may-become" });
  expect(ahead.bytes - before.bytes).toBeGreaterThan(1_000_000);
  // Nothing of it is read again; 100 places of one file would take two calls each.
  expect(readSoFar().calls - ahead.calls).toBeLessThan(100);
});

it("no look of a family reads more than one go, and it rests after the last one", async () => {
  await parkMany();
  // Between two questions a millisecond passes.
  let time = 0;
  const clock = vi.spyOn(Clock, "now").mockImplementation(() => {
    time += 1000;
    return time;
  });
  const sampling = { intervalMicroseconds: 1000, mode: "wall", gc: false, still: "auto" } as const;
  const family = new Family(pid, new Decoders(), sampling);
  const listener = { found: () => {}, left: () => {} };
  const look = (now: number): number => {
    const before = readSoFar().bytes;
    family.look(now, 0, listener);
    return readSoFar().bytes - before;
  };
  const goes: number[] = [];
  while (family.rootResult === undefined) goes.push(look(goes.length + 1));
  const last = goes.length;
  const rested = [look(last + 300_000), look(last + 60_000_000)];
  family.close();
  clock.mockRestore();
  expect(family.rootResult).toMatchObject({ kind: "not-yet", reason: "may-become" });
  expect(goes.length).toBeGreaterThan(10);
  // Beside the go: who is new, the program, and its binaries in the last one.
  expect(Math.max(...goes)).toBeLessThan(4 * ONE_GO);
  // 20 and more goes took longer than 20 ms: a look every quarter of a second would take a tenth of all time.
  expect(rested).toEqual([
    expect.toSatisfy((bytes) => bytes < ONE_GO / 2),
    expect.toSatisfy((bytes) => bytes > ONE_GO / 2),
  ]);
});
