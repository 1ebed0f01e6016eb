// Why reading a process may be refused. In: a process id. Out: the facts that a message needs to name a cause and a remedy: who may ask for
// its task's port is decided by users, by the signature of its program, and by where that comes from.
import { signatureFacts } from "../../images/macho_signature.js";
import type { AccessFacts, ProgramProtection } from "../process_facts.js";
import { openFile } from "./files.js";
import type { Processes } from "./processes.js";

/** Apple's own programs, which System Integrity Protection closes even to root. */
const PROTECTED = /^\/(?:System|usr|bin|sbin)\/(?!local\/)/;
/** Apple's, too, but by its signature alone. */
const OF_APPLE = /^\/(?:Library\/Developer\/CommandLineTools|Applications\/Xcode[^/]*\.app)\//;

/** Gather what can be seen; never throws. */
export function accessFacts(processes: Processes, pid: number): AccessFacts {
  const target = attempt(() => processes.readStatus(pid));
  const path = attempt(() => processes.executablePath(pid));
  return {
    ptraceScope: undefined,
    ourEffectiveUser: process.geteuid?.() ?? 0,
    ourEffectiveGroup: process.getegid?.() ?? 0,
    mayTraceAny: process.geteuid?.() === 0,
    ourSeccomp: undefined,
    targetUser: target?.user,
    targetGroup: target?.group,
    targetIsDumpable: undefined,
    targetHasMoreCapabilities: undefined,
    targetTracer: target?.tracer ?? 0,
    sameUserNamespace: undefined,
    ourLabel: undefined,
    targetLabel: undefined,
    ...(path !== undefined && { protection: protectionOf(path) }),
  };
}

/** @param path of a program */
export function protectionOf(path: string): ProgramProtection {
  const signature = attempt(() => {
    const file = openFile(path);
    try {
      return signatureFacts(file);
    } finally {
      file.close();
    }
  });
  return {
    path,
    isOfSystem: PROTECTED.test(path),
    isOfVendor: OF_APPLE.test(path),
    isHardened: signature?.isHardened,
    isDebuggable: signature?.isDebuggable,
  };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
