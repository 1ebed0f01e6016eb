// Every sentence people see, by theme: exports only.
export { captureWritten } from "./messages/capture.js";
export * from "./messages/command_line.js";
export * from "./messages/input.js";
export { isFailure, type Message, renderMessage } from "./messages/message.js";
export * from "./messages/output.js";
export * from "./messages/permission.js";
export * from "./messages/run.js";
export * from "./messages/target.js";
