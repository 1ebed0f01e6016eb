// The decoder for other packages ("austin-ts/decoder"): it needs no add-on and no process, only a source of ranges.
export { AccessDenied, type MemorySource, REQUEST_BYTES, TargetLost, UnknownRequest } from "../memory/source.js";
export { AustinError, type ErrorKind, MisuseError, NotBuilt } from "../model/error.js";
export type { GilStates, NewFrame, NewString, Proofs } from "./decoded_sample.js";
export type { AttachOutcome, NamesFound, NamesWanted, RuntimeFacts, SampleOutcome, Wants } from "./decoder.js";
export { DecoderBroken, NoAddressSpace } from "./errors.js";
export { LocalDecoder as Decoder } from "./local.js";
export { type Reason, Reasons } from "./reasons.js";
export { type DecoderFunctions, type DecoderInstance, instantiate, type WasmModule } from "./wasm.js";
