// Recording captures: what a run, or a look, needs of it.
export { CaptureFile } from "./capture_file.js";
export type { CaptureLog } from "./capture_log.js";
export { OthersPlace } from "./capture_place.js";
export { CaptureSink } from "./capture_sink.js";
