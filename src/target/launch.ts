// Start the command to be sampled. In: a command line and where its standard output goes. Out: the process, and a
// promise of its end. It knows nothing of Python.
import { type ChildProcess, spawn } from "node:child_process";
import { getSystemErrorMap } from "node:util";

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

  constructor(child: ChildProcess, pid: number) {
    this.pid = pid;
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once("exit", (exitCode, signal) => {
        this.#end = { exitCode, signal };
        resolve(this.#end);
      });
    });
  }

  /** Undefined while it runs. */
  get end(): ProcessEnd | undefined {
    return this.#end;
  }

  /** Send a signal; one that has ended gets none. */
  signal(name: NodeJS.Signals): void {
    if (this.#end === undefined) this.#child.kill(name);
  }
}

/**
 * Start a command with our standard input and error, environment and folder.
 * @param keepsOutput whether it has our standard output, too; else that goes nowhere
 * @throws LaunchError
 */
export async function launch(command: string, args: readonly string[], keepsOutput: boolean): Promise<LaunchedProcess> {
  let child: ChildProcess;
  try {
    child = spawn(command, args, { stdio: ["inherit", keepsOutput ? "inherit" : "ignore", "inherit"] });
  } catch (error) {
    throw new LaunchError(command, errnoOf(error), { cause: error });
  }
  const { pid } = child;
  if (pid !== undefined) return new LaunchedProcess(child, pid);
  return new Promise((_, reject) => {
    child.once("error", (error) => reject(new LaunchError(command, errnoOf(error), { cause: error })));
  });
}

function errnoOf(error: unknown): number {
  const { errno, code } = error as NodeJS.ErrnoException;
  if (errno !== undefined) return Math.abs(errno);
  for (const [number, [name]] of getSystemErrorMap()) if (name === code) return Math.abs(number);
  return 0;
}
