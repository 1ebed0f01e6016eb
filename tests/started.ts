// In: a command line. Out: the running process, once it has said that it is ready. Knows neither interpreters nor the
// test runner, so that scripts can use it as well.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";

export interface TargetOptions {
  /** Environment variables beside our own. */
  readonly env?: Readonly<Record<string, string>>;
  /** These and no other environment variables. */
  readonly onlyEnv?: Readonly<Record<string, string>>;
  /** Options of the interpreter itself, before the script: `["-X", "no_debug_ranges"]`. */
  readonly pythonArguments?: readonly string[];
  /** Milliseconds that the target has for each ready line; default 60,000. */
  readonly readyTimeoutMilliseconds?: number;
  /** Where it runs; default: where we do. */
  readonly folder?: string;
}

type TargetProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** A running target. `R` is the shape of its ready line. */
export interface Target<R> {
  readonly pid: number;
  /** The target's first line on stdout, parsed. */
  readonly ready: R;
  readonly child: TargetProcess;
  /** Write a line to the target's stdin and wait for its next JSON line. */
  next(line?: string): Promise<R>;
  /** Close stdin, wait for the end (SIGKILL after 10 s) and reap. Resolves with what the target wrote to stderr. */
  stop(): Promise<string>;
}

const STOP_TIMEOUT_MILLISECONDS = 10_000;
const running = new Set<() => Promise<string>>();

/** Stop what was started and not stopped yet. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((stop) => stop()));
}

/** What the process `child` writes to `stream` line by line, each waited for in turn. */
class Lines {
  #text = "";
  #waiting: ((line: string) => void) | undefined;

  constructor(stream: Readable) {
    stream.setEncoding("utf8");
    const parts: string[] = [];
    stream.on("data", (part: string) => {
      parts.push(part);
      if (!part.includes("\n")) return;
      this.#text += parts.join("");
      parts.length = 0;
      this.#deliver();
    });
  }

  next(): Promise<string> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#deliver();
    });
  }

  #deliver(): void {
    const end = this.#text.indexOf("\n");
    if (end < 0 || this.#waiting === undefined) return;
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting(line);
  }
}

/**
 * Start a command and wait for its ready line.
 * @param title names it in errors
 * @throws an error that carries the target's stderr, if it ends or says nothing before it is ready
 */
export async function startCommand<R = { pid: number }>(
  [program, ...args]: readonly [string, ...string[]],
  title: string,
  options: Omit<TargetOptions, "pythonArguments"> = {},
): Promise<Target<R>> {
  const child: TargetProcess = spawn(program, args, {
    stdio: ["pipe", "pipe", "pipe"],
    env: options.onlyEnv ?? { ...process.env, PYTHONDONTWRITEBYTECODE: "1", PYTHONUTF8: "1", ...options.env },
    ...(options.folder && { cwd: options.folder }),
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {}); // a target that ended already: its end is reported where it matters
  const closed = new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(signal ?? `code ${code}`));
  });
  const lines = new Lines(child.stdout);

  const stop = async (): Promise<string> => {
    child.stdin.end();
    const deadline = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MILLISECONDS);
    await closed.finally(() => clearTimeout(deadline));
    running.delete(stop);
    return stderr;
  };
  running.add(stop);

  const nextLine = async (): Promise<R> => {
    const timeout = options.readyTimeoutMilliseconds ?? 60_000;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`${title} isn't ready after ${timeout} ms\n${stderr}`)), timeout);
    });
    const ended = closed.then((how) => {
      throw new Error(`${title} ended (${how}) before it was ready\n${stderr}`);
    });
    try {
      return JSON.parse(await Promise.race([lines.next(), ended, late])) as R;
    } catch (error) {
      child.kill("SIGKILL");
      await stop();
      throw error;
    } finally {
      clearTimeout(timer);
      ended.catch(() => {});
    }
  };

  const ready = await nextLine();
  return {
    pid: child.pid as number,
    ready,
    child,
    next(line = "") {
      child.stdin.write(`${line}\n`);
      return nextLine();
    },
    stop,
  };
}
