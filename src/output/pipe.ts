// A pipe by name (FIFO) is opened for writing once somebody reads it. In: a path. Out: a descriptor that holds it open. A plain `open` waits for that in
// the system, and with it the whole process, signals too.
import { constants, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { OutputError } from "../mojo/output-error.js";
import { fileStatus } from "./file_status.js";

const LOOK_MILLISECONDS = 20;

/**
 * Wait until somebody reads the pipe at `path`.
 *
 * @param waits called once, where somebody has to be waited for
 * @returns a descriptor that doesn't block, the caller's to close: as long as it and the reader are there, `open` doesn't wait; undefined where the path
 * is no pipe's
 * @throws OutputError where it can't be opened
 */
export async function openPipe(path: string, waits?: () => void): Promise<number | undefined> {
  for (let looks = 0; fileStatus(path)?.isFIFO(); looks++) {
    try {
      return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch (error) {
      // Nobody reads it.
      if ((error as NodeJS.ErrnoException).code !== "ENXIO") throw OutputError.from(path, "open", 0, error);
    }
    if (looks === 0) waits?.();
    await sleep(LOOK_MILLISECONDS);
  }
  return undefined;
}
