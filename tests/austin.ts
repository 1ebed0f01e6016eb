// The built command as a person runs it. In: its arguments. Out: the running command, what it says, how it ends, and the
// profile that it wrote. Whatever a test file leaves running is killed when the file ends.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { afterAll, expect } from "vitest";
import type { Sample } from "../src/model/sample.js";
import { type Metadata, readMojo } from "../src/mojo/index.js";
import { builtCommand } from "./built.js";
import { killLeftovers } from "./leftovers.js";
import { projectRoot } from "./pythons.js";

/** The built command; `node austinPath` runs it. */
export const austinPath = builtCommand("austin");

/** The words that run it: Node and the built command, or a standalone executable that AUSTIN_TS_STANDALONE names. */
export const austinWords: readonly string[] = process.env.AUSTIN_TS_STANDALONE
  ? [process.env.AUSTIN_TS_STANDALONE]
  : [process.execPath, austinPath];

/** What people call: it notes what it inherits before a runtime can change it. */
export const frontPath = process.env.AUSTIN_TS_STANDALONE ?? join(projectRoot, "bin/austin");

/** A folder of the test file's own, removed when it ends. */
export const scratch = mkdtempSync(join(tmpdir(), "austin-command-"));

afterAll(() => {
  killLeftovers();
  rmSync(scratch, { recursive: true, force: true });
});

let files = 0;

/** A path in the scratch folder at which nothing is yet. */
export function freshPath(name = "profile.mojo"): string {
  return join(scratch, `${files++}-${name}`);
}

export interface AustinOptions {
  /** What the command has on its standard input; empty by default. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Words in front, such as `["setpriv", "--reuid=65534"]`. */
  readonly through?: readonly string[];
}

export interface AustinEnd {
  /** Exit code, or the name of the signal that ended it. */
  readonly how: number | string;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Everything that came on a stream so far, and whoever waits for more. */
class Heard {
  readonly chunks: Buffer[] = [];
  #ended = false;
  readonly #waiting = new Set<() => void>();

  constructor(stream: Readable) {
    stream.on("data", (chunk: Buffer) => {
      this.chunks.push(chunk);
      for (const look of this.#waiting) look();
    });
    stream.on("close", () => {
      this.#ended = true;
      for (const look of this.#waiting) look();
    });
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks);
  }

  get text(): string {
    return this.bytes.toString("utf8");
  }

  /** Wait until `pattern` was heard; the match. */
  until(pattern: RegExp, context: () => string): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(this.text);
        if (match === null && !this.#ended) return;
        this.#waiting.delete(look);
        if (match === null) reject(new Error(`${pattern} was never heard\n${context()}`));
        else resolve(match);
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** The command, running. */
export class Austin {
  readonly child: ChildProcess;
  /** Resolves when it has ended and nobody holds its streams any more. */
  readonly ended: Promise<AustinEnd>;
  readonly #stdout: Heard;
  readonly #stderr: Heard;

  constructor(args: readonly string[], { input = "", env = {}, through = [] }: AustinOptions) {
    const [command, ...rest] = [...through, ...austinWords, ...args] as [string, ...string[]];
    const child = spawn(command, rest, { stdio: "pipe", env: { ...process.env, ...env } });
    this.child = child;
    this.#stdout = new Heard(child.stdout);
    this.#stderr = new Heard(child.stderr);
    child.stdin.on("error", () => {}); // it ended without reading
    child.stdin.end(input);
    this.ended = once(child, "close").then(([code, signal]) => ({
      how: signal ?? code,
      stdout: this.#stdout.bytes,
      stderr: this.#stderr.text,
    }));
  }

  get pid(): number {
    return this.child.pid as number;
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Wait for a text on its standard output, which the command it starts shares where there is `-o`. */
  says(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#stdout.until(pattern, () => this.#stderr.text);
  }

  /** Wait for a text on its standard error. */
  tells(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#stderr.until(pattern, () => this.#stderr.text);
  }

  /** Wait until it samples; the process id of its target. */
  async sampling(): Promise<number> {
    return Number((await this.tells(/Sampling process (\d+)/))[1]);
  }
}

/** Start the command. */
export function startAustin(args: readonly string[], options: AustinOptions = {}): Austin {
  return new Austin(args, options);
}

/** Run the command to its end. */
export function runAustin(args: readonly string[], options: AustinOptions = {}): Promise<AustinEnd> {
  return new Austin(args, options).ended;
}

/** A whole profile, in memory. */
export interface Profile {
  readonly samples: readonly Sample[];
  /** The last value of each key. */
  readonly metadata: ReadonlyMap<string, string>;
  readonly allMetadata: readonly Metadata[];
  /** Scopes that occur, in no order. */
  readonly scopes: ReadonlySet<string>;
  readonly truncated: boolean;
}

/** Read the profile at a path, or in bytes. */
export async function readProfile(source: string | Uint8Array): Promise<Profile> {
  const profile = readMojo(typeof source === "string" ? readFileSync(source) : source);
  const samples: Sample[] = [];
  const scopes = new Set<string>();
  for await (const sample of profile) {
    samples.push(sample);
    for (const frame of sample.frames) if (frame.kind === "code") scopes.add(frame.scope);
  }
  const { metadata, allMetadata, truncated } = profile;
  return { samples, metadata, allMetadata, scopes, truncated };
}

/** The profile at a path, which must have samples and end with the trailer. */
export async function readWholeProfile(source: string | Uint8Array): Promise<Profile> {
  const profile = await readProfile(source);
  const { samples, metadata, truncated } = profile;
  if (truncated || !metadata.has("duration")) throw new Error(`a profile of ${samples.length} samples has no end`);
  if (Number(metadata.get("count")) !== samples.length || samples.length === 0) {
    throw new Error(`the trailer counts ${metadata.get("count")} samples, there are ${samples.length}`);
  }
  return profile;
}

/** The scopes of a stack, root first. */
export function scopesOf(sample: Sample): string[] {
  return sample.frames.map((frame) => (frame.kind === "invalid" ? "(invalid)" : frame.scope));
}

/** The state of a process as procfs has it ("T" stopped, "Z" zombie); undefined when there is none. */
export function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.charAt(stat.lastIndexOf(")") + 2);
  } catch {
    return undefined;
  }
}

/** Whether a process runs: not gone, and not a zombie. */
export function isAlive(pid: number): boolean {
  return !["Z", "X", undefined].includes(stateOf(pid));
}

/** Wait until the file at `path` has more than `bytes`: then the samples in it are more than what is held back. */
export async function untilWritten(path: string, bytes = 0): Promise<number> {
  await expect
    .poll(() => (existsSync(path) ? statSync(path).size : 0), { timeout: 60_000 })
    .toBeGreaterThan(bytes + 1000);
  return statSync(path).size;
}
