// At which intervals V8 is asked to optimise sooner or later, that it knows what it is asked, and that it is asked to do as ever afterwards.
import { execFileSync } from "node:child_process";
import v8 from "node:v8";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { compileAsEver, compileLater, compileSooner } from "../../../src/cli/process/compilation.js";

const flags: string[] = [];
vi.spyOn(v8, "setFlagsFromString").mockImplementation((flag) => flags.push(flag));

beforeEach(() => {
  vi.useFakeTimers();
  compileAsEver();
  flags.length = 0;
});
afterEach(() => vi.useRealTimers());

function pace(interval: number): void {
  compileLater(interval);
  compileSooner(interval);
}

interface Flag {
  readonly name: string;
  readonly value: number;
}

function asked(): Flag[] {
  const parsed = flags.splice(0).map((flag) => /^(--[a-z-]+)=(\d+)$/.exec(flag) as RegExpExecArray);
  return parsed.map(([, name = "", value]) => ({ name, value: Number(value) }));
}

/** Whether they are the numbers that this V8 has by itself. */
function expectOwn(asked: readonly Flag[]): void {
  const known = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" });
  for (const { name, value } of asked) expect(known).toContain(`default: ${name}=${value}\n`);
}

it.each([501, 1000, 4999, 50_001, 1_000_000])("as ever at %i us", (interval) => {
  pace(interval);
  compileAsEver();
  vi.runAllTimers();
  expect(flags).toEqual([]);
});

it.each([5000, 10_000, 50_000])("sooner at %i us, and not before the warm-up", (interval) => {
  compileLater(interval);
  expect(flags).toEqual([]);
  compileSooner(interval);
  vi.runAllTimers();
  const sooner = asked();
  compileAsEver();
  const ever = asked();
  expectOwn(ever);
  expect(sooner.map(({ name }) => name)).toEqual(ever.map(({ name }) => name));
  expect(sooner).toHaveLength(1);
  expect(sooner[0]?.value).toBeLessThan((ever[0]?.value ?? 0) / 10);
});

it.each([0, 100, 500])("later at %i us, scripts and the decoder, for half a second", (interval) => {
  pace(interval);
  const later = asked();
  vi.advanceTimersByTime(499);
  expect(flags).toEqual([]);
  vi.advanceTimersByTime(1);
  const ever = asked();
  expectOwn(ever);
  expect(later.map(({ name }) => name)).toEqual(ever.map(({ name }) => name));
  expect(later).toHaveLength(2);
  for (const [index, { value }] of later.entries()) expect(value).toBeGreaterThan(4 * (ever[index]?.value ?? value));
  compileAsEver();
  expect(flags).toEqual([]);
});

it("as ever at once where a run ends before", () => {
  pace(100);
  asked();
  compileAsEver();
  expectOwn(asked());
  vi.runAllTimers();
  expect(flags).toEqual([]);
});
