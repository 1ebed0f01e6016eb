// Programs whose possible stacks are known, sampled by us and, with --peers, by Austin 4.0, py-spy and 3.15's own sampler
// by turns: how many stacks never were, how many ticks gave a sample, and how far the leaves' distribution is from that of
// samplers that stop the target. Prints Markdown, a row as soon as it is there; exits with 1 where a stack of ours is
// impossible or a run of ours failed.
//   npm run bench:truth -- [--python NAMES] [--shapes NAMES] [--seeds N,M] [--seconds N] [--interval 100us] [--peers]
//                          [--alone, without a reference] [--out FILE for JSON]
// With --phases: programs that know where they were and for how long, each with another seed each time, sampled by us alone.
//   npm run bench:truth -- --phases 100 [--python NAMES] [--seeds N,M | --fresh N] [--interval 100us,1ms]
//                          [--ways launch,attach,children,cpu] [--words "WORDS for phases.py"]
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, release, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { parseIntervalMicroseconds } from "../src/cli/words/values.js";
import { type Python, pythons } from "../tests/pythons.js";
import { beside, rotated } from "./runs.js";
import { Account } from "./truth/account.js";
import { freshSeed, PHASE_WAYS, phaseTable } from "./truth/phase_table.js";
import { hasShape, makeProgram, SHAPES, type Shape } from "./truth/program.js";
import { ourSamplers, peerSamplers } from "./truth/samplers.js";
import { type Accounts, HEADER, LEGEND, plainData, row } from "./truth/table.js";

/** Runs of a sampler on a program: two, so that the distance between them shows the noise. */
const ROUNDS = 2;
const OVERHEAD_SECONDS = 10; // of a run, at most: a program lives until all have sampled it

const { values } = parseArgs({
  options: {
    python: { type: "string" },
    shapes: { type: "string", default: SHAPES.join() },
    seeds: { type: "string" },
    seconds: { type: "string", default: "10" },
    interval: { type: "string" },
    peers: { type: "boolean", default: false },
    alone: { type: "boolean", default: false },
    out: { type: "string" },
    phases: { type: "string" },
    fresh: { type: "string", default: "1" },
    ways: { type: "string", default: PHASE_WAYS.join() },
    words: { type: "string", default: "" },
  },
});

/** The interpreters of `names`, which may be versions such as 3.12; all release builds without it. */
function choosePythons(names: string | undefined): readonly Python[] {
  const all = pythons();
  const release = all.filter(({ debug, wordSize, origin }) => !debug && wordSize === 8 && origin !== "system");
  if (names === undefined)
    return values.phases === undefined ? release : all.filter(({ origin }) => origin !== "system");
  return names.split(",").flatMap((name) => {
    const exact = all.filter((python) => python.name === name);
    const fit = exact.length > 0 ? exact : release.filter((python) => python.name.startsWith(`${name}.`));
    if (fit.length === 0)
      throw new Error(`no Python ${name}; there are ${all.map((python) => python.name).join(", ")}`);
    return fit;
  });
}

function chooseShapes(names: string): readonly Shape[] {
  return names.split(",").map((name) => {
    const shape = SHAPES.find((known) => known === name);
    if (shape === undefined) throw new Error(`no shape ${name}; there are ${SHAPES.join(", ")}`);
    return shape;
  });
}

const seeds = values.seeds?.split(",").map(Number);

async function measurePhases(phases: number): Promise<void> {
  const isFaulty = await phaseTable(
    {
      pythons: choosePythons(values.python),
      seeds: seeds ?? Array.from({ length: Number(values.fresh) }, freshSeed),
      phases,
      intervals: (values.interval ?? "100us,1ms").split(","),
      ways: values.ways.split(","),
      words: values.words.split(" ").filter((word) => word !== ""),
    },
    (text) => process.stdout.write(text),
  );
  if (isFaulty) process.exitCode = 1;
}

interface Setting {
  readonly folder: string;
  readonly interval: string;
  readonly microseconds: number;
  /** Seconds of a run. */
  readonly slice: number;
}

async function judged(python: Python, shape: Shape, setting: Setting): Promise<Accounts> {
  const { folder, interval, microseconds, slice } = setting;
  const samplers = ourSamplers(folder, interval).filter(({ isReference }) => !(values.alone && isReference));
  if (values.peers) samplers.push(...peerSamplers(python, folder, interval, microseconds));
  const accounts = new Map(samplers.map((sampler) => [sampler, new Account()]));
  for (const seed of seeds ?? [1]) {
    const program = makeProgram(python, shape, seed, samplers.length * ROUNDS * (slice + OVERHEAD_SECONDS), folder);
    await beside(python, program.path, [], async ({ pid }) => {
      for (let round = 0; round < ROUNDS; round++) {
        for (const [sampler, account] of rotated([...accounts], round)) {
          try {
            account.add(seed, await sampler.look(python, pid, slice, program.judge));
          } catch (error) {
            account.failure ??= (error as Error).message;
          }
        }
      }
    });
  }
  return accounts;
}

async function measureShapes(): Promise<void> {
  const interval = values.interval ?? "100us";
  const microseconds = parseIntervalMicroseconds(interval);
  if (!microseconds) throw new Error(`${interval} is no interval`);
  // Austin and py-spy take whole seconds.
  const slice = Math.max(1, Math.round(Number(values.seconds) / ROUNDS));
  const folder = await mkdtemp(join(tmpdir(), "truth-"));
  const results: Record<string, unknown>[] = [];
  try {
    process.stdout.write(
      [
        `${slice * ROUNDS} s a sampler and program, every ${interval}, seeds ${seeds ?? 1}.`,
        `Node ${process.versions.node}, Linux ${release()}, ${cpus().length} x ${cpus()[0]?.model}.`,
        LEGEND,
        HEADER,
      ].join("\n"),
    );
    for (const python of choosePythons(values.python)) {
      for (const shape of chooseShapes(values.shapes).filter((one) => hasShape(python, one))) {
        const accounts = await judged(python, shape, { folder, interval, microseconds, slice });
        process.stdout.write(row(python.name, shape, accounts));
        results.push({
          python: python.name,
          shape,
          seconds: slice * ROUNDS,
          seeds: seeds ?? [1],
          samplers: plainData(accounts),
        });
        const [ours] = accounts.values();
        if (ours?.failure !== undefined || ours?.tally.impossible) process.exitCode = 1;
      }
    }
  } finally {
    await rm(folder, { recursive: true });
    if (values.out !== undefined) {
      const facts = {
        date: new Date().toISOString(),
        node: process.versions.node,
        linux: release(),
        cpu: cpus()[0]?.model,
      };
      writeFileSync(values.out, `${JSON.stringify({ ...facts, interval, results }, undefined, 2)}\n`);
    }
  }
}

if (values.phases === undefined) await measureShapes();
else await measurePhases(Number(values.phases));
