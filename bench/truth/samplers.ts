// In: a running program and its judge. Out: what one sampler saw of it, judged. One entry a sampler; it knows no tables.
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readMojo } from "../../src/mojo/index.js";
import { OFF_CPU_INTERVAL_MICROSECONDS, PACED_INTERVAL_MICROSECONDS } from "../../src/sampler/off_cpu_interval.js";
import { type Python, projectRoot } from "../../tests/pythons.js";
import { austin, check, run } from "../runs.js";
import { collapsedStacks, FRAME_FORMATS } from "./collapsed.js";
import type { Judge } from "./judge.js";
import { Tally } from "./tally.js";

/** What a sampler saw in one run. */
export interface Sight {
  readonly tally: Tally;
  /** What the profile says of itself. */
  readonly metadata: ReadonlyMap<string, string>;
  /** Samples that should have come: one a thread and interval. NaN where the profile doesn't say. */
  readonly due: number;
}

export interface Sampler {
  readonly name: string;
  /** Whether each of its samples is of a target that stands still. */
  readonly isReference: boolean;
  /**
   * Attach to the process `pid`, which runs `python`, for whole `seconds`.
   * @throws an error that says in its first line how the sampler ended, and what it said in the others
   */
  look(python: Python, pid: number, seconds: number, judge: Judge): Promise<Sight>;
}

/** How a sampler is called: a command that writes to `output`, and the exit codes that are its success. */
interface Call {
  readonly command: string;
  readonly args: readonly string[];
  readonly successes: readonly number[];
}

type MakeCall = (python: Python, pid: string, seconds: string, output: string) => Call;
type ReadOutput = (path: string, judge: Judge) => Promise<Sight>;

const REFERENCE_HERTZ = 1000;
const STOP_MILLISECONDS = 60_000;
/** Austin ends a run at its time as if by SIGINT, and so do we. */
const AUSTIN_SUCCESSES = [0, 254];

/** Ticks of a run; for a while that only off-CPU copies were made, their own. NaN where the profile doesn't say. */
function ticksDue(metadata: ReadonlyMap<string, string>): number {
  const [duration, interval] = ["duration", "interval"].map((key) => Number(metadata.get(key))) as [number, number];
  const still = Number(metadata.get("still time") ?? 0);
  return (duration - still) / interval + still / Math.max(interval, PACED_INTERVAL_MICROSECONDS);
}

async function readProfile(path: string, judge: Judge): Promise<Sight> {
  const profile = readMojo(createReadStream(path));
  const tally = new Tally();
  const threads = new Set<string>();
  for await (const { frames, interpreterId, thread, metrics } of profile) {
    tally.add({ frames, count: 1, time: metrics.timeMicroseconds ?? 0 }, judge);
    threads.add(`${interpreterId}:${thread}`);
  }
  const { metadata } = profile;
  return { tally, metadata, due: ticksDue(metadata) * threads.size };
}

function readCollapsed(format: RegExp): ReadOutput {
  return async (path, judge) => {
    const tally = new Tally();
    for await (const stack of collapsedStacks(path, format)) tally.add(stack, judge);
    return { tally, metadata: new Map(), due: Number.NaN };
  };
}

function sampler(name: string, isReference: boolean, folder: string, call: MakeCall, read: ReadOutput): Sampler {
  const output = join(folder, `${name.replaceAll(/\W+/g, "-")}.profile`);
  return {
    name,
    isReference,
    async look(python, pid, seconds, judge) {
      const { command, args, successes } = call(python, String(pid), String(seconds), output);
      try {
        check(name, await run(command, args, seconds * 1000 + STOP_MILLISECONDS), successes);
        return await read(output, judge);
      } finally {
        await rm(output, { force: true });
      }
    },
  };
}

function ours(name: string, isReference: boolean, folder: string, options: readonly string[]): Sampler {
  const call: MakeCall = (_, pid, seconds, output) => ({
    command: process.execPath,
    args: [austin, ...options, "-x", seconds, "-o", output, "-p", pid],
    successes: AUSTIN_SUCCESSES,
  });
  return sampler(name, isReference, folder, call, readProfile);
}

function standardLibrary(name: string, isReference: boolean, folder: string, options: readonly string[]): Sampler {
  const call: MakeCall = (python, pid, seconds, output) => ({
    command: python.path,
    args: ["-m", "profiling.sampling", "attach", "-a", ...options, "-d", seconds, "--collapsed", "-o", output, pid],
    successes: [0],
  });
  return sampler(name, isReference, folder, call, readCollapsed(FRAME_FORMATS.fileFirst));
}

function peer(name: string): string {
  return join(projectRoot, ".peers/bin", name);
}

/** Ours, first, and ours with nothing but off-CPU copies. */
export function ourSamplers(folder: string, interval: string): Sampler[] {
  return [
    ours("ours", false, folder, ["-i", interval]),
    ours("ours, still", true, folder, ["--still", "always", "-i", `${OFF_CPU_INTERVAL_MICROSECONDS}us`]),
  ];
}

/** The others that can sample `python`. */
export function peerSamplers(python: Python, folder: string, interval: string, microseconds: number): Sampler[] {
  const minor = python.version[1];
  const austin4: MakeCall = (_, pid, seconds, output) => ({
    command: peer("austin"),
    args: ["-i", interval, "-x", seconds, "-o", output, "-p", pid],
    successes: AUSTIN_SUCCESSES,
  });
  const pySpy: MakeCall = (_, pid, seconds, output) => ({
    command: peer("py-spy"),
    args: ["record", "--idle", "-r", `${REFERENCE_HERTZ}`, "-d", seconds, "-f", "raw", "-o", output, "-p", pid],
    successes: [0],
  });
  const samplers = [sampler("Austin 4.0", false, folder, austin4, readProfile)];
  if (minor <= 14) {
    samplers.push(sampler("py-spy, blocking", true, folder, pySpy, readCollapsed(FRAME_FORMATS.scopeFirst)));
  }
  if (minor >= 15) {
    const rate = String(Math.round(1e6 / microseconds));
    samplers.push(standardLibrary("3.15's own", false, folder, ["-r", rate]));
    const blocking = ["-r", `${REFERENCE_HERTZ}`, "--blocking"];
    samplers.push(standardLibrary("3.15's own, blocking", true, folder, blocking));
  }
  return samplers;
}
