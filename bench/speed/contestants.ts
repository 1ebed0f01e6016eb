// In: nothing. Out: the samplers to compare, each with how it is started, how it says that it samples, and how its
// output is counted. Knows nothing of what is measured.
import { createReadStream, existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readMojo } from "../../src/mojo/index.js";
import { type Python, projectRoot, pythons } from "../../tests/pythons.js";
import { austin, check, type Ending, type Measured, measure, run } from "../runs.js";

/** What to watch: a process that runs, with its family where it says so and the contestant writes MOJO, or a script to start. */
export type Watched =
  | { readonly pid: number; readonly family?: boolean }
  | { readonly python: Python; readonly script: readonly string[] };

type Command = readonly [command: string, ...args: string[]];

export interface Contestant {
  readonly name: string;
  readonly version: Command;
  /** Why it can't watch programs of this Python; undefined where it can. */
  unfit(python: Python): string | undefined;
  /** The command that samples all threads, idle ones too, without stopping the target, until it gets SIGINT. */
  command(watched: Watched, intervalMicroseconds: number, output: string): Command;
  readonly writesMojo: boolean;
  /** What it says, on stdout or stderr, when it samples. */
  readonly begun: RegExp;
  /** Whether it says so before its first sample. */
  readonly begunAtOnce: boolean;
  /** How it may end after SIGINT. */
  readonly endings: readonly (number | string)[];
  /** Thread samples in its output; `seconds` is the time between `begun` and SIGINT. */
  count(output: string, ending: Ending, seconds: number): Promise<Measured>;
  /** Names of functions that occur in its output, each at least once; may have other text in between. */
  scopes(output: string): Promise<Iterable<string>>;
}

function ofMojo(name: string, command: Command, begun: RegExp): Contestant {
  return {
    name,
    version: [...command, "--version"],
    unfit: () => undefined,
    command: (watched, intervalMicroseconds, output) => [
      ...command,
      ...["-i", String(intervalMicroseconds), "-o", output],
      ...("pid" in watched
        ? [...(watched.family === true ? ["-C"] : []), "-p", String(watched.pid)]
        : [watched.python.path, ...watched.script]),
    ],
    writesMojo: true,
    begun,
    begunAtOnce: true,
    endings: [254],
    count: measure,
    async scopes(output) {
      const scopes = new Set<string>();
      for await (const { frames } of readMojo(createReadStream(output))) {
        for (const frame of frames) if (frame.kind !== "invalid") scopes.add(frame.scope);
      }
      return scopes;
    },
  };
}

function number(pattern: RegExp, text: string): number {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new Error(`it doesn't say ${pattern}`);
  return Number(found.replaceAll(",", ""));
}

function spy(command: string): Contestant {
  return {
    name: "py-spy",
    version: [command, "--version"],
    unfit: () => undefined,
    command: (watched, intervalMicroseconds, output) => [
      command,
      ...["record", "--rate", String(1e6 / intervalMicroseconds), "--nonblocking", "--idle", "--threads"],
      ...["--format", "raw", "--output", output],
      ...("pid" in watched ? ["--pid", String(watched.pid)] : ["--", watched.python.path, ...watched.script]),
    ],
    writesMojo: false,
    begun: /Sampling process/,
    begunAtOnce: true,
    endings: [0],
    // Collapsed stacks, each line ending with how often it was seen.
    async count(output, { stdout, stderr }, seconds) {
      let samples = 0;
      let frames = 0;
      for (const line of (await readFile(output, "utf8")).trimEnd().split("\n")) {
        const times = Number(line.slice(line.lastIndexOf(" ")));
        samples += times;
        frames += times * (line.split(";").length - 1); // the first is the thread
      }
      return { samples, seconds, frames, errors: number(/Errors: (\d+)/, stdout + stderr) };
    },
    scopes: async (output) => [await readFile(output, "utf8")],
  };
}

function ofPython({ path }: Python): Contestant {
  const sampler = ["-m", "profiling.sampling"];
  return {
    name: "Python 3.15's",
    version: [path, "--version"],
    unfit: ({ version: [, minor], debug, wordSize }) =>
      minor === 15 && !debug && wordSize === 8 ? undefined : "it samples its own version only",
    command: (watched, intervalMicroseconds, output) => [
      path,
      ...[
        ...sampler,
        "pid" in watched ? "attach" : "run",
        "--all-threads",
        "--sampling-rate",
        String(1e6 / intervalMicroseconds),
      ],
      // Once a second, it says how it is doing.
      ...["--realtime-stats", "--binary", "--output", output],
      ...("pid" in watched ? [String(watched.pid)] : watched.script),
    ],
    writesMojo: false,
    begun: /Stats:/,
    begunAtOnce: false,
    endings: [0],
    async count(_, { stdout }) {
      const errorRate = number(/Error rate: ([\d.,]+)/, stdout) / 100; // it says percent
      const seconds = number(/Captured [\d,]+ samples? in ([\d.,]+) seconds/, stdout);
      const samples = number(/Binary profile written to .* \(([\d,]+) samples?\)/, stdout);
      return { samples, seconds, frames: Number.NaN, errors: Math.round(errorRate * samples) };
    },
    async scopes(output) {
      const collapsed = `${output}.txt`;
      check("replay", await run(path, [...sampler, "replay", "--collapsed", "-o", collapsed, output], 60_000), [0]);
      return [await readFile(collapsed, "utf8")];
    },
  };
}

/** Ours. */
export const OURS = "ours";
/** Whom ours is compared with. */
export const RIVAL = "Austin 4.0";

/** Whoever is there, ours first. */
export function contestants(): readonly Contestant[] {
  const peers = join(projectRoot, ".peers/bin");
  const austin4 = join(peers, "austin");
  const pySpy = join(peers, "py-spy");
  const list = [ofMojo(OURS, [process.execPath, austin], /Sampling process/)];
  if (existsSync(austin4)) list.push(ofMojo(RIVAL, [austin4], /Python.* version/));
  if (existsSync(pySpy)) list.push(spy(pySpy));
  const python = pythons().find((one) => ofPython(one).unfit(one) === undefined);
  if (python !== undefined) list.push(ofPython(python));
  return list;
}
