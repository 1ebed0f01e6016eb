// What every measure is given, and the ways they share to use it.
import { join } from "node:path";
import { type Python, projectRoot } from "../../tests/pythons.js";
import type { Contestant } from "./contestants.js";
import { type Exposure, observe } from "./observe.js";
import type { Metric, Reading } from "./rounds.js";

export interface Setup {
  readonly python: Python;
  readonly rounds: number;
  /** How long a contestant samples in each round. */
  readonly seconds: number;
  /** How long it samples where memory is watched. */
  readonly memorySeconds: number;
  /** For outputs; the caller removes it. */
  readonly folder: string;
  readonly contestants: readonly Contestant[];
}

/** What a target lives longer than it is measured. */
export const SPARE_SECONDS = 120;

/** Absolute path of a program in bench/targets. */
export function benchTarget(name: string): string {
  return join(projectRoot, "bench/targets", name);
}

export function contestant({ contestants }: Setup, name: string): Contestant {
  const found = contestants.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no contestant ${name}`);
  return found;
}

/** Names of those that can watch `python`. */
export function fitColumns({ contestants }: Setup, python: Python): string[] {
  return contestants.filter(({ unfit }) => unfit(python) === undefined).map(({ name }) => name);
}

/** Names of those that write MOJO: with or without a family, at any rate. */
export function mojoColumns({ contestants }: Setup): string[] {
  return contestants.filter(({ writesMojo }) => writesMojo).map(({ name }) => name);
}

/** What to expose to a contestant for `seconds`. */
export function exposure(
  { folder, seconds }: Pick<Setup, "folder" | "seconds">,
  watched: Exposure["watched"],
  intervalMicroseconds: number,
): Exposure {
  const output = join(folder, "profile");
  return { watched, intervalMicroseconds, output, timeoutSeconds: seconds + SPARE_SECONDS };
}

const MEBIBYTE = 1024 * 1024;

/** Expose `watched` to the contestant `name` while `meanwhile` goes on: what came of it, in the units of the tables. */
export async function sampled(
  setup: Setup,
  name: string,
  exposed: Exposure,
  meanwhile: (sampler: number) => Promise<Reading>,
): Promise<Reading> {
  const one = contestant(setup, name);
  const { samples, seconds, frames, errors, bytes, peakBytes, result, ...cpu } = await observe(one, exposed, meanwhile);
  if (samples === 0 || seconds === 0) throw new Error(`${samples} samples in ${seconds} s`);
  const samplingCpu = one.begunAtOnce ? cpu.cpuSeconds - cpu.startCpuSeconds : Number.NaN;
  return {
    rate: samples / seconds,
    cpu: (samplingCpu * 1e6) / samples,
    allCpu: (cpu.cpuSeconds * 1e6) / samples,
    cpuShare: ((one.begunAtOnce ? samplingCpu : cpu.cpuSeconds) * 100) / seconds,
    bytes: bytes / samples,
    peak: peakBytes / MEBIBYTE,
    frames: frames / samples,
    errors: (100 * errors) / samples,
    samples,
    seconds,
    ...result,
  };
}

export const RATE: Metric = { key: "rate", title: "samples/s", better: "more" };
export const CPU: Metric = { key: "cpu", title: "CPU, us a sample", better: "less", digits: 2 };
export const ALL_CPU: Metric = { key: "allCpu", title: "same, start included", better: "less", digits: 2 };
export const CPU_SHARE: Metric = { key: "cpuShare", title: "CPU, % of a core", better: "less" };
export const BYTES: Metric = { key: "bytes", title: "bytes a sample", better: "less", digits: 1 };
export const PEAK: Metric = { key: "peak", title: "peak memory, MiB", better: "less", digits: 1 };
export const FRAMES: Metric = { key: "frames", title: "frames a sample", digits: 2 };
export const ERRORS: Metric = { key: "errors", title: "errors, %", digits: 2 };
