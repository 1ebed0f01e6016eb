// The beginning of a run: what share of the ticks of short scripts is seen, from their first statement to their last, on each
// Python, on a quiet machine and beside busy processes. In turns with another austin, where one is given. Prints Markdown.
//   npm run bench:start -- [--python NAME,…] [--lives 50,100,300] [--busy 0,12] [--runs N] [--interval US] [--sampler PATH of another austin.js]
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readMojo } from "../src/mojo/index.js";
import { pythons } from "../tests/pythons.js";
import { austin, choosePython, median, run } from "./runs.js";
import { benchTarget } from "./speed/setup.js";

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    lives: { type: "string", default: "50,100,300" },
    busy: { type: "string", default: "0,12" },
    runs: { type: "string", default: "9" },
    interval: { type: "string", default: "100" },
    sampler: { type: "string" },
  },
});
const HANG_MILLISECONDS = 60_000;
const PHASES = 10;

const numbersOf = (text: string): number[] => text.split(",").map(Number);
const interval = Number(values.interval);
const runs = Number(values.runs);
const samplers = [...(values.sampler === undefined ? [] : [["other", values.sampler]]), ["this", austin]] as [
  string,
  string,
][];
const chosen =
  values.python?.split(",").map(choosePython) ?? pythons().filter((one) => !one.debug && one.wordSize === 8);

/** Of one run, in shares of the script's ticks. */
interface Seen {
  /** Ticks with a whole stack, and those with one that nothing proves. */
  readonly proven: number;
  readonly invalid: number;
  /** Ticks with a whole stack, of each tenth of its life. */
  readonly tenths: readonly number[];
  /** Milliseconds from the start of the sampler to the script's first statement. */
  readonly startMilliseconds: number;
  /** How the run ended, where it gave no samples. */
  readonly failure: string | undefined;
}

/** CLOCK_MONOTONIC in milliseconds, which the target has too. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

async function launch(sampler: string, python: string, life: number, output: string): Promise<Seen> {
  await rm(output, { force: true });
  const started = now();
  const script = [benchTarget("life.py"), String(life / 1000)];
  const args = [sampler, "-i", String(interval), "-o", output, python, ...script];
  const { how, stdout, stderr } = await run(process.execPath, args, HANG_MILLISECONDS);
  const times = /"begin": ([\d.]+), "end": ([\d.]+)/.exec(stdout);
  if (times === null) throw new Error(`the script did not end: ${how}\n${stderr}`);
  const [begin, end] = [Number(times[1]) * 1000, Number(times[2]) * 1000];
  const ticks = ((end - begin) * 1000) / interval;
  const startMilliseconds = begin - started;
  const tenths = new Array<number>(PHASES).fill(0);
  if (how !== 0) return { proven: 0, invalid: 0, tenths, startMilliseconds, failure: stderr.trim().split("\n")[0] };
  let proven = 0;
  let invalid = 0;
  // Those behind the last sample of the script belong to the interpreter's end.
  let pending = 0;
  for await (const { frames } of readMojo(createReadStream(output))) {
    if (frames.some(({ kind }) => kind === "invalid")) {
      pending++;
      continue;
    }
    const scopes = frames.map((frame) => (frame.kind === "code" ? frame.scope : ""));
    const isScript = frames.some((frame) => frame.kind === "code" && frame.filename.endsWith("life.py"));
    if (isScript) {
      proven++;
      invalid += pending;
      const phase = scopes.map((scope) => /^phase_(\d)$/.exec(scope)?.[1]).find((one) => one !== undefined);
      if (phase !== undefined) (tenths[Number(phase)] as number) += PHASES / ticks;
    }
    pending = 0;
  }
  return { proven: proven / ticks, invalid: invalid / ticks, tenths, startMilliseconds, failure: undefined };
}

/** Processes that spin until they are ended, or for ten minutes at most. */
function busyProcesses(count: number): ChildProcess[] {
  const spin = "const end = Date.now() + 600_000; while (Date.now() < end);";
  return Array.from({ length: count }, () => spawn(process.execPath, ["-e", spin], { stdio: "ignore" }));
}

const percent = (share: number): string => (100 * share).toFixed(0);
const lines: string[] = [];
const folder = await mkdtemp(join(tmpdir(), "start-"));
const output = join(folder, "profile.mojo");
for (const busy of numbersOf(values.busy)) {
  const companions = busyProcesses(busy);
  try {
    lines.push(
      "",
      `Beside ${busy} busy processes, every ${interval} us, ${runs} runs each; per cent of the ticks, median (worst).`,
      "",
    );
    lines.push(
      "| Python | ms | austin | proven | invalid | first tenth | last tenth | none at all | ms to the script |",
    );
    lines.push("|---|---:|---|---:|---:|---:|---:|---:|---:|");
    for (const python of chosen) {
      for (const life of numbersOf(values.lives)) {
        const seen = new Map(samplers.map(([name]) => [name, [] as Seen[]]));
        for (let i = 0; i < runs; i++) {
          for (const [name, path] of samplers) seen.get(name)?.push(await launch(path, python.path, life, output));
        }
        for (const [name, all] of seen) {
          const proven = all.map((one) => one.proven);
          const middle = (of: (one: Seen) => number): string => percent(median(all.map(of)));
          const cells = [
            python.name,
            String(life),
            name,
            `${percent(median(proven))} (${percent(Math.min(...proven))})`,
            middle((one) => one.invalid),
            middle((one) => one.tenths[0] ?? 0),
            middle((one) => one.tenths[PHASES - 1] ?? 0),
            String(all.filter(({ failure }) => failure !== undefined).length),
            median(all.map((one) => one.startMilliseconds)).toFixed(0),
          ];
          lines.push(`| ${cells.join(" | ")} |`);
          process.stderr.write(`${lines.at(-1)}\n`);
        }
      }
    }
  } finally {
    for (const one of companions) {
      const ended = once(one, "exit");
      one.kill("SIGKILL");
      await ended;
    }
  }
}
await rm(folder, { recursive: true });
process.stdout.write(`${lines.join("\n").trim()}\n`);
