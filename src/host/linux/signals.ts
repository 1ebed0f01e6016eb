// What signals mean for a process. In: procfs. Out: facts about our terminal and about a process's dispositions.
import { readProcFile } from "./procfs.js";

/**
 * Whether we are in the foreground of a terminal: then what is typed there (Ctrl-C) is sent to our whole process
 * group, children included.
 */
export function isForeground(): boolean {
  try {
    const stat = readProcFile(process.pid, "stat");
    // Behind the name: state, ppid, pgrp, session, tty_nr, tpgid (proc_pid_stat(5))
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(fields[4]) !== 0 && fields[2] === fields[5];
  } catch {
    return false;
  }
}

/** Whether process `pid` ignores the signal with this number; false where that can't be seen. */
export function ignoresSignal(pid: number, signal: number): boolean {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readProcFile(pid, "status"))?.[1];
    return mask !== undefined && ((BigInt(`0x${mask}`) >> BigInt(signal - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}
