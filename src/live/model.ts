// What the rooms of a live profile share: its arrays as they are at this moment. Plain data.
import type { Metric } from "../analysis/metric.js";
import type { Places } from "./places.js";
import type { Recent } from "./recent.js";
import type { Stacks } from "./stacks.js";
import type { LiveThread } from "./thread.js";

export interface LiveModel {
  readonly stacks: Stacks;
  readonly places: Places;
  /** By their numbers. */
  readonly threads: readonly LiveThread[];
  readonly recent: Recent;
  readonly metrics: readonly Metric[];
}

/** Bits of a recent sample's flags. */
export const IDLE = 1;
export const COLLECTING = 2;
export const UNPROVEN = 4;

/** What a metric has of a sample of which only these are left. */
export function valueLeft({ name }: Metric, time: number, flags: number, bytes: number): number {
  switch (name) {
    case "time":
      return time;
    case "cpu":
      return (flags & IDLE) === 0 ? time : 0;
    case "gc":
      return (flags & COLLECTING) !== 0 ? time : 0;
    case "allocated":
      return Math.max(0, bytes);
    case "released":
      return Math.max(0, -bytes);
  }
}
