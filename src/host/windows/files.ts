// When files were written. In: a path. Out: milliseconds.
import { statSync } from "node:fs";

/** When a file was written; of a path that is relative nothing is known, for a process's folder is not. */
export function modifiedAt(_pid: number, path: string): number | undefined {
  if (!/^([a-z]:[\\/]|\\\\)/i.test(path)) return undefined;
  try {
    const stat = statSync(path);
    return stat.isFile() ? stat.mtimeMs : undefined;
  } catch {
    return undefined;
  }
}
