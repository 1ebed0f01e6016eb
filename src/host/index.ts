// The one switch between operating systems: every room asks the host through this file. A second system is a
// sibling folder with the same exports.
export { ProcessDenied, ProcessGone, ProcessUnseen } from "./errors.js";
export * from "./linux/index.js";
export { type LogLevel, type LogLine, writeSystemLog } from "./system_log.js";

/** Whether this is the system that the exports above are for. */
export const isHostSystem = process.platform === "linux";
