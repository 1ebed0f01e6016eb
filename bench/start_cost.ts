// What starting costs: processor time (user and system) of an empty runtime, of `-V` and of a whole run of a script that takes 87 ms, and the time to the first
// sample of a process that runs; by each Node that is given, by a standalone executable, and by another build. In turns. Prints Markdown.
//   npm run bench:start-cost -- [--nodes .cache/nodes] [--standalone PATH] [--sampler PATH of another austin.js] [--rounds 11] [--interval US] [--python NAME]
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readMojo } from "../src/mojo/index.js";
import { killLeftovers } from "../tests/leftovers.js";
import { austin, choosePython, median, rotated, target } from "./runs.js";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: ".cache/nodes" },
    standalone: { type: "string" },
    sampler: { type: "string" },
    rounds: { type: "string", default: "11" },
    interval: { type: "string", default: "100" },
    python: { type: "string" },
  },
});
const python = choosePython(values.python).path;
const rounds = Number(values.rounds);
const folder = mkdtempSync(join(tmpdir(), "start-cost-"));
const script = join(folder, "script.py");
/** With the interpreter's own start. */
const SCRIPT_SECONDS = 0.087;
writeFileSync(
  script,
  `import time\ndef work(n): return sum(i * i for i in range(n))\nwhile time.process_time() < ${SCRIPT_SECONDS}: work(200)\n`,
);
writeFileSync(join(folder, "empty.cjs"), "");

/** Prints the processor time of a command and of what it waited for, in milliseconds. */
const MEASURE = `import os, sys
pid = os.fork()
if pid == 0:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3): os.dup2(nowhere, number)
    os.execv(sys.argv[1], sys.argv[1:])
_, status, usage = os.wait4(pid, 0)
print(status, 1000 * (usage.ru_utime + usage.ru_stime))`;

function cost(words: readonly string[]): number {
  const { stdout } = spawnSync(python, ["-c", MEASURE, ...words], { encoding: "utf8" });
  const [status, milliseconds] = stdout.split(" ").map(Number);
  if (status !== 0 || milliseconds === undefined) throw new Error(`${words.join(" ")} failed: ${status}`);
  return milliseconds;
}

/** Milliseconds from the start of the command to the first sample that a reader has of process `pid`. */
async function firstSample(words: readonly string[], pid: number): Promise<number> {
  const start = performance.now();
  const [command = "", ...args] = [...words, "-P", "-i", values.interval, "-p", String(pid)];
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"] });
  const exited = once(child, "exit");
  let milliseconds: number | undefined;
  // It is read to its end: the rest comes at once.
  for await (const _ of readMojo(child.stdout)) {
    milliseconds ??= performance.now() - start;
    child.kill("SIGKILL");
  }
  await exited;
  if (milliseconds === undefined) throw new Error(`${command} had no sample`);
  return milliseconds;
}

const installed = existsSync(values.nodes)
  ? readdirSync(values.nodes).map((name) => join(values.nodes, name, "node"))
  : [];
const nodes = [...new Set([process.execPath, ...installed.filter((path) => existsSync(path))])].map((path) => ({
  path,
  name: `Node ${spawnSync(path, ["--version"], { encoding: "utf8" }).stdout.trim()}`,
}));
/** Each way to run us, and what of that is nothing of ours. */
const ways = [
  ...nodes.flatMap(({ path, name }) => [
    { name, words: [path, austin], empty: [path, join(folder, "empty.cjs")] },
    ...(values.sampler ? [{ name: `${name}, other`, words: [path, values.sampler], empty: [path] }] : []),
  ]),
  ...(values.standalone ? [{ name: "standalone", words: [values.standalone], empty: undefined }] : []),
];

type Kind = "empty" | "-V" | "run" | "first";
const figures = new Map(
  ways.map(({ name }) => [name, { empty: [], "-V": [], run: [], first: [] } as Record<Kind, number[]>]),
);
const alone: number[] = [];
const watched = spawn(python, [target("busy20.py")], { stdio: ["pipe", "pipe", "inherit"] });
try {
  await once(watched.stdout, "data");
  // One round more: the first one makes caches, and what it took is left out.
  for (let round = -1; round < rounds; round++) {
    const scriptAlone = cost([python, script]);
    if (round >= 0) alone.push(scriptAlone);
    for (const { name, words, empty } of rotated(ways, round + 1)) {
      const run = ["-i", values.interval, "-o", join(folder, "profile.mojo"), python, script];
      const taken: Record<Kind, number> = {
        empty: empty === undefined || empty.length < 2 ? 0 : cost(empty),
        "-V": cost([...words, "-V"]),
        run: cost([...words, ...run]),
        first: await firstSample(words, watched.pid as number),
      };
      if (round < 0) continue;
      for (const kind of Object.keys(taken) as Kind[]) figures.get(name)?.[kind].push(taken[kind]);
    }
  }
} finally {
  killLeftovers();
  rmSync(folder, { recursive: true });
}

const both = (times: readonly number[]): string => `${Math.min(...times).toFixed(1)} / ${median(times).toFixed(1)}`;
const lines = [
  `${rounds} rounds, every ${values.interval} us; milliseconds, least / median. The script alone: ${both(alone)} of processor time.`,
  "",
  "| | empty | -V | whole run | of the script alone | first sample (by the clock) |",
  "|---|---:|---:|---:|---:|---:|",
];
for (const [name, { empty, "-V": version, run, first }] of figures) {
  const share = run.map((milliseconds, i) => milliseconds / (alone[i] as number));
  const nothing = empty.every((one) => one === 0) ? "" : both(empty);
  lines.push(
    `| ${name} | ${nothing} | ${both(version)} | ${both(run)} | ${median(share).toFixed(2)} | ${both(first)} |`,
  );
}
process.stdout.write(`${lines.join("\n")}\n`);
