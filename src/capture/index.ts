// Captures for other packages ("austin-ts/capture"): decode them anywhere. Nothing here needs the add-on, or a process.
export type { Decoder } from "../decoder/decoder.js";
export { DecoderBroken, NoAddressSpace } from "../decoder/errors.js";
export type { WasmModule } from "../decoder/wasm.js";
export {
  type Collapsible,
  type FilterWords,
  MalformedPattern,
  type State,
  UnansweredFilter,
} from "../filters/index.js";
export * from "../model/index.js";
export type { Amount, Share } from "../model/share.js";
export type { Snapshot, ThreadSnapshot } from "../model/snapshot.js";
export type { ProofFigures, RunStatistics, SamplingTimes } from "../model/statistics.js";
export type { ProfileOptions, TargetFacts } from "../profile/facts.js";
export type { CaptureSource } from "./container.js";
export { DecodedCapture, type DecodeOptions, decodeCapture } from "./decode.js";
export { CaptureError, type CaptureProblem } from "./error.js";
export type { Look, Origin } from "./facts.js";
export { FORMAT_VERSION } from "./format.js";
export type { CapturedProcess, DecodingFigures, PlayedStacks } from "./player.js";
export type { ThreadTotals } from "./thread_tally.js";
