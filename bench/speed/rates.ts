// How fast each samples: by depth, by threads, by version, and beside a bare deadline loop.
import { type Python, pythons } from "../../tests/pythons.js";
import { bareLoop, beside } from "../runs.js";
import { forSeconds } from "./observe.js";
import { type Case, interleave, type Metric, type Reading, type Section } from "./rounds.js";
import * as shared from "./setup.js";

const FLAT_OUT = 1; // microseconds
const DEFAULT_INTERVAL = 100; // microseconds
const DEPTHS = [20, 100, 500];
const THREADS = [10, 50, 200];
const NOTE_ON_OTHERS =
  "MOJO goes to a file in the temporary folder; py-spy keeps collapsed stacks and writes them at the end, Python 3.15's " +
  "writes a compressed format of its own: bytes don't compare. Errors are what each calls so. CPU is user and system time " +
  "of the sampler, from where it says that it samples to its end, and of its whole life.";

const METRICS = [shared.RATE, shared.CPU, shared.ALL_CPU, shared.BYTES, shared.PEAK, shared.FRAMES, shared.ERRORS];

/** All contestants on one program of bench/targets, in turn; `others` are columns that aren't samplers. */
function compare(
  setup: shared.Setup,
  python: Python,
  [title, script, args]: readonly [title: string, script: string, args: readonly number[]],
  interval: number,
  metrics: readonly Metric[] = METRICS,
  others: Readonly<Record<string, () => Promise<Reading>>> = {},
): Promise<Case> {
  const columns = [...Object.keys(others), ...shared.fitColumns(setup, python)];
  const targetArgs = [...args, setup.seconds + shared.SPARE_SECONDS].map(String);
  return interleave(title, metrics, columns, setup.rounds, (column) =>
    beside(python, shared.benchTarget(script), targetArgs, ({ pid }) =>
      others[column]
        ? others[column]()
        : shared.sampled(setup, column, shared.exposure(setup, { pid }, interval), forSeconds(setup.seconds)),
    ),
  );
}

export async function depth(setup: shared.Setup): Promise<Section> {
  const { python } = setup;
  const cases: Case[] = [];
  for (const frames of DEPTHS) {
    cases.push(await compare(setup, python, [`depth ${frames}`, "depth.py", [frames]], FLAT_OUT));
  }
  const note = `One thread, \`-i 1\`, Python ${python.name}. ${NOTE_ON_OTHERS}`;
  return { title: "Depth, flat out", note, columns: shared.fitColumns(setup, python), cases };
}

export async function threads(setup: shared.Setup): Promise<Section> {
  const { python } = setup;
  const cases: Case[] = [];
  for (const count of THREADS) {
    cases.push(await compare(setup, python, [`${count} threads`, "threads.py", [count]], FLAT_OUT));
  }
  const note = `One thread spins 20 frames deep, the others block. A sample is of one thread. \`-i 1\`, Python ${python.name}.`;
  return { title: "Threads, flat out", note, columns: shared.fitColumns(setup, python), cases };
}

/** Of each minor version one, the first that the matrix lists: release builds of 64 bits. */
function eachVersion(): Python[] {
  const byMinor = new Map<number, Python>();
  for (const python of pythons()) {
    const { debug, wordSize, origin, version } = python;
    if (!debug && wordSize === 8 && origin !== "system" && !byMinor.has(version[1])) byMinor.set(version[1], python);
  }
  return [...byMinor.values()];
}

export async function versions(setup: shared.Setup): Promise<Section> {
  const metrics = [shared.RATE, shared.FRAMES, shared.ERRORS];
  const cases: Case[] = [];
  for (const python of eachVersion()) {
    cases.push(await compare(setup, python, [python.name, "depth.py", [20]], FLAT_OUT, metrics));
  }
  const columns = setup.contestants.map(({ name }) => name);
  return { title: "Versions, flat out", note: "One thread, 20 frames deep, `-i 1`.", columns, cases };
}

const BARE = "bare loop";

export async function cadence(setup: shared.Setup): Promise<Section> {
  const { python, seconds } = setup;
  const bare = { [BARE]: async () => ({ rate: await bareLoop(DEFAULT_INTERVAL, seconds) }) };
  const metrics = [shared.RATE, shared.CPU, shared.ALL_CPU, shared.CPU_SHARE, shared.BYTES, shared.PEAK, shared.ERRORS];
  const cases = [await compare(setup, python, ["depth 20", "depth.py", [20]], DEFAULT_INTERVAL, metrics, bare)];
  const columns = [BARE, ...shared.fitColumns(setup, python)];
  const note =
    `One thread, 20 frames deep, ${DEFAULT_INTERVAL} us, Python ${python.name}. The bare loop has the same deadlines and ` +
    "nothing to do; it skips those that it missed, as ours does. Austin sleeps without correction; Python 3.15's makes up " +
    "for missed ones in bursts.";
  return { title: "Cadence", note, columns, cases };
}
