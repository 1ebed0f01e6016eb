// What Linux alone is asked for so far, or alone can tell. In: a process id, at most. Out: the answers of hosts that don't ask.
import { arch, constants, release, type } from "node:os";
import type { Host } from "./host.js";
import type { FileFailure } from "./thread_facts.js";

/** There is no such file. */
const NO_KERNEL_STACKS: FileFailure = { call: "open", path: "kernel stacks", errno: constants.errno.ENOENT };

/** @param executablePath the host's own, of whose answer a command line is made */
export function notAsked(
  executablePath: Host["executablePath"],
): Pick<
  Host,
  | "commandLine"
  | "cutTitle"
  | "eventLoopDescriptor"
  | "ignoreAsBefore"
  | "isIgnoredAsBefore"
  | "kernelStacks"
  | "kernelStacksFailure"
  | "openFilesLimit"
  | "setTimerSlack"
  | "surroundings"
  | "threadStands"
  | "threadTitles"
  | "threadsOf"
  | "userName"
> {
  return {
    // Who has which number, and which words a process was started with.
    userName: String,
    commandLine: (pid) => [executablePath(pid) ?? ""].filter((path) => path !== ""),
    // Native frames are Linux' alone so far.
    threadStands: () => ({ look: () => undefined, witness: () => undefined, compare: () => {}, close: () => {} }),
    threadsOf: () => [],
    kernelStacks: () => ({ failure: NO_KERNEL_STACKS, of: () => undefined, close: () => {} }),
    kernelStacksFailure: () => NO_KERNEL_STACKS,
    // What the system calls threads: only what programs call theirs is told.
    threadTitles: () => ({ of: () => undefined }),
    cutTitle: (name) => name,
    // What we inherited is as Node has made it.
    ignoreAsBefore: () => {},
    isIgnoredAsBefore: () => false,
    openFilesLimit: () => undefined,
    eventLoopDescriptor: () => -1,
    setTimerSlack: () => false,
    surroundings: () => ({
      system: `${type()} ${release()}, ${arch()}`,
      securityModules: undefined,
      containerHints: [],
      userMap: undefined,
    }),
  };
}
