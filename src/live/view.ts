// What views read of a profile, wherever it is taken: of samples (LiveProfile), or of messages that come from elsewhere (MirroredProfile). A contract.
import type { Metric } from "../analysis/metric.js";
import type { Places } from "./places.js";
import type { RateFigures } from "./rates.js";
import type { Weight, WindowName } from "./spans.js";
import type { Stacks } from "./stacks.js";
import type { Scope, Tally } from "./tally.js";
import type { LiveThread } from "./thread.js";

export interface LiveView {
  readonly metadata: ReadonlyMap<string, string>;
  readonly metrics: readonly Metric[];
  readonly stacks: Stacks;
  readonly places: Places;
  /** By their numbers. */
  readonly threads: readonly LiveThread[];
  /** Another one where numbers of stacks and threads mean others than before. */
  readonly numbering: number;
  readonly rates: LiveRates;
  readonly letGo: { readonly stacks: number; readonly threads: number };
  /** How long the window "recent" is. */
  recentSeconds: number;
  /** Of how many seconds that window has anything: fewer where these are not kept. */
  readonly recentHeld: number;
  readonly isRecentShort: boolean;
  /** Whether `lastOf` is what was seen last; else the stack that had most of the last moments. */
  readonly tellsLast: boolean;
  readonly marks: { readonly a: boolean; readonly b: boolean };
  readonly isFrozen: boolean;
  freeze(): void;
  thaw(): void;
  /** The window "reset" begins anew. */
  reset(): void;
  /** Set mark A, which unsets B, or mark B. */
  mark(which: "a" | "b"): void;
  lastOf(thread: LiveThread): number;
  tally(name: WindowName, metric?: Metric, scope?: Scope, into?: Tally): Tally;
  weight(name: WindowName, metric: Metric): Weight;
}

export interface LiveRates {
  readonly all: RateFigures;
  /** When the last sample ended, in microseconds. */
  readonly now: number;
  last(seconds: number): RateFigures;
}
