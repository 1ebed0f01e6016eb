// One look at a program: launched under the sampler, with what it needs beside it, for a bounded time. Out: what was seen.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { delimiter } from "node:path";
import { austin, run } from "../runs.js";
import { Load } from "./load.js";
import type { Environment } from "./packages.js";
import type { Program } from "./programs.js";
import { Sight } from "./sight.js";

/** The program's own end, and what it takes to write the profile. */
const STOP_MILLISECONDS = 60_000;

/** @throws an error with what the sampler said, where there is no profile */
export async function look(
  program: Program,
  { bin }: Environment,
  options: readonly string[],
  seconds: number,
  output: string,
): Promise<Sight> {
  const { command, hasChildren, port, beside, environment } = program;
  const env = {
    ...process.env,
    ...environment,
    PATH: [bin, process.env.PATH].join(delimiter),
    PYTHONDONTWRITEBYTECODE: "1",
  };
  const args = [austin, ...options, ...(hasChildren ? ["-C"] : []), "-x", String(seconds), "-o", output, ...command];
  const load = port === undefined ? undefined : new Load(port);
  const companion = beside && start(beside(seconds), env);
  const ending = await run(process.execPath, args, seconds * 1000 + STOP_MILLISECONDS, undefined, env);
  await load?.end();
  companion?.kill("SIGKILL");
  if (companion !== undefined) await once(companion, "close");
  if (ending.how === "hung" || !(statSync(output, { throwIfNoEntry: false })?.size ?? 0)) {
    throw new Error(`${program.name} ended with ${ending.how}\n${ending.stderr}`);
  }
  if (load !== undefined && load.answered === 0) throw new Error(`${program.name} answered nothing\n${ending.stderr}`);
  return Sight.of(output);
}

function start([command, ...args]: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(command as string, args, { stdio: "ignore", env });
}
