// Programs whose memory, idleness and garbage are known, sampled until they are interrupted; and sums over what came of it. What they are sampled with is the tests' own.
import { expect } from "vitest";
import type { Sample } from "../src/model/sample.js";
import { type Austin, type Profile, readWholeProfile, startAustin } from "./austin.js";
import { assertNoLeftovers } from "./leftovers.js";
import type { Python } from "./pythons.js";
import { startTarget, type Target } from "./target.js";

export interface Memory {
  readonly pid: number;
  readonly size: number;
  readonly worker: number;
  readonly sleeper: number;
}

const targets: Target<unknown>[] = [];

/** For `afterEach`. */
export async function stopPrograms(): Promise<void> {
  await Promise.all(targets.splice(0).map((target) => target.stop()));
  assertNoLeftovers();
}

export async function start<R>(python: Python, script: string, ...args: string[]): Promise<Target<R>> {
  const target = await startTarget<R>(python, script, args);
  targets.push(target);
  return target;
}

/** A program that has taken memory and given it back once, so that nothing else of it grows any more. */
export async function startMemory(python: Python): Promise<Target<Memory>> {
  const target = await start<Memory>(python, "memory.py");
  await target.next();
  await target.next();
  return target;
}

export const idOf = ({ thread }: Sample) => Number.parseInt(thread, 16);
export const bytesOf = (samples: readonly Sample[]) =>
  samples.reduce((sum, { metrics }) => sum + (metrics.memoryBytes ?? 0), 0);
export const timeOf = (samples: readonly Sample[]) =>
  samples.reduce((sum, { metrics }) => sum + (metrics.timeMicroseconds ?? 0), 0);
export const figure = ({ metadata }: Profile, key: string) => Number(metadata.get(key));

export async function attached(options: readonly string[], path: string, pid: number): Promise<Austin> {
  const austin = startAustin([...options, "-o", path, "-p", String(pid)]);
  await austin.sampling();
  return austin;
}

export async function interrupted(austin: Austin, path: string): Promise<Profile> {
  austin.kill("SIGINT");
  const { how, stderr } = await austin.ended;
  expect(how, stderr).toBe(254);
  return readWholeProfile(path);
}
