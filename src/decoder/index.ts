// The decoder for other packages: it needs no add-on and no process, only a source of ranges.
export { type MemorySource, REQUEST_BYTES } from "../memory/source.js";
export {
  type AttachOutcome,
  Decoder,
  type GilStates,
  type NewFrame,
  type NewString,
  type Proofs,
  type RuntimeFacts,
  type SampleOutcome,
  type Wants,
} from "./decoder.js";
export { type Reason, Reasons } from "./reasons.js";
