// Which process a number means. In: a process id that names none, or not the one that was meant. Out: what the number may
// mean in another PID namespace. It looks at every process, so it is for failures only.
import { readdirSync, readlinkSync } from "node:fs";
import { readStatus } from "./status.js";

/** Whether /proc shows the processes of another PID namespace than our own: then its numbers aren't those of system calls. */
export function isForeignProc(): boolean {
  try {
    return readlinkSync("/proc/self") !== String(process.pid);
  } catch {
    // It shows us nowhere.
    return true;
  }
}

/** The processes that are called `pid` in a PID namespace below ours, by the ids that they have here. */
export function idsHere(pid: number): number[] {
  const found: number[] = [];
  for (const entry of readdirSync("/proc")) {
    const here = Number(entry);
    if (!Number.isInteger(here)) continue;
    try {
      const { ids } = readStatus(here);
      if (ids.length > 1 && ids.at(-1) === pid) found.push(here);
    } catch {
      // It has ended, or isn't ours to see.
    }
  }
  return found;
}
