// /proc/<pid>/stat. In: its text. Out: the fields we use. The second field is the program's name and may hold
// spaces and parentheses, so everything is counted from the last one.
import type { ProcessStat } from "../process_facts.js";
import { readProcFile } from "./procfs.js";

/** Enough for a `stat`: 52 numbers of up to 20 digits each, most of them short, behind a name of 64 bytes. */
export const STAT_BYTES = 1024;
/** Shown in place of addresses that are not ours to see. */
const HIDDEN_PROGRAM = /^[01] /;
const PF_KTHREAD = 0x00200000;

/** Parse one `stat` line; undefined when it isn't whole. */
export function parseStat(text: string): ProcessStat | undefined {
  const name = text.lastIndexOf(")");
  if (name < 0) return undefined;
  const fields = text.slice(name + 2).split(" ");
  // proc(5) numbers from 1 and the state is field 3.
  const [state, parent, group, session, flags, startTime] = [0, 1, 2, 3, 6, 19].map((index) => fields[index]);
  if (state === undefined || parent === undefined || flags === undefined || startTime === undefined) return undefined;
  const program = fields.slice(23, 26).join(" ");
  const [userTicks, kernelTicks] = [11, 12].map((index) => Number(fields[index]));
  return {
    state,
    isAtWork: state === "R" || state === "D",
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    isKernelThread: (Number(flags) & PF_KTHREAD) !== 0,
    startTime: Number(startTime),
    ticksRun: (userTicks ?? 0) + (kernelTicks ?? 0),
    program: HIDDEN_PROGRAM.test(program) ? "" : program,
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
