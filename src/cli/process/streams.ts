// Our own standard output and error. In: texts. Out: they are written, and nobody who doesn't read them ends us.
import { writeSync } from "node:fs";
import { ExitCode } from "../words/exit_codes.js";

let areHeeded = false;

/** Where nobody reads what we say, a run goes on all the same: the profile and the command come first. */
export function heedStreams(): void {
  if (areHeeded) return;
  areHeeded = true;
  process.stderr.on("error", () => {});
  process.stdout.on("error", () => {
    process.exitCode = ExitCode.OUTPUT;
  });
}

/**
 * Print a text that is all there is to say, at once: for a pipe or a terminal, Node makes its stream out of all that it has of networks, which
 * takes as long as the rest.
 * @returns the exit code that it leaves
 */
export function printNow(text: string): ExitCode {
  let rest: Buffer = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(writeSync(1, rest));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return ExitCode.OUTPUT;
    // Somebody has made it one that doesn't wait.
    heedStreams();
    process.stdout.write(rest);
  }
  return ExitCode.OK;
}
