// Why macOS refuses the port by which a process's memory is read, and what helps. In: the facts read from the system. The rules are Apple's: only
// root, or who has Apple's leave for debuggers, gets another process's port (task_for_pid); of programs with the hardened runtime that don't
// allow it (get-task-allow) and of the system's own, System Integrity Protection keeps it from root, too.
import type { ProgramProtection } from "../../host/index.js";

/** mach/kern_return.h, those that these calls give. */
const KERN_RETURNS: Readonly<Record<number, string>> = {
  1: "KERN_INVALID_ADDRESS",
  2: "KERN_PROTECTION_FAILURE",
  4: "KERN_INVALID_ARGUMENT",
  5: "KERN_FAILURE",
  6: "KERN_RESOURCE_SHORTAGE",
  8: "KERN_NO_ACCESS",
  16: "KERN_INVALID_TASK",
  37: "KERN_TERMINATED",
  46: "KERN_NOT_SUPPORTED",
  53: "KERN_DENIED",
};
/** The call that gives one; others give error numbers. */
export const MACH_CALL = "task_for_pid";

export interface TaskPortFacts {
  readonly pid: number;
  readonly call: string;
  /** Of task_for_pid a kern_return_t, else an error number. */
  readonly errno: number;
  readonly ownUid: number;
  readonly targetUid: number | undefined;
  readonly launched: boolean;
  readonly protection: ProgramProtection;
}

/** A kern_return_t with its name. */
export function describeKernReturn(code: number): string {
  const name = KERN_RETURNS[code];
  return name === undefined ? `kern_return_t ${code}` : `${name} (kern_return_t ${code})`;
}

export function refusedTaskPort(facts: TaskPortFacts): {
  readonly cause: string;
  readonly remedies: readonly string[];
} {
  const { path, isOfSystem, isOfVendor, isHardened, isDebuggable } = facts.protection;
  const otherPython = "use a Python that isn't Apple's, as Homebrew, python.org, conda, pyenv or uv have it";
  if (isOfSystem) {
    return {
      cause: `${path} is a part of macOS: System Integrity Protection lets nobody read it, root included.`,
      remedies: [otherPython],
    };
  }
  if (facts.ownUid !== 0) {
    const whose = facts.targetUid === facts.ownUid ? "even of the same user" : "and this one is another user's";
    return {
      cause: `macOS lets only root read another process's memory, ${whose}.`,
      remedies: [
        facts.launched
          ? "start the program as yourself, and attach as root: sudo austin -p with its process id"
          : `run austin as root: sudo austin -p ${facts.pid}`,
        ...(isHardened === true && isDebuggable !== true ? [hardenedRemedy(path, isOfVendor, otherPython)] : []),
      ],
    };
  }
  if (isHardened === true && isDebuggable !== true) {
    return {
      cause: `${path} is signed with the hardened runtime and doesn't allow it (com.apple.security.get-task-allow): System Integrity Protection keeps root out, too.`,
      remedies: [hardenedRemedy(path, isOfVendor, otherPython)],
    };
  }
  return {
    cause: `macOS refuses this to root: System Integrity Protection guards ${path}, or a program that manages this Mac does.`,
    remedies: [otherPython],
  };
}

function hardenedRemedy(path: string, isOfVendor: boolean, otherPython: string): string {
  return isOfVendor
    ? otherPython
    : `where it is yours to change, sign it anew without that: codesign --force --sign - '${path}'`;
}
