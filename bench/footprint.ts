// How much memory a sampler holds, beside an empty Node in the same rounds: the peak and what it consists of, by interval; in turns with another
// build, where one is given. And what it spent. Prints Markdown.
//   npm run bench:footprint -- [--intervals 10000,1] [--seconds 8] [--rounds 5] [--sampler PATH of another austin.js] [--node PATH] [--python NAME]
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { killLeftovers } from "../tests/leftovers.js";
import { austin, beside, choosePython, measure, median, rotated } from "./runs.js";
import { benchTarget } from "./speed/setup.js";

const { values } = parseArgs({
  options: {
    intervals: { type: "string", default: "10000,1" },
    seconds: { type: "string", default: "8" },
    rounds: { type: "string", default: "5" },
    sampler: { type: "string" },
    node: { type: "string", default: process.execPath },
    python: { type: "string" },
  },
});
const python = choosePython(values.python);
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
const DEPTH = 20;
const MEBIBYTE = 1024; // kibibytes, in which procfs counts
const EMPTY = "empty Node";

/** Of one process, in MiB; `cpu` in milliseconds. */
interface Footprint {
  readonly peak: number;
  /** What is the process's own, and what are pages of files, at the end. */
  readonly anonymous: number;
  readonly file: number;
  readonly cpu: number;
  readonly samples: number;
}

function footprint(pid: number): Omit<Footprint, "samples"> {
  const status = readFileSync(`/proc/${pid}/status`, "latin1");
  const figure = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(status)?.[1]) / MEBIBYTE;
  const nanoseconds = readdirSync(`/proc/${pid}/task`).reduce(
    (sum, tid) => sum + Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "latin1").split(" ")[0]),
    0,
  );
  return { peak: figure("VmHWM"), anonymous: figure("RssAnon"), file: figure("RssFile"), cpu: nanoseconds / 1e6 };
}

async function hold(words: readonly string[], output: string | undefined): Promise<Footprint> {
  const child = spawn(values.node, words, { stdio: ["ignore", "ignore", "ignore"] });
  const ended = once(child, "close");
  await sleep(seconds * 1000);
  const held = footprint(child.pid as number);
  child.kill(output === undefined ? "SIGKILL" : "SIGINT");
  await ended;
  return { ...held, samples: output === undefined ? 0 : (await measure(output)).samples };
}

const folder = await mkdtemp(join(tmpdir(), "footprint-"));
const lines = [
  `${rounds} rounds of ${seconds} s, Python ${python.name}, ${DEPTH} frames deep, attached. Medians, MiB; over the empty Node of the same round in brackets.`,
  "",
  "| interval | | peak | anonymous | files | CPU, ms | samples |",
  "|---|---|---:|---:|---:|---:|---:|",
];
try {
  for (const interval of values.intervals.split(",")) {
    const columns = [EMPTY, ...(values.sampler === undefined ? [] : ["other"]), "this"];
    const readings = new Map(columns.map((name) => [name, [] as Footprint[]]));
    await beside(python, benchTarget("depth.py"), [String(DEPTH), "100000"], async ({ pid }) => {
      // One round more: the first one makes caches.
      for (let round = -1; round < rounds; round++) {
        for (const name of rotated(columns, round + 1)) {
          const output = join(folder, "profile.mojo");
          const sampler = name === "this" ? austin : (values.sampler as string);
          const reading =
            name === EMPTY
              ? await hold(["-e", "setInterval(() => {}, 2 ** 30)"], undefined)
              : await hold([sampler, "-i", interval, "-o", output, "-p", String(pid)], output);
          if (round >= 0) readings.get(name)?.push(reading);
        }
      }
    });
    const empty = readings.get(EMPTY) as Footprint[];
    for (const [name, all] of readings) {
      const cell = (key: "peak" | "anonymous" | "file"): string => {
        const over = all.map((one, i) => one[key] - (empty[i] as Footprint)[key]);
        const own = median(all.map((one) => one[key])).toFixed(1);
        return name === EMPTY ? own : `${own} (${median(over).toFixed(1)})`;
      };
      const [cpu, samples] = [median(all.map((one) => one.cpu)), median(all.map((one) => one.samples))];
      lines.push(
        `| ${interval} us | ${name} | ${cell("peak")} | ${cell("anonymous")} | ${cell("file")} | ${cpu.toFixed(0)} | ${samples} |`,
      );
    }
  }
} finally {
  killLeftovers();
  await rm(folder, { recursive: true });
}
process.stdout.write(`${lines.join("\n")}\n`);
