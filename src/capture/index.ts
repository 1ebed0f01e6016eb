// Captures, for other packages: decode them anywhere. Nothing here needs the add-on, or a process.
export { type FilterWords, UnansweredFilter } from "../filters/index.js";
export type { CodeFrame, Frame, InvalidFrame, KernelFrame } from "../model/frame.js";
export type { Location } from "../model/location.js";
export type { Metrics } from "../model/metrics.js";
export type { Sample } from "../model/sample.js";
export type { Amount, Share } from "../model/share.js";
export type { Snapshot, ThreadSnapshot } from "../model/snapshot.js";
export type { ProfileOptions, TargetFacts } from "../profile/facts.js";
export type { CaptureSource } from "./container.js";
export { DecodedCapture, type DecodeOptions, decodeCapture } from "./decode.js";
export { CaptureError, type CaptureProblem } from "./error.js";
export type { Look, Origin } from "./facts.js";
export { FORMAT_VERSION } from "./format.js";
export type { CapturedProcess, DecodingFigures, PlayedStacks, ThreadTotals } from "./player.js";
