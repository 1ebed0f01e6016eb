// MOJO for pages ("austin-ts/mojo" under the condition "browser"), and what of it runs anywhere: the reader, the writer, and what they
// speak of.

export * from "../model/index.js";
export type { Metadata } from "./assembler.js";
export { CHUNK_BYTES, MojoChunk } from "./chunk.js";
export { MojoEncoder } from "./encoder.js";
export { MojoError, NumberOutOfRange } from "./error.js";
export {
  EventId,
  type FrameEvent,
  type FrameRefEvent,
  type KernelFrameEvent,
  type MarkEvent,
  type MemoryEvent,
  type MetadataEvent,
  MOJO_VERSION,
  type MojoEvent,
  type MojoKey,
  STRING_KEY_BITS,
  type StackEvent,
  type StringEvent,
  type StringRefEvent,
  type TaskRunningEvent,
  type TaskStackEvent,
  type TaskWaiterEvent,
  type TimeEvent,
  UNKNOWN_STRING,
  UNKNOWN_STRING_KEY,
} from "./events.js";
export { FrameRefs } from "./frame_refs.js";
export { type FunctionTime, hottestFunctions } from "./hottest.js";
export { type LoadNames, type MojoEvents, MojoProfile, type MojoSource, readMojo, readMojoEvents } from "./reader.js";
