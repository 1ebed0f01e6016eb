// What all entry points of the package have in common: samples and what they are made of, and the errors' class.
export { AustinError, type ErrorKind, MisuseError, NotBuilt } from "./error.js";
export type { CodeFrame, Frame, InvalidFrame, KernelFrame, MappedFile } from "./frame.js";
export type { Location } from "./location.js";
export type { Metrics, Mode } from "./metrics.js";
export type { Sample } from "./sample.js";
export {
  type CodeFrameInput,
  type FrameInput,
  type LocationInput,
  type MetadataInput,
  type SampleInput,
  sampleStream,
} from "./sample_input.js";
export type { SampleStream } from "./sample_stream.js";
