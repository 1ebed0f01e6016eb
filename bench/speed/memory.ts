// What memory each sampler holds over a long run: on one stack, and on 10,000 code objects in stacks that don't repeat.
import { setTimeout as sleep } from "node:timers/promises";
import { beside } from "../runs.js";
import { memoryBytes } from "./observe.js";
import { type Case, interleave, type Metric, type Reading, type Section } from "./rounds.js";
import * as shared from "./setup.js";

const INTERVAL = 100; // microseconds
const LOOK_EVERY_SECONDS = 5;
const MEBIBYTE = 1024 * 1024;

const TARGETS: readonly (readonly [title: string, script: string, args: readonly string[]])[] = [
  ["depth 20", "depth.py", ["20"]],
  ["10,000 code objects", "codes.py", []],
];

function key(seconds: number): string {
  return `rss${seconds}`;
}

export async function memory(setup: shared.Setup): Promise<Section> {
  const { python, memorySeconds } = setup;
  const columns = shared.fitColumns(setup, python);
  const looks = Array.from(
    { length: Math.floor(memorySeconds / LOOK_EVERY_SECONDS) },
    (_, i) => (i + 1) * LOOK_EVERY_SECONDS,
  );
  /** Memory in MiB at each look. */
  const series = async (pid: number): Promise<Reading> => {
    const seen: [string, number][] = [];
    for (const look of looks) {
      await sleep(LOOK_EVERY_SECONDS * 1000);
      seen.push([key(look), memoryBytes(pid, "VmRSS") / MEBIBYTE]);
    }
    return Object.fromEntries(seen);
  };
  const metrics: Metric[] = [
    ...looks.map((look): Metric => ({ key: key(look), title: `MiB after ${look} s`, better: "less", digits: 1 })),
    ...[shared.PEAK, shared.RATE, shared.BYTES, shared.ERRORS],
  ];
  const cases: Case[] = [];
  for (const [title, script, args] of TARGETS) {
    const targetArgs = [...args, String(memorySeconds + shared.SPARE_SECONDS)];
    const taken = await interleave(title, metrics, columns, 1, (column) =>
      beside(python, shared.benchTarget(script), targetArgs, async ({ pid }) => {
        const watch = shared.exposure({ ...setup, seconds: memorySeconds }, { pid }, INTERVAL);
        return shared.sampled(setup, column, watch, series);
      }),
    );
    cases.push(taken);
  }
  return {
    title: "Memory over time",
    note: `VmRSS of the sampler at ${INTERVAL} us, Python ${python.name}, one run each.`,
    columns,
    cases,
  };
}
