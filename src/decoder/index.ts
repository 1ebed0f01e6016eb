// The decoder for other packages: it needs no add-on and no process, only a source of ranges.
export { type MemorySource, REQUEST_BYTES } from "../memory/source.js";
export type { GilStates, NewFrame, NewString, Proofs } from "./decoded_sample.js";
export type { AttachOutcome, RuntimeFacts, SampleOutcome, Wants } from "./decoder.js";
export { LocalDecoder as Decoder } from "./local.js";
export { type Reason, Reasons } from "./reasons.js";
