// Samplers with native frames at 1 kHz beside each other and beside none, in turn: the rate reached, errors, and how much longer the target's work takes. austinp 4.0 and py-spy
// are those at .peers. Prints Markdown.
//   npm run bench:native -- [--python NAME] [--rounds N] [--work N] [--idle N]
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readMojo } from "../src/mojo/index.js";
import { killLeftovers } from "../tests/leftovers.js";
import { austin, choosePython, median } from "./runs.js";

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    rounds: { type: "string", default: "5" },
    // Long enough for the start to be a small part of it.
    work: { type: "string", default: "60000" },
    idle: { type: "string", default: "0" },
  },
});
const python = choosePython(values.python);
const root = fileURLToPath(new URL("../..", import.meta.url));
const peers = join(root, ".peers/bin");
const script = join(root, "bench/targets/native_work.py");
const folder = mkdtempSync(join(tmpdir(), "bench-native-"));
/** Time for a sampler to have attached, in milliseconds: all have the same. */
const SETTLING = 1500;

interface Contestant {
  readonly name: string;
  /** Undefined: nobody samples. */
  readonly command: ((pid: number, output: string) => readonly string[]) | undefined;
  /** Samples that it took, and those of them with errors. */
  readonly count: (output: string, said: string) => Promise<readonly [samples: number, errors: number]>;
}

async function countMojo(output: string): Promise<readonly [number, number]> {
  let samples = 0;
  const profile = readMojo(readFileSync(output));
  for await (const sample of profile) if (Number.parseInt(sample.thread, 16) === sample.pid) samples++;
  const [errors = 0, all = 1] = (profile.metadata.get("errors") ?? "0/1").split("/").map(Number);
  return [samples, (errors / Math.max(1, all)) * samples];
}

function ours(...options: string[]): Contestant["command"] {
  return (pid, output) => [process.execPath, austin, ...options, "-i", "1ms", "-o", output, "-p", `${pid}`];
}

const nobody: Contestant = { name: "nobody", command: undefined, count: async () => [0, 0] };
const contestants: readonly Contestant[] = [
  nobody,
  { name: "austin -i 1ms, no native frames", command: ours(), count: countMojo },
  { name: "austin -n -i 1ms", command: ours("-n"), count: countMojo },
  ...(existsSync(join(peers, "austinp"))
    ? [
        {
          name: "austinp 4.0 -i 1ms",
          command: (pid: number, output: string) => [join(peers, "austinp"), "-i", "1ms", "-o", output, "-p", `${pid}`],
          count: countMojo,
        },
      ]
    : []),
  ...(existsSync(join(peers, "py-spy"))
    ? [
        {
          name: "py-spy --native -r 1000",
          command: (pid: number, output: string) =>
            [
              ...[join(peers, "py-spy"), "record", "--native", "-r", "1000", "-d", "3600", "-f", "raw"],
              ...["-o", output, "-p", `${pid}`],
            ] as const,
          count: async (_: string, said: string) => {
            const [, samples = "0", errors = "0"] = /Samples: (\d+) Errors: (\d+)/.exec(said) ?? [];
            return [Number(samples), Number(errors)] as const;
          },
        },
      ]
    : []),
];

interface Outcome {
  readonly rate: number;
  readonly errors: number;
  readonly wall: number;
  readonly cpu: number;
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function workOf(child: ChildProcessByStdio<Writable, Readable, null>): Promise<readonly [number, number]> {
  const lines = createInterface({ input: child.stdout });
  const line = once(lines, "line");
  child.stdin.write("\n");
  const [text] = (await line) as [string];
  lines.close();
  return JSON.parse(text);
}

async function measure({ command, count }: Contestant): Promise<Outcome> {
  const child = spawn(python.path, [script, values.work, values.idle], { stdio: ["pipe", "pipe", "inherit"] });
  try {
    await once(child.stdout, "data");
    const output = join(folder, `${child.pid}`);
    const [program, ...words] = command?.(child.pid as number, output) ?? [];
    const sampler = program === undefined ? undefined : spawn(program, words, { stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    const heard = (text: Buffer): void => {
      said += text.toString();
    };
    sampler?.stdout.on("data", heard);
    sampler?.stderr.on("data", heard);
    await pause(SETTLING);
    const from = performance.now();
    const [wall, cpu] = await workOf(child);
    const seconds = (performance.now() - from + SETTLING) / 1000;
    if (sampler !== undefined && sampler.exitCode === null) {
      sampler.kill("SIGINT");
      await once(sampler, "close");
    }
    const [samples, errors] = await count(output, said).catch(() => [0, 0] as const);
    return { rate: samples / seconds, errors: samples === 0 ? 0 : errors / samples, wall, cpu };
  } finally {
    child.kill("SIGKILL");
  }
}

try {
  const outcomes = contestants.map((): Outcome[] => []);
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const [i, contestant] of contestants.entries()) outcomes[i]?.push(await measure(contestant));
  }
  const alone = outcomes[0] as Outcome[];
  const rows = contestants.map(({ name }, i) => {
    const own = outcomes[i] as Outcome[];
    const slower = (key: "wall" | "cpu"): string =>
      `${(100 * (median(own.map((one, round) => one[key] / (alone[round] as Outcome)[key])) - 1)).toFixed(1)} %`;
    const rate = i === 0 ? "" : median(own.map((one) => one.rate)).toFixed(0);
    const errors = i === 0 ? "" : `${(100 * median(own.map((one) => one.errors))).toFixed(1)} %`;
    return `| ${name} | ${rate} | ${errors} | ${slower("wall")} | ${slower("cpu")} |`;
  });
  process.stdout.write(
    [
      `${values.rounds} rounds, Python ${python.name}, ${values.idle} idle threads; medians. Samples of the main thread a second while it is attached, its start included.`,
      "",
      "| sampler | samples a second | errors | work takes longer by | of the processor's time |",
      "|---|---:|---:|---:|---:|",
      ...rows,
      "",
    ].join("\n"),
  );
} finally {
  killLeftovers();
  rmSync(folder, { recursive: true });
}
