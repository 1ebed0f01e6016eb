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
import { isRelease, type Python, pythons } from "../pythons.js";
import { targetPath } from "../target.js";
import { bytesOf } from "./made_profile.js";
import { type Tallies, talliesOf } from "./tallies.js";

// From 3.9 on, and up to 3.15, where all are there.
const releases = pythons().filter((python) => isRelease(python) && python.wordSize === 8);
const [oldest, newest] = [releases[0], releases.at(-1)] as [Python, Python];
const titleOf = (what: string, { version }: Python) => `${what}, 3.${version[1]}`;

/** Of each profile, the CPython, austin's options, and the program's arguments. */
const RUNS: Readonly<Record<string, readonly [Python, readonly string[], readonly string[]]>> = {
  [titleOf("wall time", oldest)]: [oldest, [], []],
  [titleOf("CPU time and collector", newest)]: [newest, ["-c", "-g"], []],
  [titleOf("memory", newest)]: [newest, ["-m"], []],
  [titleOf("full metrics of a family, with collector", newest)]: [newest, ["-f", "-g", "-C"], ["children"]],
};

const WANTED_BYTES = 25_000;

export const RUN_NAMES: readonly string[] = Object.keys(RUNS);

export interface RealProfile extends Profile {
  readonly path: string;
  /** What it adds up to. */
  readonly tallies: Tallies;
}

const made = new Map<string, Promise<RealProfile>>();

export function realProfile(name: string): Promise<RealProfile> {
  let profile = made.get(name);
  if (profile === undefined) {
    profile = sample(name);
    made.set(name, profile);
  }
  return profile;
}

async function sample(name: string): Promise<RealProfile> {
  const run = RUNS[name];
  if (run === undefined) throw new Error(`there is no run '${name}'`);
  const [python, options, args] = run;
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
