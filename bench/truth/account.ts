// In: what one sampler saw in its runs on the programs of one shape. Out: the sums, and the distance to another sampler.
// It knows neither processes nor tables.
import type { Sight } from "./samplers.js";
import { distance, type Leaves, Tally } from "./tally.js";

/** Keys that every profile has, or that are figures of their own: what is left is what the sampler says of its samples. */
const COMMON = /^(austin|interval|mode|python|count|duration|sampling|saturation|errors|missed|reason .*)$/;

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

  /** Sum of what the trailers say under each key that isn't common; parts of "one/other" by themselves. */
  get counts(): ReadonlyMap<string, string> {
    const sums = new Map<string, number[]>();
    for (const [key, value] of this.metadata.flatMap((one) => Object.entries(one))) {
      const parts = value.split("/").map(Number);
      if (COMMON.test(key) || parts.some(Number.isNaN)) continue;
      const before = sums.get(key);
      sums.set(key, before ? before.map((part, at) => part + (parts[at] ?? 0)) : parts);
    }
    return new Map([...sums].map(([key, parts]) => [key, parts.join("/")]));
  }

  /** Share of the samples due that came with a stack that the sampler vouches for. */
  get provenShare(): number {
    return (this.tally.judged + this.tally.elsewhere) / this.due;
  }

  /** Share of all samples that the sampler doesn't vouch for. */
  get unverifiedShare(): number {
    const { judged, elsewhere, unverified } = this.tally;
    return unverified / (judged + elsewhere + unverified);
  }

  /** Mean over the programs of the total variation distance between the leaves of both. */
  distanceTo(other: Account): number {
    return mean([...this.#runs].map(([seed, runs]) => distance(sum(runs), sum(other.#runs.get(seed) ?? []))));
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
