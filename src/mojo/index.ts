// What other packages may use of MOJO: the reader, the writer, and what they speak of.

export type { CodeFrame, Frame, InvalidFrame, KernelFrame } from "../model/frame.js";
export type { Location } from "../model/location.js";
export type { Metrics } from "../model/metrics.js";
export type { Sample } from "../model/sample.js";
export type { Metadata } from "./assembler.js";
export { CHUNK_BYTES, MojoChunk } from "./chunk.js";
export { MojoEncoder } from "./encoder.js";
export { MojoError } from "./error.js";
export {
  EventId,
  MOJO_VERSION,
  type MojoEvent,
  type MojoKey,
  STRING_KEY_BITS,
  UNKNOWN_STRING,
  UNKNOWN_STRING_KEY,
} from "./events.js";
export { FrameRefs } from "./frame_refs.js";
export { type FunctionTime, hottestFunctions } from "./hottest.js";
export { DEFAULT_QUEUE_BYTES, MojoOutput } from "./output.js";
export { OutputError } from "./output-error.js";
export { type MojoEvents, MojoProfile, type MojoSource, readMojo, readMojoEvents } from "./reader.js";
