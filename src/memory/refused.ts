// Whether the system lets us read a process's memory at all. In: a process id. Out: the error number if it doesn't. It
// takes nothing from there.
import { LiveMemory } from "./live.js";
import { AccessDenied } from "./source.js";

/**
 * With what error number reading the process under the id `task` is refused; undefined if it isn't. Nothing but a filter on system calls
 * keeps a process from its own memory.
 * @throws TargetLost when there is no such process
 */
export function readRefusal(task: number): number | undefined {
  const memory = new LiveMemory(task);
  try {
    // Nothing is there, which is an answer all the same.
    memory.read(0n, 1);
    return undefined;
  } catch (error) {
    if (error instanceof AccessDenied) return error.errno;
    throw error;
  } finally {
    memory.close();
  }
}
