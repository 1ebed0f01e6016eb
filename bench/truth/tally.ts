// In: stacks, and the judge of their program. Out: counts of verdicts, examples of faults, and where the leaves were.
// It knows no format.
import type { Frame } from "../../src/mojo/index.js";
import type { Fault, Judge } from "./judge.js";

const EXAMPLES = 5;

/** A stack, root first, how many samples had it, and the time that these stand for, in the sampler's own unit. */
export interface Stack {
  readonly frames: readonly Frame[];
  readonly count: number;
  readonly time: number;
}

/** For how long the leaf was at each function and line. */
export type Leaves = ReadonlyMap<string, number>;

export class Tally {
  /** Samples with frames of the program: all that can be possible or not. */
  judged = 0;
  impossible = 0;
  /** Samples that the sampler itself doesn't vouch for. */
  unverified = 0;
  /** Samples without a frame of the program. */
  elsewhere = 0;
  readonly faults: Partial<Record<Fault, number>> = {};
  readonly examples: string[] = [];
  readonly leaves = new Map<string, number>();

  /** Judge `stack` and count it. */
  add({ frames, count, time }: Stack, judge: Judge): void {
    const verdict = judge.verdict(frames);
    if (verdict === "unverified" || verdict === "elsewhere") {
      this[verdict] += count;
      return;
    }
    this.judged += count;
    if (verdict !== "possible") {
      this.impossible += count;
      this.faults[verdict] = (this.faults[verdict] ?? 0) + count;
      if (this.examples.length < EXAMPLES) this.examples.push(`${verdict}: ${judge.show(frames)}`);
    }
    const leaf = judge.leaf(frames) as string; // what is judged has one
    this.leaves.set(leaf, (this.leaves.get(leaf) ?? 0) + time);
  }

  /** Add what another tally of the same program counted. */
  include(other: Tally): void {
    this.judged += other.judged;
    this.impossible += other.impossible;
    this.unverified += other.unverified;
    this.elsewhere += other.elsewhere;
    for (const [fault, count] of Object.entries(other.faults) as [Fault, number][]) {
      this.faults[fault] = (this.faults[fault] ?? 0) + count;
    }
    this.examples.push(...other.examples.slice(0, EXAMPLES - this.examples.length));
    for (const [leaf, count] of other.leaves) this.leaves.set(leaf, (this.leaves.get(leaf) ?? 0) + count);
  }

  /** Impossible stacks of a million judged ones; NaN where there is none. */
  get perMillion(): number {
    return (1e6 * this.impossible) / this.judged;
  }
}

/** Total variation distance of two distributions of leaves: 0 equal, 1 nothing in common; NaN where one is empty. */
export function distance(one: Leaves, other: Leaves): number {
  const [all, allOther] = [one, other].map((leaves) => [...leaves.values()].reduce((sum, count) => sum + count, 0));
  let sum = 0;
  for (const leaf of new Set([...one.keys(), ...other.keys()])) {
    sum += Math.abs((one.get(leaf) ?? 0) / (all as number) - (other.get(leaf) ?? 0) / (allOther as number));
  }
  return all && allOther ? sum / 2 : Number.NaN;
}
