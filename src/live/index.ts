// Live profiles for other packages ("austin-ts/live"): samples while they are taken, as windows, tables and trees.
export * from "../analysis/index.js";
export { changesOf, type ShareChange, sideOf, type WindowChange, type WindowChanges } from "./changes.js";
export { checkedDelta, checkedFull, OtherVersion } from "./checked.js";
export { type Gauge, LiveFeed } from "./feed.js";
export { fileHeat } from "./file_heat.js";
export { type LaneSecond, Lanes, type Telling } from "./lanes.js";
export { type LiveOptions, LiveProfile } from "./live_profile.js";
export { LiveMirror, OutOfStep } from "./mirror.js";
export { MirroredProfile, type Taken } from "./mirrored_profile.js";
export { frameOf, LET_GO, type Places } from "./places.js";
export { type RateFigures, Rates, reachedPercent, SECONDS_KEPT } from "./rates.js";
export type { Recent } from "./recent.js";
export {
  type HotRow,
  hotRows,
  type Relative,
  type Relatives,
  type RowOrder,
  relatives,
  shownChildren,
  type Unit,
} from "./rows.js";
export { type Weight, type WindowName, weightAt } from "./spans.js";
export type { Stacks } from "./stacks.js";
export type { Sums } from "./sums.js";
export { type Scope, Tally, type Window } from "./tally.js";
export type { LiveThread } from "./thread.js";
export type { LiveRates, LiveView } from "./view.js";
export * from "./wire.js";
