// What a run costs once it goes on: the CPU of all threads of the sampler, from the kernel's account in nanoseconds, in the last seconds of a
// run whose start is over; at the rates that people ask for, and for many processes. And how much of a run flat out is spent on the copies alone:
// beside a loop in C that makes the very same ones. Bare loops do nothing but wait, or copy.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { killLeftovers } from "../../tests/leftovers.js";
import { beside } from "../runs.js";
import { bareCopies } from "./bare_copies.js";
import { OURS, RIVAL } from "./contestants.js";
import { memoryBytes } from "./observe.js";
import { type Case, interleave, type Metric, type Reading, type Section } from "./rounds.js";
import * as shared from "./setup.js";

/** What V8 compiles of a run at 100 samples a second, it has by then. */
const SETTLE_SECONDS = 10;
const DEPTH = 20;
const DEPTHS = [20, 100, 500];
const FLAT_OUT = 1; // microseconds
const INTERVALS = [100, 1000, 10_000, 100_000]; // microseconds
const PROCESSES = 100;
const BUSY = 20;
const PROCESS_INTERVAL = 1000; // microseconds
const MEBIBYTE = 1024 * 1024;
const NANOSECONDS = 1e9;

const BARE = "bare loop";
const EMPTY = "empty Node";

const SHARE: Metric = { key: "steady", title: "CPU, % of a core", better: "less", digits: 3 };
const EACH: Metric = { key: "each", title: "CPU, us a sample", better: "less", digits: 2 };
const TICKS: Metric = { key: "ticks", title: "% of the ticks", better: "more", digits: 1 };
const COPIES: Metric = { key: "copies", title: "samples a second of CPU", better: "more" };

/** Nanoseconds that the threads of a process have had processors for. */
function cpuNanoseconds(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).reduce((sum, tid) => {
    return sum + Number(readFileSync(`/proc/${pid}/task/${tid}/schedstat`, "latin1").split(" ")[0]);
  }, 0);
}

/** Let it settle, then measure for so long: percent of a core, and the resident memory at the end. */
function steadily(seconds: number): (pid: number) => Promise<Reading> {
  return async (pid) => {
    await sleep(SETTLE_SECONDS * 1000);
    const [begin, before] = [performance.now(), cpuNanoseconds(pid)];
    await sleep(seconds * 1000);
    const used = (cpuNanoseconds(pid) - before) / NANOSECONDS;
    const steady = (used * 100 * 1000) / (performance.now() - begin);
    return { steady, peak: memoryBytes(pid, "VmHWM") / MEBIBYTE };
  };
}

/** The same of a command that samples nothing. */
async function bare(command: string, args: readonly string[], seconds: number): Promise<Reading> {
  const child = spawn(command, args, { stdio: "ignore" });
  const ended = once(child, "close");
  try {
    return await steadily(seconds)(child.pid as number);
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

/** Of one kind of sample alone: `rate` is over the whole run. */
function withTicks(reading: Reading, interval: number, atATick: number): Reading {
  const { rate = Number.NaN, steady = Number.NaN } = reading;
  return { ...reading, each: (steady * 1e4) / rate, ticks: (rate * interval) / 1e4 / atATick };
}

function life(setup: shared.Setup): number {
  return setup.seconds + SETTLE_SECONDS;
}

async function atInterval(setup: shared.Setup, interval: number): Promise<Case> {
  const { python, seconds } = setup;
  const columns = [BARE, EMPTY, ...shared.mojoColumns(setup)];
  const loop = [
    fileURLToPath(new URL("../deadline_loop.js", import.meta.url)),
    String(interval),
    String(life(setup) + 10),
  ];
  const metrics = [SHARE, EACH, TICKS, shared.PEAK];
  const title = `${interval / 1000} ms`;
  return interleave(title, metrics, columns, setup.rounds, (column) =>
    beside(
      python,
      shared.benchTarget("depth.py"),
      [DEPTH, life(setup) + shared.SPARE_SECONDS].map(String),
      async ({ pid }) => {
        if (column === BARE) return bare(process.execPath, loop, seconds);
        if (column === EMPTY) return bare(process.execPath, ["-e", "setInterval(() => {}, 2 ** 30)"], seconds);
        const watch = shared.exposure({ ...setup, seconds: life(setup) }, { pid }, interval);
        return withTicks(await shared.sampled(setup, column, watch, steadily(seconds)), interval, 1);
      },
    ),
  );
}

export async function steady(setup: shared.Setup): Promise<Section> {
  const cases: Case[] = [];
  for (const interval of INTERVALS) cases.push(await atInterval(setup, interval));
  const note =
    `One thread, ${DEPTH} frames deep, Python ${setup.python.name}, attached; ${setup.seconds} s that begin ${SETTLE_SECONDS} s after the sampler says that it ` +
    "samples. The bare loop is Node with the same deadlines and nothing to do.";
  return { title: "Steady", note, columns: [BARE, EMPTY, ...shared.mojoColumns(setup)], cases };
}

export async function processes(setup: shared.Setup): Promise<Section> {
  const { python, seconds } = setup;
  const columns = shared.mojoColumns(setup);
  const args = [PROCESSES, BUSY, life(setup) + shared.SPARE_SECONDS].map(String);
  const title = `${PROCESSES} processes, ${BUSY} busy`;
  const taken = await interleave(title, [SHARE, EACH, TICKS, shared.PEAK], columns, setup.rounds, async (column) => {
    try {
      return await beside(python, shared.benchTarget("processes.py"), args, async ({ pid }) => {
        const watch = shared.exposure({ ...setup, seconds: life(setup) }, { pid, family: true }, PROCESS_INTERVAL);
        return withTicks(await shared.sampled(setup, column, watch, steadily(seconds)), PROCESS_INTERVAL, PROCESSES);
      });
    } finally {
      killLeftovers();
    }
  });
  const note = `\`-C -i ${PROCESS_INTERVAL / 1000}ms\`, Python ${python.name}, attached. A sample is of one process; as steady as above.`;
  return { title: "Many processes", note, columns, cases: [taken] };
}

/** Samples a second of CPU, flat out, beside the copies alone. */
export async function copies(setup: shared.Setup): Promise<Section> {
  const { python, seconds } = setup;
  const columns = [BARE, OURS, RIVAL].filter((name) => name === BARE || shared.mojoColumns(setup).includes(name));
  const cases: Case[] = [];
  for (const depth of DEPTHS) {
    const args = [depth, life(setup) + shared.SPARE_SECONDS].map(String);
    const taken = await interleave(`depth ${depth}`, [COPIES], columns, setup.rounds, (column) =>
      beside(python, shared.benchTarget("depth.py"), args, async ({ pid }) => {
        if (column === BARE) return { copies: await bareCopies(pid, seconds, setup.folder) };
        const watch = shared.exposure({ ...setup, seconds: life(setup) }, { pid }, FLAT_OUT);
        const { rate = Number.NaN, steady = Number.NaN } = await shared.sampled(
          setup,
          column,
          watch,
          steadily(seconds),
        );
        return { copies: (rate * 100) / steady };
      }),
    );
    cases.push(taken);
  }
  const note =
    `\`-i 1\`, one thread, Python ${python.name}. The bare loop is C that asks for the ranges of our last sample again and again ` +
    "(process_vm_readv) and looks at nothing: what is left of a sampler that costs nothing but its copies.";
  return { title: "Beside the bare copies", note, columns, cases };
}
