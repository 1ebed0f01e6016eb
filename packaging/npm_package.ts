// The package of npm, and what it is once installed. In: a project that is built. Out: the tarball; a tree with what it depends on.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReleaseError, root } from "./facts.js";
import { readTree, type Tree } from "./tree.js";

/** Pack the package into `folder`. @returns the tarball's name */
export function packPackage(folder: string): string {
  // Into the folder where it runs, as every npm does it: an old one may come first on PATH.
  const pack = ["pack", "--ignore-scripts", "--silent", root];
  return execFileSync("npm", pack, { cwd: folder, encoding: "utf8", shell: process.platform === "win32" }).trim();
}

/** The package as npm installs it, with what it depends on in its own node_modules. @param tarball a path */
export function installedTree(tarball: string): Tree {
  const place = mkdtempSync(join(tmpdir(), "austin-package-"));
  try {
    execFileSync("tar", ["-xzf", tarball, "-C", place, "--strip-components=1"]);
    const tree = readTree(place);
    for (const path of dependencyPaths()) {
      for (const [name, entry] of readTree(join(root, path), `${path}/`)) {
        // What lies in a dependency's own node_modules has a line of its own.
        if (!name.slice(path.length).includes("/node_modules/")) tree.set(name, entry);
      }
    }
    return tree;
  } finally {
    rmSync(place, { recursive: true });
  }
}

interface Locked {
  readonly dev?: boolean;
  readonly extraneous?: boolean;
}

/** Where npm has put what the package needs: "node_modules/cac". */
export function dependencyPaths(): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, Locked>>;
  };
  const paths = Object.entries(packages).filter(([path, one]) => path !== "" && !one.dev && !one.extraneous);
  if (paths.length === 0) throw new ReleaseError("package-lock.json has no dependency");
  return paths.map(([path]) => path).sort();
}

/** What lies among the files to pack though its source is gone, as after a change of branches. */
export function staleFiles(): string[] {
  const isStale = (path: string): boolean => {
    const [, source] = /^dist\/((?:src|bin)\/.+?)(?:\.d\.ts|\.js)$/.exec(path) ?? [];
    return source !== undefined && !existsSync(join(root, `${source}.ts`));
  };
  return ["dist/src", "dist/bin"]
    .flatMap((folder) => [...readTree(join(root, folder), `${folder}/`).keys()])
    .filter(isStale);
}
