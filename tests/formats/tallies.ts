// What a profile adds up to: of each thread, stack and metric. In: samples, or a file of one of the formats. Out: sums that can be
// compared. A stack is the names of its functions, root first.
import type { Sample } from "../../src/model/sample.js";

/** Metric by metric, "process thread: root > ... > leaf" and what it has. Zeros are left out. */
export type Tallies = Readonly<Record<string, Readonly<Record<string, number>>>>;

export class Tally {
  readonly #sums = new Map<string, Map<string, number>>();

  add(metric: string, lane: string, stack: readonly string[], value: number): void {
    if (value === 0) return;
    let sums = this.#sums.get(metric);
    if (sums === undefined) {
      sums = new Map();
      this.#sums.set(metric, sums);
    }
    const key = `${lane}: ${stack.join(" > ")}`;
    sums.set(key, (sums.get(key) ?? 0) + value);
  }

  get tallies(): Tallies {
    const sorted = [...this.#sums].map(([metric, sums]) => {
      const some = [...sums].filter(([, value]) => value !== 0).sort(([a], [b]) => (a < b ? -1 : 1));
      return [metric, Object.fromEntries(some)] as const;
    });
    return Object.fromEntries(sorted.filter(([, sums]) => Object.keys(sums).length > 0).sort());
  }
}

/** "4321 0:4321": process, interpreter, thread. */
export function laneOf({ pid, interpreterId, thread }: Sample): string {
  const id = /^[0-9a-f]+$/.test(thread) ? Number.parseInt(thread, 16) : thread;
  return `${pid} ${interpreterId}:${id}`;
}

export function namesOf({ frames }: Sample): string[] {
  return frames.map((frame) => (frame.kind === "invalid" ? "(invalid)" : frame.scope));
}

/** What there is to be conserved. "cpu" is time in which the thread was not idle. */
export function talliesOf(samples: Iterable<Sample>): Tallies {
  const tally = new Tally();
  for (const sample of samples) {
    const lane = laneOf(sample);
    const stack = namesOf(sample);
    const { timeMicroseconds: time = 0, memoryBytes: memory = 0 } = sample.metrics;
    tally.add("time", lane, stack, time);
    if (!sample.idle) tally.add("cpu", lane, stack, time);
    if (sample.idle) tally.add("idle", lane, stack, time);
    if (sample.gc) tally.add("gc", lane, stack, time);
    tally.add("memory", lane, stack, memory);
    tally.add(memory > 0 ? "taken" : "given back", lane, stack, Math.abs(memory));
  }
  return tally.tallies;
}

/** The same without stacks: what each thread has. */
export function threadsOf(tallies: Tallies): Tallies {
  const tally = new Tally();
  for (const [metric, sums] of Object.entries(tallies)) {
    for (const [key, value] of Object.entries(sums)) tally.add(metric, key.slice(0, key.indexOf(": ")), [], value);
  }
  return tally.tallies;
}

/** Some of the metrics. */
export function only(tallies: Tallies, ...metrics: string[]): Tallies {
  return Object.fromEntries(Object.entries(tallies).filter(([metric]) => metrics.includes(metric)));
}

/** All of a metric, over threads and stacks. */
export function totalOf(tallies: Tallies, metric: string): number {
  return Object.values(tallies[metric] ?? {}).reduce((sum, value) => sum + value, 0);
}
