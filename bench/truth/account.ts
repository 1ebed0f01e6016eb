// In: what one sampler saw in its runs on the programs of one shape. Out: the sums, and the distance to another sampler.
// It knows neither processes nor tables.
import type { Sight } from "./samplers.js";
import { distance, type Leaves, Tally } from "./tally.js";

export class Account {
  readonly tally = new Tally();
  /** Samples that should have come; NaN where the profiles don't say. */
  due = 0;
  /** The metadata of each run. */
  readonly metadata: Readonly<Record<string, string>>[] = [];
  /** What a run failed with; the first line is enough for a table. */
  failure: string | undefined;
  /** Of each program, the leaves of each run. */
  readonly #runs = new Map<number, Leaves[]>();

  /** Count a run on the program of `seed`. */
  add(seed: number, { tally, metadata, due }: Sight): void {
    this.tally.include(tally);
    this.due += due;
    this.metadata.push(Object.fromEntries(metadata));
    this.#runs.set(seed, [...(this.#runs.get(seed) ?? []), tally.leaves]);
  }

  /** Sum of what the trailers say under `key`, of "one/other" part number `part`; NaN where one of them says nothing. */
  sum(key: string, part = 0): number {
    const numberOf = (text: string | undefined): number => Number.parseInt(text?.split("/")[part] ?? "", 10);
    return this.metadata.reduce((total, trailer) => total + numberOf(trailer[key]), 0);
  }

  /** Share of the samples due that came with a stack that the sampler vouches for. */
  get provenShare(): number {
    return (this.tally.judged + this.tally.elsewhere) / this.due;
  }

  /** Share of the deadlines that passed without a tick: the one before lasted, or there was no processor. */
  get missedShare(): number {
    return this.sum("missed") / this.sum("missed", 1);
  }

  /** Share of the samples of all ticks that came with a stack that the sampler vouches for. */
  get provenOfTicks(): number {
    return this.provenShare / (1 - this.missedShare);
  }

  /** Share of all samples that the sampler doesn't vouch for. */
  get unverifiedShare(): number {
    const { judged, elsewhere, unverified } = this.tally;
    return unverified / (judged + elsewhere + unverified);
  }

  /** For how long the leaf was at each function and line of the program of each seed. */
  get leaves(): ReadonlyMap<number, Leaves> {
    return new Map([...this.#runs].map(([seed, runs]) => [seed, sum(runs)]));
  }

  /** Mean over the programs of the total variation distance between the leaves of both. */
  distanceTo(other: Account): number {
    const others = other.leaves;
    return mean([...this.leaves].map(([seed, leaves]) => distance(leaves, others.get(seed) ?? new Map())));
  }

  /** Mean over the programs of the distance between the first run and the others. */
  get noise(): number {
    return mean([...this.#runs.values()].map(([first = new Map(), ...rest]) => distance(first, sum(rest))));
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

function sum(runs: readonly Leaves[]): Leaves {
  const all = new Map<string, number>();
  for (const [leaf, count] of runs.flatMap((leaves) => [...leaves])) all.set(leaf, (all.get(leaf) ?? 0) + count);
  return all;
}
