// In: a command. Out: how it ended, within a bounded time; and what a benchmark needs to know of a profile.
// Knows nothing of what is measured.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { readMojo } from "../src/mojo/index.js";
import { type Python, projectRoot, pythons } from "../tests/pythons.js";

/** The built command. */
export const austin = join(projectRoot, "dist/bin/austin.js");

/** Absolute path of a target. */
export function target(name: string): string {
  return join(projectRoot, "tests/targets", name);
}

/**
 * The interpreter to measure on: `name`, or the newest 64-bit release build.
 * @throws an error that lists what there is
 */
export function choosePython(name: string | undefined): Python {
  if (!existsSync(austin)) throw new Error("nothing is built: run `npm run build` first");
  const all = pythons();
  const fit = all.filter((python) => (name ? python.name === name : !python.debug && python.wordSize === 8));
  const chosen = fit.at(-1);
  if (chosen === undefined) throw new Error(`no such Python; there are ${all.map((python) => python.name).join(", ")}`);
  return chosen;
}

export interface Ending {
  /** Exit code, or the signal that ended it; "hung" if it had to be killed. */
  readonly how: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that `run` has started. */
export type Running = ChildProcessByStdio<null, Readable, Readable>;

/** Run a command to its end; kill it after `timeoutMilliseconds`. `started` may watch it and signal it meanwhile. */
export function run(
  command: string,
  args: readonly string[],
  timeoutMilliseconds: number,
  started?: (child: Running) => void,
  env?: NodeJS.ProcessEnv,
): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env });
    let hung = false;
    const timer = setTimeout(() => {
      hung = true;
      child.kill("SIGKILL");
    }, timeoutMilliseconds);
    const texts = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        texts[name] += text;
      });
    }
    started?.(child);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ how: hung ? "hung" : (signal ?? code ?? "unknown"), ...texts });
    });
  });
}

/** @throws an error that says how it ended, unless as expected */
export function check(what: string, { how, stderr }: Ending, expected: readonly (number | string)[]): void {
  if (!expected.includes(how)) throw new Error(`${what} ended with ${how}\n${stderr}`);
}

/** A program that runs beside what is measured. */
export interface Companion {
  readonly pid: number;
  /** Its first line on stdout. */
  readonly ready: string;
  /** Write a line to its stdin and wait for the next of its stdout. */
  ask(line: string): Promise<string>;
}

/**
 * Run `measured` while the Python program `script` runs beside it, from its ready line on; then kill the program.
 * @throws an error if it ends before it is ready, or before it answers
 */
export async function beside<T>(
  python: Python,
  script: string,
  args: readonly string[],
  measured: (companion: Companion) => Promise<T>,
): Promise<T> {
  const child = spawn(python.path, ["-B", script, ...args], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "close");
  child.stdin.on("error", () => {}); // it ended: the line that doesn't come says so
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { done, value } = await lines.next();
    if (done) throw new Error(`${script} on Python ${python.name} ended too early`);
    return value;
  };
  try {
    const ready = await nextLine();
    const ask = (line: string): Promise<string> => {
      child.stdin.write(`${line}\n`);
      return nextLine();
    };
    return await measured({ pid: child.pid as number, ready, ask });
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

/** Ticks a second of a bare deadline loop: what the machine lets a sampler have. */
export async function bareLoop(intervalMicroseconds: number, seconds: number): Promise<number> {
  const loop = fileURLToPath(new URL("deadline_loop.js", import.meta.url));
  const args = [loop, String(intervalMicroseconds), String(seconds)];
  const ending = await run(process.execPath, args, (seconds + 60) * 1000);
  check("the bare loop", ending, [0]);
  const { ticks, seconds: measured } = JSON.parse(ending.stdout) as { ticks: number; seconds: number };
  return ticks / measured;
}

/** The same list, but each round begins with another of its items, so that none always comes first. */
export function rotated<T>(items: readonly T[], round: number): T[] {
  const first = round % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
}

export interface Measured {
  readonly samples: number;
  /** Duration as the trailer has it; 0 without a trailer. */
  readonly seconds: number;
  /** Frames of all samples together. */
  readonly frames: number;
  /** Samples that the trailer calls incomplete or failed. */
  readonly errors: number;
}

/** Count what is in the profile at `path`: ours, or Austin's. */
export async function measure(path: string): Promise<Measured> {
  const profile = readMojo(createReadStream(path));
  let samples = 0;
  let frames = 0;
  for await (const sample of profile) {
    samples++;
    frames += sample.frames.length;
  }
  const { metadata } = profile;
  const errors = Number.parseInt(metadata.get("errors") ?? "0", 10);
  return { samples, seconds: Number(metadata.get("duration") ?? 0) / 1e6, frames, errors };
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
