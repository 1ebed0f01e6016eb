// The package of npm, and what of it commands need. In: a project that is built. Out: the tarball; a tree.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, sep } from "node:path";
import { root } from "./facts.js";
import { readTree, type Tree } from "./tree.js";

/** Among the project's own packages is an old npm, which comes first on PATH wherever a script of the project's runs us. */
const OWN_PROGRAMS = `node_modules${sep}.bin`;

/** What npm prints: the one that is installed. */
export function npm(args: readonly string[], cwd: string): string {
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.endsWith(OWN_PROGRAMS));
  const env = { ...process.env, PATH: path.join(delimiter) };
  return execFileSync("npm", args, { cwd, encoding: "utf8", env, shell: process.platform === "win32" });
}

/** Pack the package into `folder`. @returns the tarball's name */
export function packPackage(folder: string): string {
  return npm(["pack", "--ignore-scripts", "--silent", root], folder).trim();
}

/** What of the package a command doesn't need: the library, types, what wheels have in other places. */
const FOR_LIBRARIES = /^dist\/src\/|^dist\/wasm\/embedded|^dist\/web\/embedded|^doc\/|\.d\.[cm]?ts$|\.map$/;

/** What commands run: of the package and what it needs, as npm installs them. @param tarball a path */
export function commandTree(tarball: string): Tree {
  const place = mkdtempSync(join(tmpdir(), "austin-package-"));
  try {
    execFileSync("tar", ["-xzf", tarball, "-C", place, "--strip-components=1"]);
    const tree = readTree(place);
    for (const [path, entry] of readTree(join(root, BUILDING), `${BUILDING}/`)) tree.set(path, entry);
    for (const path of tree.keys()) if (FOR_LIBRARIES.test(path)) tree.delete(path);
    return tree;
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** What building the add-on takes, where none came along. */
const BUILDING = "node_modules/node-addon-api";

/** What lies among the files to pack though its source is gone, as after a change of branches. */
export function staleFiles(): string[] {
  return [...readTree(join(root, "dist/src"), "dist/src/").keys()].filter((path) => {
    const [, source] = /^dist\/(src\/.+?)(?:\.d\.ts|\.js)$/.exec(path) ?? [];
    return source !== undefined && !existsSync(join(root, `${source}.ts`));
  });
}
