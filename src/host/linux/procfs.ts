// Reading procfs files of another process. In: a process id and a file name. Out: text, or a ProcessGone or
// ProcessDenied. Knows nothing of what the files mean.
import { closeSync, openSync, readlinkSync, readSync } from "node:fs";
import { ProcessDenied, ProcessGone, ProcessUnseen } from "../errors.js";
import { withSpares } from "../spare_files.js";

const CHUNK_BYTES = 65536;
const EPERM = 1;

let chunk: Buffer | undefined;

/**
 * The whole of `/proc/<pid>/<name>`. The kernel hands these files out in short pieces, so the read goes on to the end.
 *
 * @throws ProcessGone when the process (or thread) has ended, ProcessDenied when reading is not permitted
 */
export function readProcFile(pid: number, name: string): string {
  const path = `/proc/${pid}/${name}`;
  let descriptor: number | undefined;
  try {
    descriptor = withSpares(() => openSync(path, "r"));
    chunk ??= Buffer.allocUnsafe(CHUNK_BYTES);
    // Names in procfs are bytes of any encoding; latin1 keeps each of them.
    let text = "";
    for (;;) {
      const length = readSync(descriptor, chunk, 0, CHUNK_BYTES, null);
      if (length === 0) return text;
      text += chunk.toString("latin1", 0, length);
    }
  } catch (error) {
    throw explained(error, pid, descriptor === undefined ? "open" : "read", path);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** Text that `readProcFile` gave, as the UTF-8 that its bytes most likely are. */
export function utf8(latin1: string): string {
  return Buffer.from(latin1, "latin1").toString("utf8");
}

/** The words of `/proc/<pid>/cmdline`, which the process may have changed. @throws ProcessGone, ProcessDenied */
export function commandLine(pid: number): string[] {
  const text = utf8(readProcFile(pid, "cmdline")).replace(/\0+$/, "");
  return text === "" ? [] : text.split("\0");
}

const DELETED = " (deleted)";

/** A path as procfs shows it, and whether the file it named was unlinked since. */
export function splitDeleted(path: string): { path: string; deleted: boolean } {
  return path.endsWith(DELETED) ? { path: path.slice(0, -DELETED.length), deleted: true } : { path, deleted: false };
}

/**
 * Path of the file the process runs, as seen from here; undefined for a process without one (a kernel thread, or a
 * process on its way out).
 *
 * @throws ProcessGone, ProcessDenied
 */
export function executablePath(pid: number): string | undefined {
  const path = `/proc/${pid}/exe`;
  try {
    return splitDeleted(readlinkSync(path)).path;
  } catch (error) {
    const explanation = explained(error, pid, "readlink", path);
    if (!(explanation instanceof ProcessGone)) throw explanation;
    // Without an address space the link is missing although the process is there.
    readProcFile(pid, "stat");
    return undefined;
  }
}

/** The error of a file system call on `/proc/<pid>`, in our words. */
export function explained(error: unknown, pid: number, call: string, path: string): unknown {
  const { code, errno = 0 } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ENOENT":
    case "ESRCH":
      // A mount with hidepid shows nothing of other people's processes, but they can be told from none.
      return isHidden(pid) ? new ProcessDenied(pid, "kill", EPERM, path) : new ProcessGone(pid);
    case "EACCES":
    case "EPERM":
      return new ProcessDenied(pid, call, Math.abs(errno), path);
    case "EMFILE":
    case "ENFILE":
    case "ENOMEM":
      return new ProcessUnseen(pid, call, Math.abs(errno), path);
    default:
      return error;
  }
}

function isHidden(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
