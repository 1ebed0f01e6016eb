// Marks A and B: windows of a live profile that are compared. In: what is marked, mirrors whose numbers mean something else. Out: windows, as long as they
// can be told.
import type { LiveMirror } from "../../src/live/mirror.js";
import type { Sums } from "../../src/live/sums.js";
import type { Window } from "../../src/live/tally.js";

export interface Mark {
  /** In seconds of the profile's time. */
  readonly from: number;
  readonly to: number;
  readonly window: Window;
  /** When it was set, in seconds, and all that there was by then. */
  readonly setAt: number;
  readonly at: Sums;
  /** It can be summed up anew by its times alone. */
  readonly isKept: boolean;
}

export class Marks {
  a: Mark | undefined;
  b: Mark | undefined;

  /** A unsets B. */
  set(which: "a" | "b", mark: Mark): void {
    if (which === "a") this.b = undefined;
    this[which] = mark;
  }

  /** Numbers mean something else now. @returns whether all that was marked still is */
  renew(mirror: LiveMirror): boolean {
    const again = (mark: Mark | undefined): Mark | undefined => {
      if (mark?.isKept !== true || 1e6 * mark.from < mirror.keptFrom) return undefined;
      const at = mirror.sums.copy(mirror.stacks.count);
      return { ...mark, window: mirror.between(1e6 * mark.from, 1e6 * mark.to), at, setAt: mirror.now / 1e6 };
    };
    const { a, b } = this;
    this.a = again(a);
    this.b = this.a && again(b);
    return (a === undefined) === (this.a === undefined) && (b === undefined) === (this.b === undefined);
  }
}

/** What came since a mark was set. @param now in microseconds */
export function behind({ at, setAt }: Mark, sums: Sums, now: number): Mark {
  return { from: setAt, to: now / 1e6, window: { of: sums, without: at }, at, setAt, isKept: false };
}
