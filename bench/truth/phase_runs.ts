// In: an interpreter, a seed, and how to sample. Out: phases.py run under the built command, and its stays judged.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseIntervalMicroseconds } from "../../src/cli/words/values.js";
import { readMojo } from "../../src/mojo/index.js";
import { type Python, projectRoot } from "../../tests/pythons.js";
import { austin } from "../runs.js";
import { type Judged, type Lost, parseAccount, type Stay, StayJudge } from "./stays.js";

/** One way of sampling a run of phases. */
export interface PhaseRun {
  readonly seed: number;
  readonly phases: number;
  /** Of each stay. */
  readonly milliseconds: number;
  /** Of -i. */
  readonly interval: string;
  readonly attach?: boolean;
  readonly children?: boolean;
  readonly cpu?: boolean;
  /** Further options of ours. */
  readonly options?: readonly string[];
  /** Words for phases.py, such as "connectors=sorted,map". */
  readonly words?: readonly string[];
}

export interface PhaseResult {
  /** The process that goes through the phases; others are its children. */
  readonly root: number;
  readonly judged: readonly Judged[];
  readonly lost: readonly Lost[];
  readonly metadata: ReadonlyMap<string, string>;
}

const program = join(projectRoot, "bench/truth/phases/phases.py");
/** What runs besides the stays, at most, on a machine that is busy. */
const OVERHEAD_MILLISECONDS = 300_000;

/** The words that run phases.py by itself. */
export function phasesCommand(python: Python, run: PhaseRun, account: string): string[] {
  const { seed, phases, milliseconds, words = [], attach = false } = run;
  const go = attach ? ["go=1"] : [];
  return [
    python.path,
    "-B",
    "-W",
    "ignore",
    program,
    `${seed}`,
    `${phases}`,
    `${milliseconds}`,
    account,
    ...words,
    ...go,
  ];
}

function samplerOptions({ interval, children = false, cpu = false, options = [] }: PhaseRun): string[] {
  return ["-i", interval, ...(children ? ["-C"] : []), ...(cpu ? ["-c"] : []), ...options];
}

interface Child {
  readonly stdin: NodeJS.WritableStream;
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
  readonly pid: number;
  kill(signal: NodeJS.Signals): boolean;
  /** How it ended, and what it said on standard error. */
  readonly ended: Promise<{ readonly how: number | string; readonly stderr: string }>;
}

function start([command, ...args]: readonly string[]): Child {
  const child = spawn(command as string, args, { stdio: "pipe" });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  child.stdin.on("error", () => {}); // it ended: how says why
  child.stdout.resume();
  const ended = once(child, "close").then(([code, signal]) => ({ how: (signal ?? code) as number | string, stderr }));
  return Object.assign(child, { ended }) as unknown as Child;
}

function heard(stream: NodeJS.ReadableStream, pattern: RegExp, ended: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    stream.on("data", (chunk) => {
      text += String(chunk);
      if (pattern.test(text)) resolve();
    });
    ended.then(() => reject(new Error(`${pattern} was never heard: ${text}`)));
  });
}

async function sample(python: Python, run: PhaseRun, account: string, profile: string): Promise<string> {
  const command = phasesCommand(python, run, account);
  const ours = [process.execPath, austin, ...samplerOptions(run), "-o", profile];
  const started: Child[] = [];
  const deadline = run.phases * run.milliseconds * 4 + OVERHEAD_MILLISECONDS;
  const timer = setTimeout(() => {
    for (const child of started) child.kill("SIGKILL");
  }, deadline);
  const begin = (words: readonly string[]): Child => {
    const child = start(words);
    started.push(child);
    return child;
  };
  try {
    if (run.attach !== true) {
      const sampler = begin([...ours, ...command]);
      const { how, stderr } = await sampler.ended;
      if (how !== 0) throw new Error(`austin ended with ${how}: ${stderr}`);
      return stderr;
    }
    const target = begin(command);
    await heard(target.stdout, /ready/, target.ended);
    const sampler = begin([...ours, "-p", String(target.pid)]);
    await heard(sampler.stderr, /Sampling process/, sampler.ended);
    target.stdin.write("\n");
    const { how, stderr } = await sampler.ended;
    const end = await target.ended;
    if (how !== 0 || end.how !== 0)
      throw new Error(`austin ended with ${how}, the target with ${end.how}: ${stderr}${end.stderr}`);
    return stderr;
  } finally {
    clearTimeout(timer);
    for (const child of started) child.kill("SIGKILL");
    await Promise.all(started.map((child) => child.ended));
  }
}

/** Whether the run's profile should have a stay. */
function isDueIn(run: PhaseRun, root: number): (stay: Stay) => boolean {
  return ({ pid, waits, how }) => {
    if (run.children !== true && pid !== root) return false;
    if (run.cpu !== true) return true;
    // Where threads take turns, each of them runs now and then.
    return !waits && !how.includes("crowd") && !how.includes("busy");
  };
}

/**
 * Sample phases.py from its start (or attached to it) to its end, and judge its stays.
 * @throws an error with what the command or the program said, where one of them fails
 */
export async function runPhases(python: Python, run: PhaseRun): Promise<PhaseResult> {
  const interval = parseIntervalMicroseconds(run.interval);
  if (!interval) throw new Error(`${run.interval} is no interval`);
  const folder = await mkdtemp(join(tmpdir(), "phases-"));
  try {
    const account = join(folder, "account.jsonl");
    const output = join(folder, "profile.mojo");
    await sample(python, run, account, output);
    const { root, stays, lost } = parseAccount(readFileSync(account, "utf8"));
    const judge = new StayJudge(stays);
    const profile = readMojo(createReadStream(output));
    for await (const one of profile) judge.add(one);
    return { root, judged: judge.judge(interval, isDueIn(run, root)), lost, metadata: profile.metadata };
  } finally {
    await rm(folder, { recursive: true });
  }
}
