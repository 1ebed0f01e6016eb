// Why reading a process may be refused. In: a process id. Out: the facts a message needs to name a remedy.
import { readFileSync, readlinkSync } from "node:fs";
import { type ProcessStatus, readStatus } from "./status.js";

/** The facts that decide whether we may read another process's memory. */
export interface AccessFacts {
  /** Yama's `kernel.yama.ptrace_scope` (0 to 3), undefined where Yama is absent. */
  readonly ptraceScope: number | undefined;
  readonly ourEffectiveUser: number;
  /** Whether our effective capabilities hold CAP_SYS_PTRACE. */
  readonly mayTraceAny: boolean;
  /** Real user id of the target, undefined when it can't be seen. */
  readonly targetUser: number | undefined;
  /** Process id of a tracer that holds the target already, 0 for none. */
  readonly targetTracer: number;
  /** Whether both are in one user namespace, undefined when it can't be seen. */
  readonly sameUserNamespace: boolean | undefined;
}

const CAP_SYS_PTRACE = 19n;

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Gather what can be seen; never throws. */
export function accessFacts(pid: number): AccessFacts {
  const own: ProcessStatus | undefined = attempt(() => readStatus(process.pid));
  const target = attempt(() => readStatus(pid));
  const scope = attempt(() => Number(readFileSync("/proc/sys/kernel/yama/ptrace_scope", "latin1")));
  const ours = attempt(() => readlinkSync("/proc/self/ns/user"));
  const theirs = attempt(() => readlinkSync(`/proc/${pid}/ns/user`));
  return {
    ptraceScope: scope,
    ourEffectiveUser: process.geteuid?.() ?? own?.effectiveUser ?? 0,
    mayTraceAny: (((own?.capabilities ?? 0n) >> CAP_SYS_PTRACE) & 1n) === 1n,
    targetUser: target?.user,
    targetTracer: target?.tracer ?? 0,
    sameUserNamespace: ours === undefined || theirs === undefined ? undefined : ours === theirs,
  };
}
