// The package as it is installed: packed by npm, unpacked into a folder with what it depends on, and nothing built. In: a folder. Out: where
// the package lies in it.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { packPackage } from "../packaging/npm_package.js";
import { projectRoot } from "./pythons.js";

/** What packages need that lies beside them, of those that are here, without what is only for development. */
function dependencies(name: string, found = new Set<string>()): ReadonlySet<string> {
  const facts = JSON.parse(readFileSync(join(projectRoot, name, "package.json"), "utf8"));
  for (const one of Object.keys({ ...facts.dependencies, ...facts.optionalDependencies })) {
    // The archive has that one, with what it needs.
    if (found.has(one) || facts.bundleDependencies?.includes(one)) continue;
    found.add(one);
    dependencies(join("node_modules", one), found);
  }
  return found;
}

/** Install the package in `folder`, which has nothing installed yet. @returns the package's own folder */
export function installPackage(folder: string): string {
  const modules = join(folder, "node_modules");
  const installed = join(modules, "austin-ts");
  mkdirSync(installed, { recursive: true });
  const archive = join(folder, packPackage(folder));
  execFileSync("tar", ["-xzf", archive, "-C", installed, "--strip-components=1"]);
  rmSync(archive);
  for (const name of dependencies("")) {
    cpSync(join(projectRoot, "node_modules", name), join(modules, name), { recursive: true });
  }
  return installed;
}
