// What the kernel calls threads. In: ids as seen from here. Out: a thread's comm, 15 bytes at most. A thread inherits that of the one that made
// it, until somebody gives it another one (pthread_setname_np; CPython does since 3.14).
import { basename } from "node:path";
import { executablePath, readProcFile, utf8 } from "./procfs.js";

/** TASK_COMM_LEN (linux/sched.h), without the byte that ends it. */
const COMM_BYTES = 15;

/**
 * The titles of threads of a process; undefined for one that has ended, is not ours to see, or is called as its process is, after its program:
 * that says nothing of it.
 */
export class ThreadTitles {
  /** What the program may be called: its file, the link that was started, the script that names it. */
  readonly #program: readonly string[];

  constructor(readonly pid: number) {
    this.#program = namesOf(pid).map((path) => cutTitle(basename(path)));
  }

  of(tid: number): string | undefined {
    const own = commOf(this.pid, tid);
    if (own === undefined || own === "" || this.#program.includes(own)) return undefined;
    return own === commOf(this.pid, this.pid) ? undefined : own;
  }
}

function namesOf(pid: number): string[] {
  try {
    return [executablePath(pid) ?? "", ...utf8(readProcFile(pid, "cmdline")).split("\0").slice(0, 2)];
  } catch {
    // It has ended, or shut itself off: nothing else will be known either.
    return [];
  }
}

/** A name as the kernel has room for it. */
export function cutTitle(name: string): string {
  return Buffer.from(name).subarray(0, COMM_BYTES).toString();
}

function commOf(pid: number, tid: number): string | undefined {
  try {
    return utf8(readProcFile(pid, `task/${tid}/comm`)).replace(/\n$/, "");
  } catch {
    return undefined;
  }
}
