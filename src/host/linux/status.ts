// /proc/<pid>/status. In: its text. Out: ids and privileges of a process or a thread.
import { readProcFile } from "./procfs.js";

/** What `status` says about a process or a thread. */
export interface ProcessStatus {
  /** Of a thread, the process it belongs to. */
  readonly process: number;
  /** Real user id. */
  readonly user: number;
  readonly effectiveUser: number;
  /** Real group id. */
  readonly group: number;
  /** Its id in each PID namespace from ours down to its own; one entry when they are the same. */
  readonly ids: readonly number[];
  /** Bit set of the effective capabilities. */
  readonly capabilities: bigint;
  /** Bit set of the permitted ones, which it can make effective at any time. */
  readonly permitted: bigint;
  /** Which system calls are refused: 0 none, 1 nearly all, 2 what a filter says; undefined where the kernel has no such thing. */
  readonly seccomp: number | undefined;
  /** The processors it may run on, as the kernel lists them: `0-3,8`. */
  readonly processors: string;
  /** Process id of the tracer, 0 for none. */
  readonly tracer: number;
}

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
