// Where a source file lies, as the compiler had it. In: its entry among a unit's line numbers, and the folder of the compiler. Out: a path, as short as it can be.
import type { FileEntry, LineHeader } from "./line_header.js";

const IS_ABSOLUTE = /^(?:\/|[A-Za-z]:[\\/]|<)/;

/** @param ownFolder the folder of the compiler, where line numbers don't say it. Without it a path may be relative. */
export function sourcePath(
  { name, folder }: FileEntry,
  { version, folders }: Pick<LineHeader, "version" | "folders">,
  ownFolder: () => string | undefined,
): string | undefined {
  if (name === "") return undefined;
  if (IS_ABSOLUTE.test(name)) return shortened(name);
  const within = version >= 5 ? folders[folder] : folder === 0 ? "" : folders[folder - 1];
  const path = joined(within ?? "", name);
  if (IS_ABSOLUTE.test(path)) return shortened(path);
  return shortened(joined((version >= 5 ? folders[0] : ownFolder()) ?? "", path));
}

function joined(folder: string, name: string): string {
  return folder === "" ? name : `${folder.replace(/\/$/, "")}/${name}`;
}

/** Without `.`, and without `..` where that leads out of a folder that is named. */
function shortened(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === ".") continue;
    const last = parts.at(-1);
    if (part === ".." && last !== undefined && last !== ".." && last !== "") parts.pop();
    else if (part !== "" || parts.length === 0) parts.push(part);
  }
  return parts.join("/");
}
