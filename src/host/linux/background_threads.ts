// Who goes first where there are fewer processors than threads that want to run. The JavaScript engine compiles and collects
// in threads of its own, mostly at the beginning: on two processors they take turns with the target and with the sampler, which
// misses a quarter of its ticks in the first 0.3 s. At the lowest priority, compilers use what nobody else does.
import { readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { isForeignProc } from "./pid_namespaces.js";

/**
 * Let all threads that this process has beside the main one give way to others. Threads that are started later, and child
 * processes, have the main thread's priority. Best effort.
 * @returns how many there were
 */
export function lowerBackgroundThreads(): number {
  if (isForeignProc()) return 0; // its ids are others' here
  let lowered = 0;
  for (const name of readdirSync("/proc/self/task")) {
    const thread = Number(name);
    if (thread === process.pid) continue;
    try {
      setPriority(thread, constants.priority.PRIORITY_LOW); // setpriority(2) takes a thread's id, too
      lowered++;
    } catch {
      // It has ended, or may not be changed.
    }
  }
  return lowered;
}
