// A small program of C++ in several builds, as files with all that tells of names and lines. In: a folder. Out: paths.
import { execFileSync, spawnSync } from "node:child_process";
import { join } from "node:path";
import { unlessThere } from "../needs.js";
import { projectRoot } from "../pythons.js";

export const SHAPES = join(projectRoot, "tests/targets/lines");

/** Compile it to `path`. */
export function compileShapes(path: string, ...options: readonly string[]): string {
  execFileSync("g++", [...options, "shapes.cc", "-o", path], { cwd: SHAPES });
  return path;
}

/** Compile the one of Rust to `path`. */
export function compileSums(path: string): string {
  execFileSync("rustc", ["-g", "-C", "opt-level=1", join(SHAPES, "sums.rs"), "-o", path], { stdio: "pipe" });
  return path;
}

/** Move a binary's debug information to `debug`, and name that in it. */
export function splitDebug(binary: string, debug: string): void {
  execFileSync("objcopy", ["--only-keep-debug", binary, debug]);
  execFileSync("strip", [binary]);
  execFileSync("objcopy", [`--add-gnu-debuglink=${debug}`, binary]);
}

/** Put symbols into a stripped binary as Fedora does: an image of its own, packed by xz. */
export function addMiniDebugInfo(binary: string, whole: string, folder: string): void {
  const mini = join(folder, "mini");
  execFileSync("objcopy", ["--only-keep-debug", whole, mini]);
  execFileSync("objcopy", ["--strip-debug", mini]);
  execFileSync("xz", ["-f", mini]);
  execFileSync("objcopy", [`--add-section=.gnu_debugdata=${mini}.xz`, binary]);
}

export const rustMissing = unlessThere(hasPrograms("rustc"), "rustc");

/** Whether all of these programs are there. */
export function hasPrograms(...names: readonly string[]): boolean {
  return names.every((name) => spawnSync(name, ["--version"]).status === 0);
}
