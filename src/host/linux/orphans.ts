// Who gets the orphans of those below: the first process, and systemd, which adopts those of its sessions.
import { readProcFile } from "./procfs.js";

const INIT = 1;
const ADOPTS = /^systemd$/;

/** @throws ProcessGone, ProcessDenied */
export function adoptsOrphans(pid: number): boolean {
  return pid === INIT || ADOPTS.test(readProcFile(pid, "comm").trim());
}
