// In: the accounts of all samplers on one shape and Python. Out: a row of the Markdown table, and the same as plain data.
import type { Account } from "./account.js";
import type { Sampler } from "./samplers.js";

/** Each sampler with its account; ours first. */
export type Accounts = ReadonlyMap<Sampler, Account>;

const HEADINGS = [
  "Python",
  "shape",
  "samples",
  "proven of ticks",
  "ticks missed",
  "impossible / M",
  "at once",
  "retried",
  "off-CPU copies / s",
  "unverified",
  "by off-CPU copies alone",
  "distance to a reference (noise)",
  "others' impossible / M",
];

export const HEADER = `| ${HEADINGS.join(" | ")} |\n|---|---|${"---:|".repeat(9)}---|---|\n`;

/** The legend of the table. */
export const LEGEND = `
samples: judged ones, with a frame of the program. proven of ticks: samples that came with a stack, of one a thread
and tick. ticks missed: deadlines that passed while the tick before lasted, or the sampler waited for a processor; where only
off-CPU copies are made, they are fewer. at once, retried: of all samples, those that the first copy's calls
prove, and a later one's. off-CPU copies: made while the thread did not run. unverified: of all samples, those that
begin with an invalid frame. by off-CPU copies alone: share of the time in which only off-CPU copies were made.
distance: total variation between the functions and lines of the leaves of ours and of a sampler that stops the target;
noise: the same between the two halves of the reference; chance alone gives a distance about half of that.
`;

function percent(share: number): string {
  return Number.isNaN(share) ? "unknown" : `${(100 * share).toFixed(share > 0.01 ? 1 : 3)} %`;
}

function perMillion(rate: number): string {
  return Number.isNaN(rate) ? "unknown" : rate.toFixed(rate > 0 && rate < 10 ? 1 : 0);
}

function failed(reason: string): string {
  return `failed: ${reason.split("\n", 1)}`;
}

/** Another sampler's impossible stacks of a million, and of how many. */
function otherCell(name: string, { failure, tally }: Account): string {
  return failure === undefined ? `${name} ${perMillion(tally.perMillion)} of ${tally.judged}` : failed(failure);
}

function distanceCell(ours: Account, name: string, reference: Account): string {
  if (reference.failure !== undefined) return failed(reference.failure);
  const faults = reference.tally.impossible > 0 ? `, ${perMillion(reference.tally.perMillion)} impossible / M` : "";
  return `${ours.distanceTo(reference).toFixed(3)} (${reference.noise.toFixed(3)}) ${name}${faults}`;
}

/** A row; text in it is free of what Markdown would take for a border. */
export function row(python: string, shape: string, accounts: Accounts): string {
  const [first, ...others] = [...accounts];
  if (first === undefined) return "";
  const [, ours] = first;
  const { tally } = ours;
  const tried = ours.sum("tried");
  const duration = ours.sum("duration");
  const cells = [
    python,
    shape,
    ours.failure === undefined ? String(tally.judged) : failed(ours.failure),
    percent(ours.provenOfTicks),
    percent(ours.missedShare),
    perMillion(tally.perMillion),
    percent(ours.sum("proven") / tried),
    percent(ours.sum("retried") / tried),
    (ours.sum("still copies") / (duration / 1e6)).toFixed(0),
    percent(ours.unverifiedShare),
    percent(ours.sum("still time") / duration),
    others
      .filter(([{ isReference }]) => isReference)
      .map(([{ name }, account]) => distanceCell(ours, name, account))
      .join("; "),
    others
      .filter(([{ isReference }]) => !isReference)
      .map(([{ name }, account]) => otherCell(name, account))
      .join("; "),
  ];
  return `| ${cells.map((cell) => cell.replaceAll(/[|\s]+/g, " ") || "-").join(" | ")} |\n`;
}

/**
 * The same and more, for JSON: every sampler, its distances to the references, its faults with examples, its trailers, its
 * leaves on the program of each seed.
 */
export function plainData(accounts: Accounts): Record<string, unknown> {
  const references = [...accounts].filter(([{ isReference }]) => isReference);
  return Object.fromEntries(
    [...accounts].map(([{ name }, account]) => {
      const { tally, due, failure, metadata } = account;
      const { judged, impossible, unverified, elsewhere, faults, examples } = tally;
      const distances = references.map(([reference, other]) => [
        reference.name,
        { distance: account.distanceTo(other), noise: other.noise },
      ]);
      const figures = { judged, impossible, unverified, elsewhere, due, faults, examples, failure, metadata };
      const leaves = Object.fromEntries(
        [...account.leaves].map(([seed, counts]) => [seed, Object.fromEntries(counts)]),
      );
      return [name, { ...figures, distances: Object.fromEntries(distances), leaves }];
    }),
  );
}
