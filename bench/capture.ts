// npm run bench:capture -- [PYTHON] [SECONDS]: what a capture costs beside plain sampling at 1 kHz: processor time of the sampler
// once it is under way, its memory at first and at last, and the size of the file. Plain and captured runs take turns.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "../tests/pythons.js";

const TICKS_A_SECOND = 100;
const PAGE_BYTES = 4096;
const ROUNDS = 3;
/** Starting up and learning the program is over by then. */
const SETTLED_SECONDS = 2;
const TARGETS = [
  ["depth.py", ["20", "600"]],
  ["threads.py", ["8", "600"]],
  ["codes.py", ["600"]],
] as const;

const python = process.argv[2] ?? "python3";
const seconds = Number(process.argv[3] ?? 6);
const folder = mkdtempSync(join(tmpdir(), "bench-capture-"));

interface Cost {
  /** Processor time in percent of a processor. */
  readonly load: number;
  /** Resident memory in bytes, when it was under way and at the end. */
  readonly first: number;
  readonly last: number;
}

function usage(pid: number): { ticks: number; bytes: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return { ticks: Number(fields[11]) + Number(fields[12]), bytes: Number(fields[21]) * PAGE_BYTES };
}

async function cost(target: number, capture: string | undefined): Promise<Cost> {
  const options = [
    "-i",
    "1ms",
    "-x",
    String(seconds + SETTLED_SECONDS + 1),
    "-P",
    "-o",
    "/dev/null",
    "-p",
    String(target),
  ];
  const args = [
    join(projectRoot, "dist/bin/austin.js"),
    ...options,
    ...(capture === undefined ? [] : ["--capture", capture]),
  ];
  const austin = spawn(process.execPath, args, { stdio: "ignore" });
  const ended = new Promise((resolve) => austin.once("exit", resolve));
  await sleep(SETTLED_SECONDS * 1000);
  const pid = austin.pid as number;
  const before = usage(pid);
  const started = performance.now();
  await sleep(seconds * 1000);
  const after = usage(pid);
  const elapsed = (performance.now() - started) / 1000;
  austin.kill("SIGINT");
  await ended;
  return {
    load: (100 * (after.ticks - before.ticks)) / TICKS_A_SECOND / elapsed,
    first: before.bytes,
    last: after.bytes,
  };
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

for (const [name, args] of TARGETS) {
  const target = spawn(python, [join(projectRoot, "bench/targets", name), ...args], { stdio: "ignore" });
  await sleep(500);
  const file = join(folder, "capture");
  const plain: Cost[] = [];
  const captured: Cost[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(await cost(target.pid as number, undefined));
    captured.push(await cost(target.pid as number, file));
  }
  target.kill("SIGKILL");
  const [one, other] = [plain, captured].map((costs) => median(costs.map(({ load }) => load))) as [number, number];
  const last = captured.at(-1) as Cost;
  process.stdout.write(
    `${name}: plain ${one.toFixed(2)} %, captured ${other.toFixed(2)} %, ratio ${(other / one).toFixed(2)}; ` +
      `memory ${megabytes(last.first)} to ${megabytes(last.last)}; ` +
      `${megabytes(statSync(file).size)} in ${seconds + SETTLED_SECONDS} s\n`,
  );
}
rmSync(folder, { recursive: true });
