// Formats for other packages ("austin-ts/formats"): each as a plain export, so that a bundler takes only those that are used. Nothing here
// is of Node's, but for the page that the HTML format reads when it writes; a bundle for pages has that in it.
export * from "../model/index.js";
export { austin } from "./austin.js";
export { chromeTrace } from "./chrome_trace.js";
export { collapsed } from "./collapsed.js";
export { cpuprofile } from "./cpuprofile.js";
export { firefox } from "./firefox.js";
export { type Format, UnsuitableFormat, type WriteOptions } from "./format.js";
export { html } from "./html.js";
export { jsonLines } from "./json_lines.js";
export { mojo } from "./mojo.js";
export { pprof } from "./pprof.js";
export { speedscope } from "./speedscope.js";
