// Ours, Austin 4.0, py-spy and Python 3.15's own sampler in one run, in turn, on the same targets. Prints Markdown, and
// writes all readings as JSON.
//   npm run bench:speed -- [--python NAME] [--rounds N] [--seconds N] [--only depth,threads,…] [--memory SECONDS] [--out FILE]
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { cpus, loadavg, release, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { killLeftovers } from "../tests/leftovers.js";
import { choosePython, run } from "./runs.js";
import { type Contestant, contestants } from "./speed/contestants.js";
import { renderSection } from "./speed/markdown.js";
import { memory } from "./speed/memory.js";
import { cadence, depth, threads, versions } from "./speed/rates.js";
import type { Section } from "./speed/rounds.js";
import type { Setup } from "./speed/setup.js";
import { slowdown } from "./speed/slowdown.js";
import { start } from "./speed/start.js";
import { copies, processes, steady } from "./speed/steady.js";

const MEASURES: Readonly<Record<string, (setup: Setup) => Promise<Section>>> = {
  depth,
  threads,
  versions,
  cadence,
  steady,
  processes,
  copies,
  slowdown,
  start,
  memory,
};

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    rounds: { type: "string", default: "5" },
    seconds: { type: "string", default: "3" },
    only: { type: "string" },
    memory: { type: "string" },
    out: { type: "string" },
  },
});
// The long run is made when it is asked for.
const usual = Object.keys(MEASURES).filter((name) => name !== "memory");
const chosen = values.only?.split(",") ?? (values.memory === undefined ? usual : [...usual, "memory"]);
for (const name of chosen) {
  if (!(name in MEASURES)) throw new Error(`no measure ${name}; there are ${Object.keys(MEASURES).join(", ")}`);
}

async function versionOf({ name, version: [command, ...args] }: Contestant): Promise<string> {
  const { stdout } = await run(command, args, 60_000);
  return `${name} (${stdout.trim().replace(/\s+/g, " ")})`;
}

const setup: Setup = {
  python: choosePython(values.python),
  rounds: Number(values.rounds),
  seconds: Number(values.seconds),
  memorySeconds: Number(values.memory ?? 60),
  folder: await mkdtemp(join(tmpdir(), "speed-")),
  contestants: contestants(),
};
const machine = {
  date: new Date().toISOString(),
  kernel: release(),
  processors: `${cpus().length} x ${cpus()[0]?.model}`,
  node: process.versions.node,
  contestants: await Promise.all(setup.contestants.map(versionOf)),
  loadBefore: loadavg(),
};
const sections: Section[] = [];
try {
  process.stdout.write(
    [
      `# Speed on Python ${setup.python.name}`,
      "",
      `${machine.date}, Linux ${machine.kernel}, ${machine.processors}, Node ${machine.node}, load ${machine.loadBefore.map((load) => load.toFixed(2)).join(" ")}.`,
      `${machine.contestants.join(", ")}.`,
      `Medians of ${setup.rounds} rounds of ${setup.seconds} s, taken in turn, with (least..most); the ratio is taken within each round. ↑ more is better, ↓ less is better.`,
      "",
      "",
    ].join("\n"),
  );
  for (const name of chosen) {
    const section = await (MEASURES[name] as (setup: Setup) => Promise<Section>)(setup);
    sections.push(section);
    process.stdout.write(renderSection(section));
  }
} finally {
  killLeftovers();
  await rm(setup.folder, { recursive: true });
}
const { python, rounds, seconds, memorySeconds } = setup;
const out = values.out ?? join(tmpdir(), `speed-${machine.date.replaceAll(":", "")}.json`);
const loadAfter = loadavg();
const options = { python: python.name, rounds, seconds, memorySeconds, measures: chosen };
await writeFile(out, `${JSON.stringify({ machine, loadAfter, options, sections }, null, 2)}\n`);
process.stdout.write(`Load at the end ${loadAfter.map((load) => load.toFixed(2)).join(" ")}. All readings: ${out}\n`);
