// Files that become a package. In: folders. Out: bytes by path, in the order of their names; nothing of owners, times or the machine.
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

export interface Entry {
  readonly bytes: Uint8Array;
  readonly isExecutable: boolean;
}

/** By paths with slashes, relative to wherever the tree is put. */
export type Tree = Map<string, Entry>;

export function textEntry(text: string, isExecutable = false): Entry {
  return { bytes: Buffer.from(text), isExecutable };
}

export function fileEntry(path: string, isExecutable = (statSync(path).mode & 0o100) !== 0): Entry {
  return { bytes: readFileSync(path), isExecutable };
}

/** Every file below a folder. @param prefix what their paths begin with */
export function readTree(folder: string, prefix = ""): Tree {
  const tree: Tree = new Map();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    tree.set(prefix + path.slice(folder.length + 1).replaceAll("\\", "/"), fileEntry(path));
  }
  return tree;
}

/** In the order of their names' bytes, which is the same everywhere. */
export function sorted(tree: Tree): [path: string, entry: Entry][] {
  return [...tree].sort(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
}

/** Write a tree into a folder, which becomes readable by all. @param time of every file, in seconds since 1970 */
export function writeTree(tree: Tree, folder: string, time: number): void {
  for (const [path, { bytes, isExecutable }] of tree) {
    const whole = join(folder, path);
    mkdirSync(dirname(whole), { recursive: true });
    writeFileSync(whole, bytes);
    chmodSync(whole, isExecutable ? 0o755 : 0o644);
    utimesSync(whole, time, time);
  }
  // Whatever the umask is.
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) chmodSync(join(entry.parentPath, entry.name), 0o755);
  }
}
