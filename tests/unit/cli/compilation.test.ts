// At which intervals V8 is asked to compile sooner, and that it knows what it is asked.
import { execFileSync } from "node:child_process";
import v8 from "node:v8";
import { beforeEach, expect, it, vi } from "vitest";
import { compileAsEver, compileSooner } from "../../../src/cli/process/compilation.js";

const flags: string[] = [];
vi.spyOn(v8, "setFlagsFromString").mockImplementation((flag) => flags.push(flag));

beforeEach(() => {
  compileAsEver();
  flags.length = 0;
});

it.each([0, 100, 1000, 4999])("not at %i us, where there are ticks enough", (interval) => {
  compileSooner(interval);
  expect(flags).toEqual([]);
});

it.each([50_001, 1_000_000])("not at %i us, where compiling costs more", (interval) => {
  compileSooner(interval);
  expect(flags).toEqual([]);
});

it.each([5000, 10_000, 50_000])("at %i us, by a flag that this V8 has, and later as V8 does by itself", (interval) => {
  compileSooner(interval);
  compileAsEver();
  const [sooner, ever] = flags.map((flag) => /^(--[a-z-]+)=(\d+)$/.exec(flag) as RegExpExecArray);
  expect(flags).toHaveLength(2);
  expect(Number(sooner?.[2])).toBeLessThan(Number(ever?.[2]) / 10);
  const known = execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" });
  expect(sooner?.[1]).toBe(ever?.[1]);
  expect(known).toContain(`default: ${ever?.[0]}\n`);
});
