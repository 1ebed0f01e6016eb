// The package's own files: the decoder's Wasm, add-ons, pages, the manifest. In: a path as seen from the package's folder. Out: bytes, or where
// the file lies. This is the one place that knows where we are: it runs in src (tests), in dist/src (the library) and in dist/bin (the commands'
// bundle), and a standalone executable has another file in its place, with everything embedded. It doesn't know what the files say.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
let folder: string | undefined;

/** The package's folder: the one with its manifest. */
export function packageFolder(): string {
  if (folder !== undefined) return folder;
  const here = dirname(fileURLToPath(import.meta.url));
  const above = ["../..", "../../.."].map((up) => join(here, up)) as [string, string];
  folder = above.find((one) => existsSync(join(one, "package.json"))) ?? above[0];
  return folder;
}

/** @param path such as "dist/wasm/decoder.wasm" @returns the file's bytes; undefined where there is none */
export function packageFile(path: string): Buffer<ArrayBuffer> | undefined {
  try {
    return readFileSync(join(packageFolder(), path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** @param path in the package `name`, which may be missing: an optional dependency @returns the file's bytes; undefined where there is none */
export function dependencyFile(name: string, path: string): Buffer<ArrayBuffer> | undefined {
  try {
    return readFileSync(join(dirname(require.resolve(`${name}/package.json`)), path));
  } catch {
    return undefined;
  }
}

/** Load an add-on. @param path from any folder Throws what the system's loader says. */
export function loadAddOn(path: string): unknown {
  return require(path);
}

/** The files of speedscope's page, by name; each is read when it is asked for. */
export function speedscopeFiles(): ReadonlyMap<string, () => Uint8Array> {
  const folder = join(packageFolder(), "dist/speedscope");
  return new Map(readdirSync(folder).map((name) => [name, () => readFileSync(join(folder, name))]));
}

/**
 * What runs `austin`: a program, and what comes before the command's own words.
 * @param hasHeritage whether its front has anything to note, which is for sh
 */
export function austinCommand(hasHeritage: boolean): readonly [program: string, ...words: string[]] {
  if (hasHeritage) return [join(packageFolder(), "bin/austin")];
  return [process.execPath, join(packageFolder(), "dist/bin/austin.js")];
}
