// Profiles of a real program: threads that work and wait, recursion, collections, memory that comes and goes. In: which one. Out: the
// MOJO file that `austin` wrote of it, and its samples. Each is made once a test file.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, writeFileSync } from "node:fs";
import { basename } from "node:path";
import type { Format } from "../../src/formats/format.js";
import { formatNamed } from "../../src/formats/registry.js";
import { readMojo } from "../../src/mojo/index.js";
import { austinPath, freshPath, type Profile, readWholeProfile, untilWritten } from "../austin.js";
import { pythons } from "../pythons.js";
import { targetPath } from "../target.js";
import { bytesOf } from "./made_profile.js";
import { type Tallies, talliesOf } from "./tallies.js";

/** Of each profile, the CPython (minor version), austin's options, and the program's arguments. */
const RUNS = {
  "wall time, 3.9": [9, [], []],
  "CPU time and collector, 3.15": [15, ["-c", "-g"], []],
  "memory, 3.15": [15, ["-m"], []],
  "full metrics of a family, with collector, 3.15": [15, ["-f", "-g", "-C"], ["children"]],
} as const;

const WANTED_BYTES = 25_000;

export type RunName = keyof typeof RUNS;
export const RUN_NAMES = Object.keys(RUNS) as RunName[];

export interface RealProfile extends Profile {
  readonly path: string;
  /** What it adds up to. */
  readonly tallies: Tallies;
}

const made = new Map<RunName, Promise<RealProfile>>();

export function realProfile(name: RunName): Promise<RealProfile> {
  let profile = made.get(name);
  if (profile === undefined) {
    profile = sample(name);
    made.set(name, profile);
  }
  return profile;
}

async function sample(name: RunName): Promise<RealProfile> {
  const [minor, options, args] = RUNS[name];
  const python = pythons().find(({ version, debug, wordSize }) => version[1] === minor && !debug && wordSize === 8);
  if (python === undefined) throw new Error(`there is no CPython 3.${minor}`);
  const path = freshPath();
  // With -P samples are in the file as soon as they are sound: there are some hundreds before the program is told to end.
  const words = [austinPath, "-P", "-i", "1ms", ...options, "-o", path];
  const child = spawn(process.execPath, [...words, python.path, targetPath("mojo_variety.py"), ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  let told = "";
  child.stderr.on("data", (chunk: Buffer) => (told += chunk));
  const ended = once(child, "close");
  await Promise.race([once(child.stdout, "data"), ended]);
  await untilWritten(path, WANTED_BYTES);
  child.stdin.end();
  const [code] = await ended;
  if (code !== 0) throw new Error(`austin ended with ${code}\n${told}`);
  const profile = await readWholeProfile(path);
  return { ...profile, path, tallies: talliesOf(profile.samples) };
}

/** What a format makes of a profile; the file's name ends as the format's do. */
export async function written(name: string, { path }: RealProfile): Promise<{ path: string; bytes: Buffer }> {
  const format = (await formatNamed(name)) as Format;
  const bytes = await bytesOf(format.write(readMojo(createReadStream(path)), { name: basename(path) }));
  const output = freshPath(`profile${format.extensions[0]}`);
  writeFileSync(output, bytes);
  return { path: output, bytes };
}
