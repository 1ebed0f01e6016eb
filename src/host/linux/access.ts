// Why reading a process may be refused. In: a process id. Out: the facts a message needs to name a cause and a remedy.
import { readFileSync, readlinkSync, statSync } from "node:fs";
import type { AccessFacts } from "../process_facts.js";
import { readStatus } from "./status.js";

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
  const own = attempt(() => readStatus(process.pid));
  const target = attempt(() => readStatus(pid));
  const owner = attempt(() => statSync(`/proc/${pid}/stat`).uid);
  return {
    ptraceScope: attempt(() => Number(readFileSync("/proc/sys/kernel/yama/ptrace_scope", "latin1"))),
    ourEffectiveUser: process.geteuid?.() ?? own?.effectiveUser ?? 0,
    ourEffectiveGroup: process.getegid?.() ?? own?.group ?? 0,
    mayTraceAny: (((own?.capabilities ?? 0n) >> CAP_SYS_PTRACE) & 1n) === 1n,
    ourSeccomp: own?.seccomp,
    targetUser: target?.user,
    targetGroup: target?.group,
    // proc(5): the files of a process belong to its effective user, or to root if it isn't dumpable.
    targetIsDumpable:
      target === undefined || owner === undefined || target.effectiveUser === 0
        ? undefined
        : owner === target.effectiveUser,
    targetHasMoreCapabilities:
      target === undefined || own === undefined ? undefined : (target.permitted & ~own.capabilities) !== 0n,
    targetTracer: target?.tracer ?? 0,
    sameUserNamespace: sameUserNamespace(pid),
    ourLabel: label("self"),
    targetLabel: label(pid),
  };
}

/** Whose namespaces can't be seen may still be told by how user ids are mapped; equal maps tell nothing. */
function sameUserNamespace(pid: number): boolean | undefined {
  const [ours, theirs] = ["self", pid].map((which) => attempt(() => readlinkSync(`/proc/${which}/ns/user`)));
  if (ours !== undefined && theirs !== undefined) return ours === theirs;
  const [ourMap, theirMap] = ["self", pid].map((which) =>
    attempt(() => readFileSync(`/proc/${which}/uid_map`, "latin1")),
  );
  return ourMap !== undefined && theirMap !== undefined && ourMap !== theirMap ? false : undefined;
}

function label(which: number | "self"): string | undefined {
  const text = attempt(() => readFileSync(`/proc/${which}/attr/current`, "latin1"))?.replace(/[\0\n]+$/, "");
  return text === "" ? undefined : text;
}
