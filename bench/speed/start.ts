// How long until the first sample, at launch and at attach. The target is in functions named by the time, so the profile
// itself says when it begins, whatever the sampler holds back before it writes.
import { killLeftovers } from "../../tests/leftovers.js";
import { beside, check, run } from "../runs.js";
import { forSeconds, observe } from "./observe.js";
import { interleave, type Metric, type Reading, type Section } from "./rounds.js";
import { benchTarget, contestant, exposure, fitColumns, type Setup } from "./setup.js";

const INTERVAL = 100; // microseconds
const TRIES_A_ROUND = 3;
const TIMEOUT_MILLISECONDS = 60_000;
/** After a sampler has said that it samples, so that it has. */
const LEAST_SECONDS = 0.3;
/** The target lives longer, so that it is the sampler that ends. */
const TARGET_SECONDS = "60";

const LAUNCH: readonly Metric[] = [
  { key: "script", title: "ms until the script runs", better: "less", digits: 1 },
  { key: "missed", title: "ms of the script before its first sample", digits: 0 },
];
const ATTACH: readonly Metric[] = [{ key: "attach", title: "ms until the first sample", better: "less", digits: 1 }];
const VERSION: readonly Metric[] = [{ key: "version", title: "ms", better: "less", digits: 1 }];

/** CLOCK_MONOTONIC in milliseconds, which the target has too. */
function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** The target's origin on that clock in milliseconds, from what it wrote. */
function originOf(text: string): number {
  const origin = /"origin": ([\d.]+)/.exec(text)?.[1];
  if (origin === undefined) throw new Error("the script hasn't begun");
  return Number(origin) * 1000;
}

/** Milliseconds from the target's origin to the first sample. */
function firstSample(scopes: Iterable<string>): number {
  let first = Number.POSITIVE_INFINITY;
  for (const scope of scopes) {
    for (const [, number] of scope.matchAll(/ms_(\d+)/g)) first = Math.min(first, Number(number));
  }
  if (!Number.isFinite(first)) throw new Error("no sample in the script");
  return first;
}

async function launched(setup: Setup, name: string): Promise<Reading> {
  const one = contestant(setup, name);
  const script = [benchTarget("clock.py"), TARGET_SECONDS];
  const watch = exposure(setup, { python: setup.python, script }, INTERVAL);
  const start = now();
  try {
    const { stdout } = await observe(one, watch, forSeconds(LEAST_SECONDS));
    return { script: originOf(stdout) - start, missed: firstSample(await one.scopes(watch.output)) };
  } finally {
    killLeftovers(); // the script, where its sampler doesn't end it
  }
}

function attached(setup: Setup, name: string): Promise<Reading> {
  const one = contestant(setup, name);
  return beside(setup.python, benchTarget("clock.py"), [TARGET_SECONDS], async ({ pid, ready }) => {
    const watch = exposure(setup, { pid }, INTERVAL);
    const start = now();
    await observe(one, watch, forSeconds(LEAST_SECONDS));
    return { attach: originOf(ready) + firstSample(await one.scopes(watch.output)) - start };
  });
}

async function version(setup: Setup, name: string): Promise<Reading> {
  const [command, ...args] = contestant(setup, name).version;
  const start = now();
  check("--version", await run(command, args, TIMEOUT_MILLISECONDS), [0]);
  return { version: now() - start };
}

export async function start(setup: Setup): Promise<Section> {
  const { python, rounds } = setup;
  const columns = fitColumns(setup, python);
  const tries = rounds * TRIES_A_ROUND;
  return {
    title: "Start",
    note: `Milliseconds from starting the sampler, at ${INTERVAL} us, Python ${python.name}; resolution 1 ms.`,
    columns,
    cases: [
      await interleave("launch", LAUNCH, columns, tries, (column) => launched(setup, column)),
      await interleave("attach", ATTACH, columns, tries, (column) => attached(setup, column)),
      await interleave("`--version`", VERSION, columns, tries, (column) => version(setup, column)),
    ],
  };
}
