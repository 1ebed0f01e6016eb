// CPythons that never were, built of the structs of real headers (tests/structs), for tests. In: the headers of 3.13 and
// newer, wherever the machine has them. Out: a target's memory, or a process, of any build; and what they must show.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { arePresent, COMPILER_PACKAGES, canCompileBothWordSizes, type Headers, headersOf } from "./headers.js";
import { projectRoot, pythons } from "./pythons.js";

/** A build to be made. */
export interface StructsBuild extends Headers {
  readonly title: string;
  readonly wordSize: 4 | 8;
  readonly kind: "free-threaded" | "regular";
}

const all = pythons().filter(({ debug, wordSize, version }) => !debug && wordSize === 8 && version[1] >= 13);
const canBuild = canCompileBothWordSizes("-static");

/** Why builds are missing, a line each. */
export const missingStructs: readonly string[] = canBuild
  ? all.filter((python) => !arePresent(headersOf(python))).map(({ name }) => `${name}: it has no headers here`)
  : [`all: cc doesn't compile for both word sizes here (${COMPILER_PACKAGES})`];

/** Every build that can be made here. */
export const structsBuilds: readonly StructsBuild[] = (canBuild ? all.map(headersOf).filter(arePresent) : []).flatMap(
  (headers) =>
    ([8, 4] as const).flatMap((wordSize) =>
      (["free-threaded", "regular"] as const).map((kind) => ({
        ...headers,
        title: `${headers.python.name}, ${kind}, of ${wordSize * 8} bits`,
        wordSize,
        kind,
      })),
    ),
);

function run(what: "memory" | "crowd", out: string, { python, include, wordSize, kind }: StructsBuild): string {
  const script = join(projectRoot, "tests/structs/build.py");
  const args = [script, what, out, python.path, include, String(wordSize), kind];
  return execFileSync("python3", args, { encoding: "utf8" });
}

export interface StructsMemory {
  readonly bytes: Uint8Array;
  /** Addresses. */
  readonly start: number;
  readonly runtime: number;
  /** What each thread must show, in the order of their ids, from FIRST_PID on. */
  readonly said: readonly { readonly interpreter: number; readonly frames: readonly string[] }[];
}

/** Native id of the first thread of a memory. */
export const FIRST_PID = 4711;

/** @param file where it is written meanwhile */
export function buildMemory(build: StructsBuild, file: string): StructsMemory {
  return { ...JSON.parse(run("memory", file, build)), bytes: readFileSync(file) };
}

/** Build the process of crowd.c as the program `file`; @returns its call graph, as bench/truth/judge.ts has it. */
export function buildCrowd<Graph>(build: StructsBuild, file: string): Graph {
  return (JSON.parse(run("crowd", file, build)) as { said: Graph }).said;
}
