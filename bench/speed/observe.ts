// In: a contestant, and what happens while it samples. Out: what it sampled and what that took. Knows no Python.
import { readFileSync } from "node:fs";
import { rm, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { stripVTControlCharacters } from "node:util";
import { type Measured, type Running, run } from "../runs.js";
import type { Contestant, Watched } from "./contestants.js";
import type { Reading } from "./rounds.js";

const PEAK_EVERY_MILLISECONDS = 100;
const CLOCK_TICKS_PER_SECOND = 100; // USER_HZ, what /proc counts in on every Linux that we run on

export interface Observed<T> extends Measured {
  /** User and system time of the sampler's whole life, its start and end included. */
  readonly cpuSeconds: number;
  /** The part of it until it said that it samples. */
  readonly startCpuSeconds: number;
  /** Size of the output. */
  readonly bytes: number;
  /** VmHWM, as last seen at most 100 ms before the end. */
  readonly peakBytes: number;
  readonly stdout: string;
  readonly result: T;
}

export interface Exposure {
  readonly watched: Watched;
  readonly intervalMicroseconds: number;
  /** Path; an old file is removed. */
  readonly output: string;
  /** When it is killed. */
  readonly timeoutSeconds: number;
}

/** A memory figure of a running process, such as VmRSS, in bytes; 0 when it is gone. */
export function memoryBytes(pid: number, name: "VmRSS" | "VmHWM" | "RssAnon"): number {
  try {
    const kibibytes = new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1];
    return Number(kibibytes ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** User and system time of a process, and of all its children that were waited for, and theirs. */
function cpuSeconds(pid: number | "self"): { readonly own: number; readonly children: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" "); // field 3 of proc(5) and on
  const [utime = 0, stime = 0, cutime = 0, cstime = 0] = fields.slice(11, 15).map(Number);
  return { own: (utime + stime) / CLOCK_TICKS_PER_SECOND, children: (cutime + cstime) / CLOCK_TICKS_PER_SECOND };
}

/** What it said in the end, without colours and banner: its first paragraph in words, or its last line. */
function lastWords(text: string): string {
  const plain = stripVTControlCharacters(text).trim();
  const inWords = plain.split(/\n\s*\n/).find((paragraph) => /^\P{L}*\p{Lu}\p{L}+ \p{L}+ /u.test(paragraph));
  return inWords ?? plain.split("\n").at(-1) ?? "";
}

/** Resolves when the child has said what matches, with the time then (performance.now). */
function says(child: Running, pattern: RegExp): Promise<number> {
  return new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      let text = "";
      stream.on("data", (part: string) => {
        text += part;
        if (pattern.test(text)) resolve(performance.now());
      });
    }
  });
}

/**
 * Let `contestant` sample from before `meanwhile` begins until it ends. No other child may end in between, or its time
 * would be added: the target ends later.
 * @throws an error that says how it ended, unless as one that was interrupted
 */
export async function observe<T>(
  contestant: Contestant,
  { watched, intervalMicroseconds, output, timeoutSeconds }: Exposure,
  meanwhile: (sampler: number) => Promise<T>,
): Promise<Observed<T>> {
  await rm(output, { recursive: true, force: true });
  const [command, ...args] = contestant.command(watched, intervalMicroseconds, output);
  const { children: before } = cpuSeconds("self");
  let peakBytes = 0;
  let begun: Promise<number> | undefined;
  let child: Running | undefined;
  const ended = run(command, args, timeoutSeconds * 1000, (started) => {
    child = started;
    begun = says(started, contestant.begun);
  });
  const sampler = child as unknown as Running;
  const look = (): void => {
    peakBytes = Math.max(peakBytes, memoryBytes(sampler.pid as number, "VmHWM"));
  };
  const peak = setInterval(look, PEAK_EVERY_MILLISECONDS);
  const early = ended.then(({ how, stderr }) => {
    throw new Error(`ended with ${how}: ${lastWords(stderr)}`);
  });
  early.catch(() => {}); // it ends in any case; early is only what we wait for meanwhile
  try {
    const begin = await Promise.race([begun as Promise<number>, early]);
    const { own: startCpuSeconds } = cpuSeconds(sampler.pid as number);
    const going = meanwhile(sampler.pid as number);
    going.catch(() => {}); // where the sampler ends first, nobody waits for it
    const result = await Promise.race([going, early]);
    const seconds = (performance.now() - begin) / 1000;
    look();
    sampler.kill("SIGINT");
    const ending = await ended;
    if (!contestant.endings.includes(ending.how)) {
      throw new Error(`interrupted, it ended with ${ending.how}: ${lastWords(ending.stderr)}`);
    }
    const { children: after } = cpuSeconds("self");
    const { size: bytes } = await stat(output);
    const measured = await contestant.count(output, ending, seconds);
    const { stdout } = ending;
    return { ...measured, cpuSeconds: after - before, startCpuSeconds, bytes, peakBytes, stdout, result };
  } finally {
    clearInterval(peak);
    sampler.kill("SIGKILL");
    await ended;
  }
}

/** Let it sample for so long. */
export function forSeconds(seconds: number): () => Promise<Reading> {
  return async () => {
    await sleep(seconds * 1000);
    return {};
  };
}
