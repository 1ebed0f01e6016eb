// In: a shape, a seed, an interpreter. Out: a program of shapes.py as a file, and the judge of its stacks.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Python, projectRoot } from "../../tests/pythons.js";
import { type CallGraph, Judge } from "./judge.js";

/** What shapes.py can make. */
export const SHAPES = [
  "layers",
  "recursion",
  "generators",
  "callbacks",
  "threads",
  "crosscalls",
  "reuse",
  "resumed",
  "coroutines",
  "instances",
  "interpreters",
] as const;

export type Shape = (typeof SHAPES)[number];

/** Whether the interpreter can run such a program: interpreters with a GIL of their own begin with 3.12. */
export function hasShape({ version: [, minor] }: Python, shape: Shape): boolean {
  return shape !== "interpreters" || minor >= 12;
}

export interface Program {
  readonly path: string;
  readonly judge: Judge;
}

function script(python: Python, name: string, ...args: readonly (string | number)[]): string {
  const path = join(projectRoot, "bench/truth", name);
  return execFileSync(python.path, [path, ...args.map(String)], { encoding: "utf8" });
}

/** Write the program of a shape and seed, which runs for so many seconds, into `folder`. */
export function makeProgram(python: Python, shape: Shape, seed: number, seconds: number, folder: string): Program {
  const path = join(folder, `${shape}_${seed}.py`);
  writeFileSync(path, script(python, "shapes.py", shape, seed, seconds));
  return { path, judge: new Judge(path, JSON.parse(script(python, "edges.py", path)) as CallGraph) };
}
