// How fast profiles are converted and shown, and in how much memory, beside austin-python's converters on the same file. In: a recorded profile,
// or one that is recorded first; its samples are repeated until the file has its size. Prints Markdown.
//   npm run bench:convert -- [--size MB] [--large MB] [--rounds N] [--profile FILE] [--python NAME]
// --size is of the file that both convert (theirs takes seconds a megabyte), --large of one that ours alone reads: to every format, to tables and pages.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FORMAT_NAMES } from "../src/formats/registry.js";
import { peersMissing } from "../tests/peers.js";
import { projectRoot } from "../tests/pythons.js";
import { austin, choosePython, median } from "./runs.js";
import { memoryBytes } from "./speed/observe.js";

const MEGABYTE = 1_000_000;
const HEADER_BYTES = 4; // MOJ and a version below 64
const LOOK_EVERY_MILLISECONDS = 20;

const { values } = parseArgs({
  options: {
    size: { type: "string", default: "20" },
    large: { type: "string", default: "1000" },
    rounds: { type: "string", default: "3" },
    profile: { type: "string" },
    python: { type: "string" },
  },
});
const folder = mkdtempSync(join(tmpdir(), "bench-convert-"));

interface Run {
  readonly seconds: number;
  readonly peakMegabytes: number;
}

/** A command to its end, and what it held at most: looked at every now and then, so that the last moment may be missed. */
async function measure(command: string, args: readonly string[]): Promise<Run> {
  const begin = performance.now();
  const child = spawn(command, args, {
    stdio: ["ignore", "ignore", "ignore"],
    env: { ...process.env, PYTHONUTF8: "1" },
  });
  let peak = 0;
  const looking = setInterval(() => {
    peak = Math.max(peak, memoryBytes(child.pid as number, "VmHWM"));
  }, LOOK_EVERY_MILLISECONDS);
  const [code] = await once(child, "exit");
  clearInterval(looking);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
  return { seconds: (performance.now() - begin) / 1000, peakMegabytes: peak / MEGABYTE };
}

const ours = (name: string, args: readonly string[]) =>
  measure(process.execPath, [join(projectRoot, `dist/bin/${name}.js`), ...args]);
const theirs = (name: string, args: readonly string[]) => measure(join(projectRoot, ".peers/bin", name), args);

/** Reads the standard library and writes it again: a real program, whose stacks are many and deep. */
const PROGRAM = `
import ast, glob, os
for path in glob.glob(os.path.dirname(os.__file__) + "/*.py"):
    ast.unparse(ast.parse(open(path, encoding="utf8", errors="replace").read()))
`;

/** That program, sampled for some seconds. */
function record(): string {
  const path = join(folder, "recorded.mojo");
  const python = choosePython(values.python);
  const { status, stderr } = spawnSync(process.execPath, [austin, "-x", "5", "-o", path, python.path, "-c", PROGRAM], {
    encoding: "utf8",
  });
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    throw new Error(`austin ended with ${status}: ${stderr}`);
  return path;
}

/** The profile, its samples repeated until it has so many bytes at least. */
function repeated(recorded: string, megabytes: number): string {
  const bytes = readFileSync(recorded);
  const path = join(folder, `${megabytes}.mojo`);
  writeFileSync(path, bytes.subarray(0, HEADER_BYTES));
  const body = bytes.subarray(HEADER_BYTES);
  const piece = Buffer.concat(Array(Math.max(1, Math.ceil((8 * MEGABYTE) / body.length))).fill(body));
  for (let length = 0; length < megabytes * MEGABYTE; length += piece.length) appendFileSync(path, piece);
  return path;
}

async function rounds(run: () => Promise<Run>): Promise<Run> {
  const runs: Run[] = [];
  for (let i = 0; i < Number(values.rounds); i++) runs.push(await run());
  return {
    seconds: median(runs.map((one) => one.seconds)),
    peakMegabytes: Math.max(...runs.map((one) => one.peakMegabytes)),
  };
}

const print = (line: string) => process.stdout.write(`${line}\n`);

async function besidePeers(path: string): Promise<void> {
  const text = join(folder, "profile.austin");
  await ours("mojo2austin", [path, text]);
  const megabytes = statSync(path).size / MEGABYTE;
  print(`A profile of ${megabytes.toFixed(0)} MB; median of ${values.rounds} rounds for ours, one of theirs.\n`);
  print("| | ours, s | MB/s | peak, MB | austin-python, s | peak, MB | ratio |");
  print("|---|---:|---:|---:|---:|---:|---:|");
  const out = join(folder, "out");
  const rows: readonly (readonly [name: string, mine: string, its: string])[] = [
    ["mojo2austin", path, path],
    ["austin2speedscope", path, text],
    ["austin2pprof", path, text],
  ];
  for (const [name, mine, its] of rows) {
    const our = await rounds(() => ours(name, [mine, out]));
    const their = await theirs(name, [its, out]);
    const cells = [our.seconds.toFixed(2), (megabytes / our.seconds).toFixed(0), our.peakMegabytes.toFixed(0)];
    const theirCells = [
      their.seconds.toFixed(1),
      their.peakMegabytes.toFixed(0),
      (their.seconds / our.seconds).toFixed(1),
    ];
    print(`| ${name} | ${[...cells, ...theirCells].join(" | ")} |`);
  }
  print("\nTheirs reads the text that its mojo2austin makes of the profile; ours the profile itself.\n");
}

/** @param recorded a small profile with the same stacks */
async function large(path: string, recorded: string): Promise<void> {
  const megabytes = statSync(path).size / MEGABYTE;
  print(`A profile of ${megabytes.toFixed(0)} MB, to each format and in each view.\n`);
  print("| | s | MB/s | peak, MB |");
  print("|---|---:|---:|---:|");
  const rows: readonly (readonly [name: string, command: string, args: readonly string[]])[] = [
    ...FORMAT_NAMES.map((name) => [name, "austin-convert", [path, "-f", name, "-o", "/dev/null"]] as const),
    ["austin-view --top", "austin-view", ["--top", path]],
    ["austin-view --html", "austin-view", ["--html", "/dev/null", path]],
    ["austin-view --heat", "austin-view", ["--heat", "/dev/null", path]],
    ["austin-diff", "austin-diff", [recorded, path]],
  ];
  for (const [name, command, args] of rows) {
    const { seconds, peakMegabytes } = await ours(command, args);
    print(`| ${name} | ${seconds.toFixed(1)} | ${(megabytes / seconds).toFixed(0)} | ${peakMegabytes.toFixed(0)} |`);
  }
}

try {
  const recorded = values.profile ?? record();
  if (peersMissing === undefined) await besidePeers(repeated(recorded, Number(values.size)));
  else print(`austin-python's converters aren't there: ${peersMissing}.\n`);
  if (Number(values.large) > 0) await large(repeated(recorded, Number(values.large)), recorded);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
