// What is a terminal. In: a path. Out: whether it leads to one. (What asks has much of Node loaded, and styles don't need it.)
import { closeSync, constants, openSync } from "node:fs";
import { isatty } from "node:tty";
import { fileStatus } from "../../output/file_status.js";

/** Whether a path leads to a terminal, such as /dev/tty. */
export function isTerminal(path: string): boolean {
  if (fileStatus(path)?.isCharacterDevice() !== true) return false;
  let descriptor: number;
  try {
    descriptor = openSync(path, constants.O_WRONLY | constants.O_NOCTTY);
  } catch {
    // Whoever opens it says why it can't be.
    return false;
  }
  try {
    return isatty(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
