// Where the calls are of all samples since the last confirmation: whether they have something of code that is gone. In: calls. Out: yes or no.
import { type CodeRange, isIn } from "./code_source.js";
import { placeOf } from "./native_name.js";
import type { NativeCall } from "./unwinder.js";

export class MetPlaces {
  readonly #places = new Set<number>();

  add(calls: readonly NativeCall[]): void {
    for (const call of calls) this.#places.add(Number(placeOf(call)));
  }

  areIn(ranges: readonly CodeRange[]): boolean {
    if (ranges.length === 0) return false;
    for (const place of this.#places) if (isIn(ranges, place)) return true;
    return false;
  }

  clear(): void {
    this.#places.clear();
  }
}
