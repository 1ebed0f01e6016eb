// In: interpreters, seeds, ways of sampling. Out: Markdown: of each, how many phases the profile has right, late, unproven, cut or otherwise wrong; and
// the cuts, with the words that repeat them. `npm run bench:truth -- --phases 100`.
import type { Python } from "../../tests/pythons.js";
import { type PhaseRun, runPhases } from "./phase_runs.js";
import { describe, type Judged, type Outcome } from "./stays.js";

/** How the command is called, beside its interval. */
const WAYS: Readonly<Record<string, Partial<PhaseRun>>> = {
  launch: {},
  attach: { attach: true },
  children: { children: true },
  cpu: { cpu: true },
};

export const PHASE_WAYS = Object.keys(WAYS);

/** What a way of sampling says of a run. @throws an error that lists the ways there are */
export function phaseWay(name: string): Partial<PhaseRun> {
  const way = WAYS[name];
  if (way === undefined) throw new Error(`no way ${name}; there are ${PHASE_WAYS.join(", ")}`);
  return way;
}

export interface PhaseTable {
  readonly pythons: readonly Python[];
  readonly seeds: readonly number[];
  readonly phases: number;
  readonly intervals: readonly string[];
  /** Of PHASE_WAYS. */
  readonly ways: readonly string[];
  readonly words: readonly string[];
}

const STAY_MILLISECONDS = 20;

const LEGEND = `
right: the time under exactly the stack that the program says it had is its own within 10 % and 1 ms, of the phases that ran,
of those that waited, and of those in a child that had just been forked, which is seen some 5 ms later, the first one later
still. late: it is off by no more than the samples at its ends say that they came late, as on a machine that is not quiet.
unproven: what lacks is marked as invalid there. cut: the sampler was there and wrote something else (bench/truth/stays.ts). wrong: other times.
lost: the program didn't get there.
`;

/** A fresh seed, for people to repeat. */
export function freshSeed(): number {
  return Math.floor(Math.random() * 1e6);
}

function count(judged: readonly Judged[], outcome: Outcome): number {
  return judged.filter((one) => one.outcome === outcome).length;
}

function share(judged: readonly Judged[]): string {
  return judged.length === 0
    ? "-"
    : `${((100 * count(judged, "right")) / judged.length).toFixed(1)} % of ${judged.length}`;
}

/** Run all, a row as soon as it is there. @returns whether something was cut, lost, or failed */
export async function phaseTable(table: PhaseTable, write: (text: string) => void): Promise<boolean> {
  const { pythons, seeds, phases, intervals, ways, words } = table;
  write(`${phases} phases of ${STAY_MILLISECONDS} ms a seed; seeds ${seeds.join()}.\n${LEGEND}`);
  write(
    "\n| Python | way | right, running | right, waiting | right, children | late | unproven | cut | wrong | lost |\n|---|---|---:|---:|---:|---:|---:|---:|---:|---:|\n",
  );
  const faults: string[] = [];
  let told = 0;
  for (const python of pythons) {
    for (const interval of intervals) {
      for (const way of ways) {
        const judged: Judged[] = [];
        const children: Judged[] = [];
        let lost = 0;
        for (const seed of seeds) {
          const run = { seed, phases, milliseconds: STAY_MILLISECONDS, interval, words, ...phaseWay(way) };
          const where = `Python ${python.name}, ${way}, ${interval}, seed ${seed}`;
          try {
            const result = await runPhases(python, run);
            for (const one of result.judged) (one.stay.pid === result.root ? judged : children).push(one);
            lost += result.lost.length;
            faults.push(
              ...result.judged.filter(({ outcome }) => outcome === "cut").map((cut) => `${where}: ${describe(cut)}`),
            );
            faults.push(...result.lost.map((one) => `${where}: lost: ${JSON.stringify(one)}`));
          } catch (error) {
            faults.push(`${where}: ${(error as Error).message}`);
          }
        }
        const cells = [
          python.name,
          `${way}, ${interval}`,
          share(judged.filter(({ stay }) => !stay.waits)),
          share(judged.filter(({ stay }) => stay.waits)),
          share(children),
          count(judged, "late"),
          count(judged, "unproven"),
          count([...judged, ...children], "cut"),
          count(judged, "wrong"),
          lost,
        ];
        write(`| ${cells.join(" | ")} |\n`);
        // At once, too: a run of all takes long, and may be broken off.
        for (const fault of faults.slice(told)) process.stderr.write(`${fault}\n`);
        told = faults.length;
      }
    }
  }
  if (faults.length > 0) write(`\n${faults.map((fault) => `- ${fault}`).join("\n")}\n`);
  return faults.length > 0;
}
