// In: one of two commands, and a command line. Out: what it did, reduced to what can be compared: exit code, kind of
// standard output, kind of first message, metadata. Knows neither the rows nor which differences are right.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { readMojo } from "../../src/mojo/index.js";

/** What is compared, each a text that fits into a table; and what it said. */
export interface Observation {
  readonly code: string;
  readonly stdout: string;
  readonly message: string;
  readonly metadata: string;
  /** The first lines on standard error as they were, to see what went wrong. */
  readonly said: string;
}

export type Field = keyof Omit<Observation, "said">;

export interface CommandLine {
  /** The command itself, such as `["node", "austin.js"]`. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** Where the profile goes; undefined for standard output. */
  readonly file: string | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Sent as soon as there are samples. */
  readonly signal: NodeJS.Signals | undefined;
}

const HANG_MILLISECONDS = 30_000;
/** More than the header and the metadata in front of the samples. */
const SAMPLED_BYTES = 300;

/** Run a command line to its end. */
export async function observe({ command, args, file, env, signal }: CommandLine): Promise<Observation> {
  const [program, ...words] = [...command, ...args] as [string, ...string[]];
  const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...env } });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  let hung = false;
  const watchdog = setTimeout(() => {
    hung = true;
    child.kill("SIGKILL");
  }, HANG_MILLISECONDS);
  // Not "close": what it leaves running holds its streams.
  const exited = once(child, "exit");
  if (signal !== undefined && file !== undefined) void interrupt(child, file, signal);
  const [code, ended] = await exited;
  clearTimeout(watchdog);
  child.stdout.destroy();
  child.stderr.destroy();
  const out = Buffer.concat(stdout);
  const said = plain(Buffer.concat(stderr).toString("utf8"));
  return {
    code: hung ? "hung" : String(ended ?? code),
    stdout: kindOfOutput(out),
    message: kindOfMessage(said),
    metadata: await metadataOf(file === undefined ? out : read(file)),
    said: said.slice(0, 1000),
  };
}

async function interrupt(child: ReturnType<typeof spawn>, file: string, signal: NodeJS.Signals): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > SAMPLED_BYTES) {
      child.kill(signal);
      return;
    }
    await sleep(10);
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

const HEADER = Buffer.from("MOJ\x03");

function kindOfOutput(bytes: Buffer): string {
  if (bytes.length === 0) return "empty";
  if (bytes.equals(HEADER)) return "MOJO's header";
  if (bytes.subarray(0, HEADER.length).equals(HEADER)) return "MOJO";
  const lines = plain(bytes.toString("utf8")).split("\n");
  const first = lines.find((line) => line.trim() !== "") ?? "";
  // Of the first line, what programs look for: the process and thread numbers are this run's own.
  return `text: ${first
    .replaceAll(/\d{3,}/g, "N")
    .split(" ")
    .slice(0, 2)
    .join(" ")}`;
}

/** Without colours. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is the escape character that is meant
  return text.replaceAll(/\x1b\[[\d;]*m/g, "");
}

/** What a message says, whatever its words. The first that matches counts. */
const KINDS: readonly (readonly [pattern: RegExp, kind: string])[] = [
  [/sampling interval must be a positive integer/, "interval must be positive"],
  [/timeout must be a positive integer/, "timeout must be positive"],
  [/exposure must be a positive integer/, "exposure must be positive"],
  [/invalid PID/, "invalid PID"],
  [/-p option is incompatible with the command/, "PID and command"],
  [/requires an argument/, "requires an argument"],
  [/invalid option -- /, "invalid option"],
  [/unrecogni[sz]ed option/, "unrecognised option"],
  [/doesn't allow an argument/, "allows no argument"],
  [/ambiguous/, "ambiguous option"],
  [/neither a command .* nor a process/, "no target"],
  [/environment variable 'AUSTIN_PAGE_SIZE_CAP'/, "invalid environment variable"],
  [/Cannot open the output/, "output not opened"],
  [/No (child|Python) process(es)? (was |were )?found|Parent is not a Python process/, "no Python child"],
  [/Cannot launch|too quickly/, "not launched, or too quick"],
  [/Cannot attach/, "cannot attach"],
  [/Insufficient permissions/, "insufficient permissions"],
  [/Cannot determine|Unsupported Python version/, "no supported Python"],
  [/Python version: \d/, "samples Python"],
];

function kindOfMessage(text: string): string {
  const places = KINDS.map(([pattern, kind]) => ({ at: text.search(pattern), kind })).filter(({ at }) => at >= 0);
  const first = places.sort((one, other) => one.at - other.at)[0];
  if (first !== undefined) return first.kind;
  // Austin's drawing of its name is no message.
  const rest = text.split("\n").filter((line) => line.trim() !== "" && !/[_|/\\]{2}/.test(line));
  return rest[0]?.trim() ?? "none";
}

/** Keys whose values must be equal; of the trailer's, only that they are there. */
const HEAD = ["austin", "interval", "mode", "memory", "multiprocess", "gc", "python"];
const TRAILER = ["count", "duration", "sampling", "saturation", "errors"];

/** Austin's keys as the profile has them, each once; "none" where there is no profile. */
async function metadataOf(bytes: Buffer): Promise<string> {
  if (!bytes.subarray(0, HEADER.length).equals(HEADER)) return "none";
  const profile = readMojo(bytes);
  for await (const _ of profile);
  const head = new Map<string, string>();
  for (const { key, value } of profile.allMetadata) {
    if (HEAD.includes(key) && !head.has(key)) head.set(key, value);
  }
  const counted = profile.allMetadata.filter(({ key, value }) => key === "gc" && /^\d+$/.test(value)).length > 0;
  const trailer = TRAILER.filter((key) => profile.metadata.has(key));
  const all = [
    ...[...head].map(([key, value]) => `${key}=${value}`).sort(),
    ...(counted ? ["gc in the trailer"] : []),
    ...trailer,
    ...(profile.truncated ? ["cut off"] : []),
  ];
  return all.length === 0 ? "none" : all.join(" ");
}
