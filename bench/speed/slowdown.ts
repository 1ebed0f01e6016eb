// What sampling costs the target: the time of fixed work as the target itself measures it, alone and under each sampler.
import { beside } from "../runs.js";
import { type Case, interleave, isFailed, type Metric, type Outcome, type Reading, type Section } from "./rounds.js";
import { benchTarget, exposure, fitColumns, RATE, type Setup, sampled } from "./setup.js";

const INTERVAL = 100; // microseconds
const ALONE = "alone";
const WARM_UP_UNITS = 2000;

const METRICS: readonly Metric[] = [
  { key: "work", title: "work, s", better: "less", digits: 3 },
  { key: "workCpu", title: "work, CPU s", better: "less", digits: 3 },
  { key: "slowdown", title: "slower by, %", digits: 2 },
  { key: "cpuSlowdown", title: "slower by, CPU %", digits: 2 },
  RATE,
];

interface Work {
  readonly work: number;
  readonly workCpu: number;
}

/** Add what each reading is in percent of the one alone in the same round. */
function withSlowdown({ title, metrics, outcomes }: Case): Case {
  const compared = (outcome: Outcome, alone: Outcome | undefined): Outcome => {
    if (isFailed(outcome) || alone === undefined || isFailed(alone)) return outcome;
    const more = (key: string): number => 100 * ((outcome[key] ?? Number.NaN) / (alone[key] ?? Number.NaN) - 1);
    return { ...outcome, slowdown: more("work"), cpuSlowdown: more("workCpu") };
  };
  const columns = Object.entries(outcomes).map(([column, list]) => [
    column,
    list.map((outcome, round) => (column === ALONE ? outcome : compared(outcome, outcomes[ALONE]?.[round]))),
  ]);
  return { title, metrics, outcomes: Object.fromEntries(columns) };
}

export async function slowdown(setup: Setup): Promise<Section> {
  const { python, rounds, seconds } = setup;
  const columns = [ALONE, ...fitColumns(setup, python)];
  const taken = await beside(python, benchTarget("work.py"), [], async ({ pid, ask }) => {
    const work = async (units: number): Promise<Work> => JSON.parse(await ask(String(units))) as Work;
    await work(WARM_UP_UNITS); // the interpreter specialises its instructions
    const units = Math.round((WARM_UP_UNITS * seconds) / (await work(WARM_UP_UNITS)).work);
    return interleave("fixed work", METRICS, columns, rounds, async (column): Promise<Reading> => {
      if (column === ALONE) return { ...(await work(units)) };
      const watch = exposure(setup, { pid }, INTERVAL);
      return sampled(setup, column, watch, async () => ({ ...(await work(units)) }));
    });
  });
  return {
    title: "Slowdown of the target",
    note:
      `Calls and small objects in one thread, at ${INTERVAL} us, Python ${python.name}; the target measures itself. ` +
      "Percent are of the work alone in the same round.",
    columns,
    cases: [withSlowdown(taken)],
  };
}
