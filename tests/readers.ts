// The built commands that read what `austin` wrote, as a person runs them. In: a command's name, its arguments and input. Out: how it
// ends, and what it says; in a terminal of its own where wanted.
import { type ChildProcessWithoutNullStreams, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { promisify } from "node:util";
import { builtCommand } from "./built.js";
import { type Python, projectRoot, pythons } from "./pythons.js";

export interface ReaderEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built command; `node` runs it. */
export function readerPath(command: string): string {
  return builtCommand(command);
}

/** The words that run it: Node and the built command, or a standalone executable that AUSTIN_TS_STANDALONE names. */
export function readerWords(command: string): readonly [string, ...string[]] {
  const { AUSTIN_TS_STANDALONE: standalone } = process.env;
  return standalone ? [standalone, command] : [process.execPath, readerPath(command)];
}

export function startReader(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcessWithoutNullStreams {
  const [program, ...words] = readerWords(command);
  const child = spawn(program, [...words, ...args], {
    stdio: "pipe",
    env: { ...process.env, ...env },
  });
  child.stdin.on("error", () => {}); // it ended without reading
  return child;
}

/** Run a command to its end. */
export async function runReader(
  command: string,
  args: readonly string[],
  input: Uint8Array | string = "",
  env: Readonly<Record<string, string>> = {},
): Promise<ReaderEnd> {
  const child = startReader(command, args, env);
  child.stdin.end(input);
  const heard = { stdout: "", stderr: "" };
  child.stdout.on("data", (chunk: Buffer) => (heard.stdout += chunk));
  child.stderr.on("data", (chunk: Buffer) => (heard.stderr += chunk));
  const [code] = await once(child, "close");
  return { code, ...heard };
}

/** Run any words in a terminal of its own; `dialogue` has what to wait for and what to type then. */
export async function inTerminal(
  words: readonly string[],
  dialogue: readonly (readonly [awaited: string, typed: string])[] = [],
): Promise<{ readonly how: number; readonly shown: string }> {
  const python = pythons().at(-1) as Python;
  const harness = join(projectRoot, "tests/terminal.py");
  const { stdout } = await promisify(execFile)(python.path, [harness, JSON.stringify(dialogue), ...words], {
    env: { ...process.env, TERM: "xterm", NO_COLOR: "1" },
  });
  return JSON.parse(stdout);
}
