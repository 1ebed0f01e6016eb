// What the kernel calls threads. In: ids as seen from here. Out: a thread's comm, 15 bytes at most. A thread inherits that of the one that made
// it, until somebody gives it another one (pthread_setname_np; CPython does since 3.14).
import { readProcFile, utf8 } from "./procfs.js";

/** Undefined for a thread that has ended, is not ours to see, or has the process's own name or none: that says nothing of it. */
export function threadTitle(pid: number, tid: number): string | undefined {
  const own = commOf(pid, tid);
  return own === undefined || own === "" || own === commOf(pid, pid) ? undefined : own;
}

function commOf(pid: number, tid: number): string | undefined {
  try {
    return utf8(readProcFile(pid, `task/${tid}/comm`)).replace(/\n$/, "");
  } catch {
    return undefined;
  }
}
