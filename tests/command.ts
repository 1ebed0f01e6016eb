// Targets that are any command, for tests of how processes are told apart. In: a command. Out: a process that said
// "ready" and waits for its stdin to close; `stopCommands` ends and reaps them. Knows nothing of sampling.
import { type ChildProcessByStdio, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";

type Child = ChildProcessByStdio<Writable, Readable, null>;

/** A command that runs. */
export interface Command {
  readonly pid: number;
  readonly child: Child;
  /** Wait for its next line that starts with "ready"; gives what stands behind the word. */
  ready(): Promise<string>;
}

const running = new Map<Child, Interface>();

/** Start a command. */
export async function start(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Command> {
  const child = spawn(command, args, { ...options, stdio: ["pipe", "pipe", "inherit"] }) as Child;
  await once(child, "spawn");
  // A target that ended already: its end is reported where it matters.
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout });
  running.set(child, lines);
  const arrived = lines[Symbol.asyncIterator]();
  const ready = async (): Promise<string> => {
    for (let next = await arrived.next(); !next.done; next = await arrived.next()) {
      if (next.value.startsWith("ready")) return next.value.slice("ready".length).trim();
    }
    throw new Error(`${command} ${args.join(" ")} ended before it was ready`);
  };
  return { pid: child.pid as number, child, ready };
}

/** Start a command and wait for its ready line. */
export async function park(
  command: string,
  args: readonly string[],
  options: SpawnOptions = {},
): Promise<{ readonly pid: number; readonly child: Child; readonly line: string }> {
  const { pid, child, ready } = await start(command, args, options);
  return { pid, child, line: await ready() };
}

/** End every command that still runs, and reap it. For `afterEach`. */
export async function stopCommands(): Promise<void> {
  const ends = [...running].map(async ([child, lines]) => {
    if (child.exitCode === null && child.signalCode === null) {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
    }
    lines.close();
  });
  running.clear();
  await Promise.all(ends);
}
