// Every sentence people see, by theme: exports only.
export { captureWritten } from "./capture.js";
export * from "./command_line.js";
export * from "./input.js";
export { isFailure, type Message, renderMessage } from "./message.js";
export * from "./output.js";
export * from "./permission.js";
export * from "./run.js";
export * from "./target.js";
