// MOJO for other packages ("austin-ts/mojo"): what runs anywhere, and the output, which is a file or a pipe of Node's.

export * from "./browser.js";
export { DEFAULT_QUEUE_BYTES, MojoOutput } from "./output.js";
export { OutputError } from "./output-error.js";
