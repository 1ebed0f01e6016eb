// What a path leads to, before it is opened. In: a path. Out: its status. It opens nothing and complains of nothing.
import { type Stats, statSync } from "node:fs";

/**
 * Undefined where there is nothing, or it can't be looked at (a folder that may not be searched, a circle of links): whoever
 * opens it says why.
 */
export function fileStatus(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
