// What the package's users have of formats ("austin-ts/formats"): each as a plain export, so that a bundler takes only those that
// are used. Nothing here is of Node's, but for the page that the HTML format reads when it writes.
export type { CodeFrame, Frame, InvalidFrame, KernelFrame } from "../model/frame.js";
export type { Location } from "../model/location.js";
export type { Metrics } from "../model/metrics.js";
export type { Sample } from "../model/sample.js";
export { austin } from "./austin.js";
export { chromeTrace } from "./chrome_trace.js";
export { collapsed } from "./collapsed.js";
export { cpuprofile } from "./cpuprofile.js";
export { firefox } from "./firefox.js";
export { type Format, type SampleStream, UnsuitableFormat, type WriteOptions } from "./format.js";
export { html } from "./html.js";
export { jsonLines } from "./json_lines.js";
export { mojo } from "./mojo.js";
export { pprof } from "./pprof.js";
export { speedscope } from "./speedscope.js";
