// Recording captures: what a run, or a look, needs of it.
export { ForeignDestination } from "./capture_destination.js";
export { CaptureFile } from "./capture_file.js";
export type { CaptureLog } from "./capture_log.js";
export { CaptureSink } from "./capture_sink.js";
