// In: a command. Out: how it ended, within a bounded time; and what a benchmark needs to know of a profile.
// Knows nothing of what is measured.
import { spawn } from "node:child_process";
import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
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

/** Run a command to its end; kill it after `timeoutMilliseconds`. */
export function run(command: string, args: readonly string[], timeoutMilliseconds: number): Promise<Ending> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
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
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ how: hung ? "hung" : (signal ?? code ?? "unknown"), ...texts });
    });
  });
}

/** Samples in the profile at `path`, and its duration as the trailer has it, in seconds (0 without a trailer). */
export async function measure(path: string): Promise<{ samples: number; seconds: number }> {
  const profile = readMojo(createReadStream(path));
  let samples = 0;
  for await (const _ of profile) samples++;
  return { samples, seconds: Number(profile.metadata.get("duration") ?? 0) / 1e6 };
}

/** The middle value. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
