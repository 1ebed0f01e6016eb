// Which processes have begun since the last look. In: nothing. Out: their ids. Windows counts no ids up, and lists all processes in a
// millisecond: they are listed now and then.
import type { Births as Contract } from "../process_facts.js";
import { processes } from "./process_list.js";

/** How often they are listed, in microseconds. */
const LISTING_MICROSECONDS = 20_000;

export class Births implements Contract {
  #known = new Map<number, number>();
  #listed = Number.NEGATIVE_INFINITY;

  get tableSizes(): Readonly<Record<string, number>> {
    return { "known ids": this.#known.size };
  }

  since(now: number): number[] {
    if (now - this.#listed < LISTING_MICROSECONDS) return [];
    this.#listed = now;
    const before = this.#known;
    this.#known = new Map(processes(0).map(({ id, startTime }) => [id, startTime]));
    return [...this.#known].filter(([id, startTime]) => before.get(id) !== startTime).map(([id]) => id);
  }

  /** A process is in the list from its first moment on. */
  absent(): void {}

  close(): void {}
}
