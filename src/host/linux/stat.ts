// /proc/<pid>/stat. In: its text. Out: the fields we use. The second field is the program's name and may hold
// spaces and parentheses, so everything is counted from the last one.
import { readProcFile } from "./procfs.js";

/** What `stat` says about a process or a thread. */
export interface ProcessStat {
  /** The kernel's letter: R running, S sleeping, D waiting for a device, T stopped, Z zombie, X dead … */
  readonly state: string;
  readonly parent: number;
  /** Process group. */
  readonly group: number;
  readonly session: number;
  /** A thread of the kernel itself, which has no address space. */
  readonly isKernelThread: boolean;
  /** Clock ticks (1/100 s) between the start of the system and the start of the process. */
  readonly startTime: number;
  /** Clock ticks for which it has run, in user mode and in the kernel, all threads together. */
  readonly ticksRun: number;
  /** Where its code and its stack lie: another text after an exec. Empty where it's not ours to see. */
  readonly program: string;
}

/** Enough for a `stat`: 52 numbers of up to 20 digits each, most of them short, behind a name of 64 bytes. */
export const STAT_BYTES = 1024;
const PF_KTHREAD = 0x00200000;

/** Parse one `stat` line; undefined when it isn't whole. */
export function parseStat(text: string): ProcessStat | undefined {
  const name = text.lastIndexOf(")");
  if (name < 0) return undefined;
  const fields = text.slice(name + 2).split(" ");
  // proc(5) numbers from 1 and the state is field 3.
  const [state, parent, group, session, flags, startTime] = [0, 1, 2, 3, 6, 19].map((index) => fields[index]);
  if (state === undefined || parent === undefined || flags === undefined || startTime === undefined) return undefined;
  const [userTicks, kernelTicks] = [11, 12].map((index) => Number(fields[index]));
  return {
    state,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    isKernelThread: (Number(flags) & PF_KTHREAD) !== 0,
    startTime: Number(startTime),
    ticksRun: (userTicks ?? 0) + (kernelTicks ?? 0),
    program: fields.slice(23, 26).join(" "),
  };
}

/**
 * What `/proc/<pid>/stat` says, or the `stat` of one of its threads.
 *
 * @throws ProcessGone, ProcessDenied
 */
export function readStat(pid: number, tid?: number): ProcessStat {
  const name = tid === undefined ? "stat" : `task/${tid}/stat`;
  const stat = parseStat(readProcFile(pid, name));
  if (stat === undefined) throw new Error(`/proc/${pid}/${name} is not understood`);
  return stat;
}
