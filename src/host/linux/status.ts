// /proc/<pid>/status. In: its text. Out: ids and privileges of a process or a thread.
import type { ProcessStatus } from "../process_facts.js";
import { readProcFile } from "./procfs.js";

/** Parse a `status` text; a field that is missing reads as 0, no ids or no capabilities. */
export function parseStatus(text: string): ProcessStatus {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*)$`, "m").exec(text)?.[1]?.trim() ?? "";
  const numbers = (name: string) =>
    field(name)
      .split(/\s+/)
      .filter((word) => word !== "")
      .map(Number);
  const [user = 0, effectiveUser = 0] = numbers("Uid");
  return {
    process: numbers("Tgid")[0] ?? 0,
    user,
    effectiveUser,
    ids: numbers("NSpid"),
    group: numbers("Gid")[0] ?? 0,
    capabilities: BigInt(`0x${field("CapEff") || "0"}`),
    permitted: BigInt(`0x${field("CapPrm") || "0"}`),
    seccomp: numbers("Seccomp")[0],
    processors: field("Cpus_allowed_list"),
    tracer: numbers("TracerPid")[0] ?? 0,
  };
}

/**
 * What `/proc/<pid>/status` says, or the `status` of one of its threads.
 *
 * @throws ProcessGone, ProcessDenied
 */
export function readStatus(pid: number, tid?: number): ProcessStatus {
  return parseStatus(readProcFile(pid, tid === undefined ? "status" : `task/${tid}/status`));
}
