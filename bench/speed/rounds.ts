// In: columns, and how one reading of a column is taken. Out: the readings of all rounds, taken in turn.
// Knows nothing of samplers.
import { rotated } from "../runs.js";

/** What one run gave, by metric. */
export type Reading = Readonly<Record<string, number>>;
/** A reading, or why there is none. */
export type Outcome = Reading | { readonly failed: string };

/** What is compared in one respect: a block of lines of a table. */
export interface Case {
  readonly title: string;
  readonly metrics: readonly Metric[];
  /** By column, an outcome for each round. */
  readonly outcomes: Readonly<Record<string, readonly Outcome[]>>;
}

export interface Metric {
  /** Key in the readings. */
  readonly key: string;
  readonly title: string;
  readonly better?: "more" | "less";
  /** Digits behind the point; default 0. */
  readonly digits?: number;
}

/** One table. */
export interface Section {
  readonly title: string;
  /** How it was measured, and what to mind when reading it. */
  readonly note: string;
  readonly columns: readonly string[];
  readonly cases: readonly Case[];
}

export function isFailed(outcome: Outcome): outcome is { readonly failed: string } {
  return "failed" in outcome && typeof outcome.failed === "string";
}

/** Take the readings of every column `rounds` times, in turn; a failure is an outcome, too. */
export async function interleave(
  title: string,
  metrics: readonly Metric[],
  columns: readonly string[],
  rounds: number,
  read: (column: string) => Promise<Reading>,
): Promise<Case> {
  const outcomes = Object.fromEntries(columns.map((column) => [column, [] as Outcome[]]));
  for (let round = 0; round < rounds; round++) {
    for (const column of rotated(columns, round)) {
      process.stderr.write(`${title}, round ${round + 1} of ${rounds}: ${column}\n`);
      const outcome = await read(column).catch((error: Error) => ({ failed: error.message }));
      outcomes[column]?.push(outcome);
    }
  }
  return { title, metrics, outcomes };
}
