// Files that a process names, wherever its root is. In: a process id and a path as the process has it. Out: when the file
// was last written. It opens nothing.
import { statSync } from "node:fs";

/**
 * When the contents of a file were last written, in milliseconds since 1970; undefined where no file is to be seen.
 * @param path as the process has it: absolute under its own root, or relative to the folder it is in now
 */
export function modifiedAt(pid: number, path: string): number | undefined {
  const seen = path.startsWith("/") ? `/proc/${pid}/root${path}` : `/proc/${pid}/cwd/${path}`;
  try {
    // A program may name anything: only files have contents that were written.
    const stat = statSync(seen);
    return stat.isFile() ? stat.mtimeMs : undefined;
  } catch {
    return undefined;
  }
}
