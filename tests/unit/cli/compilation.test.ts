// At which intervals V8 is asked to compile sooner, and that it knows what it is asked.
import { execFileSync } from "node:child_process";
import { beforeEach, expect, it, vi } from "vitest";
import { compileSooner } from "../../../src/cli/process/compilation.js";

const flags = vi.hoisted(() => [] as string[]);
vi.mock("node:v8", () => ({ setFlagsFromString: (flag: string) => flags.push(flag) }));

beforeEach(() => {
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

it.each([5000, 10_000, 50_000])("at %i us, by a flag that this V8 has", (interval) => {
  compileSooner(interval);
  expect(flags).toEqual(["--interrupt-budget=6000"]);
  expect(execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" })).toMatch(/^ +--interrupt-budget \(/m);
});
