// Start the command to be sampled. In: a command line and where its standard output goes. Out: the process, and a
// promise of its end. It knows nothing of Python.
import { isUtf8 } from "node:buffer";
import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { getSystemErrorMap } from "node:util";
import { host, type Job } from "../host/index.js";
import { type Heritage, type Start, startOf } from "./launcher.js";
import { canStart, findProgram } from "./program.js";

const STANDARD_OUTPUT = 1;
const STANDARD_DESCRIPTORS = [0, STANDARD_OUTPUT, 2];

/** The system did not start the command. */
export class LaunchError extends Error {
  override readonly name = "LaunchError";
  constructor(
    readonly command: string,
    /** Positive, as in errno.h. */
    readonly errno: number,
    options?: ErrorOptions,
  ) {
    super(`cannot start ${command}: errno ${errno}`, options);
  }
}

/** How a process ended: one of the two is null. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}

export class LaunchedProcess {
  readonly pid: number;
  /** Resolves when the process has ended and is reaped. */
  readonly ended: Promise<ProcessEnd>;
  #end: ProcessEnd | undefined;
  readonly #child: ChildProcess;
  /** Where what it has started ends with us. */
  readonly #job: Job | undefined = host.newJob();

  constructor(child: ChildProcess, pid: number) {
    this.pid = pid;
    this.#child = child;
    this.#job?.add(pid);
    this.ended = new Promise((resolve) => {
      child.once("exit", (exitCode, signal) => {
        this.#end = { exitCode, signal };
        // Whoever outlives it was meant to.
        this.#job?.leave();
        resolve(this.#end);
      });
    });
  }

  /** Undefined while it runs. */
  get end(): ProcessEnd | undefined {
    return this.#end;
  }

  /** From now on it is not waited for: we may end before it does. */
  leave(): void {
    this.#job?.leave();
    this.#child.unref();
  }

  /** This process, which it has started, belongs to it, too. */
  include(pid: number): void {
    this.#job?.add(pid);
  }

  /** Send a signal; one that has ended gets none. Where there are no signals, this ends it at once, with all that it has started. */
  signal(name: NodeJS.Signals): void {
    if (this.#end !== undefined) return;
    this.#child.kill(name);
    this.#job?.end();
  }
}

/** What a command gets of ours. */
export interface Passing {
  /** Whether it has our standard output, too; else that goes nowhere. */
  readonly keepsOutput: boolean;
  /** Descriptors that it has not, though we inherited them. */
  readonly ours: readonly number[];
}

/**
 * Start a command with what we inherited: descriptors, ignored signals, environment, folder, limits.
 * @param args ours end with it and them
 * @throws LaunchError
 */
export async function launch(command: string, args: readonly string[], passing: Passing): Promise<LaunchedProcess> {
  const start = host.hasHeritage ? plan(command, args, passing.keepsOutput) : { command, args, env: process.env };
  let child: ChildProcess;
  try {
    child = spawn(start.command, start.args, { env: start.env, stdio: descriptorsFor(passing) });
  } catch (error) {
    throw new LaunchError(command, errnoOf(error), { cause: error });
  }
  const { pid } = child;
  if (pid !== undefined) return new LaunchedProcess(child, pid);
  return new Promise((_, reject) => {
    child.once("error", (error) => reject(new LaunchError(command, errnoOf(error), { cause: error })));
  });
}

function plan(command: string, args: readonly string[], keepsOutput: boolean): Start {
  const { ignored, blocked, openFiles, descriptors, environment } = host.inherited();
  const words = inBytes([command, ...args]);
  const path = environment.find((entry) => entry.toString("latin1").startsWith("PATH="))?.subarray("PATH=".length);
  const program = findProgram(words[0] as Buffer, path);
  // What can't be started is left to the system itself, which says why.
  if (program === undefined || !canStart(program)) return { command, args, env: process.env };
  const isClosed = (descriptor: number): boolean => descriptors !== undefined && !descriptors.includes(descriptor);
  const heritage: Heritage = {
    ignored,
    blocked: blocked.length > 0 && canBlock() ? blocked : [],
    openFiles: openFiles === host.openFilesLimit() ? undefined : openFiles,
    closed: STANDARD_DESCRIPTORS.filter((one) => isClosed(one) && (keepsOutput || one !== STANDARD_OUTPUT)),
    environment,
    pid: process.pid,
  };
  return startOf(words, heritage);
}

/** The words that our own command line ends with, as they were before Node took them for UTF-8. */
function inBytes(words: readonly string[]): Buffer[] {
  const own = host.lastArguments(words.length);
  return words.map((word, i) => {
    const bytes = own[i];
    return bytes === undefined || isUtf8(bytes) ? Buffer.from(word) : bytes;
  });
}

/** Whether env is one that can block signals: of what is always there, nothing else can. */
function canBlock(): boolean {
  return spawnSync("/usr/bin/env", ["--block-signal=USR1", "true"], { stdio: "ignore" }).status === 0;
}

/** What stands at which descriptor: ours, each at its own number, as far as Node would close them. */
function descriptorsFor({ keepsOutput, ours }: Passing): NonNullable<SpawnOptions["stdio"]> & unknown[] {
  const stdio: (number | "inherit" | "ignore")[] = ["inherit", keepsOutput ? "inherit" : "ignore", "inherit"];
  const limit = Number(host.openFilesLimit());
  for (const descriptor of host.inherited().descriptors ?? []) {
    if (ours.includes(descriptor)) continue;
    if (descriptor < stdio.length || !host.isCloseOnExec(descriptor)) continue;
    // From before the limit was lowered: nothing can be put there any more.
    if (descriptor >= limit) break;
    while (stdio.length < descriptor) stdio.push("ignore");
    stdio.push(descriptor);
  }
  return stdio;
}

function errnoOf(error: unknown): number {
  const { errno, code } = error as NodeJS.ErrnoException;
  if (errno !== undefined) return Math.abs(errno);
  for (const [number, [name]] of getSystemErrorMap()) if (name === code) return Math.abs(number);
  return 0;
}
