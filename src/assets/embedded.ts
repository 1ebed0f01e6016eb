// The package's own files in a standalone executable, in the place of files.ts: Bun has them embedded, under the paths that they have in the
// package. In: a path. Out: bytes. `npm run build:standalone` (standalone/build.mjs) puts this file there, and says which files there are.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Where Bun shows what is embedded: beside what it runs. */
const ROOT = join(dirname(process.argv[1] as string), "package");

/** There is no folder: nothing can be built in it. */
export function packageFolder(): string {
  return ROOT;
}

export function packageFile(path: string): Buffer<ArrayBuffer> | undefined {
  try {
    return readFileSync(join(ROOT, path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

export function dependencyFile(name: string, path: string): Buffer<ArrayBuffer> | undefined {
  return packageFile(`node_modules/${name}/${path}`);
}

/** The one that is embedded, whatever is asked for: Bun has to see its name while it builds. */
export function loadAddOn(_path: string): unknown {
  return require("add_on.node");
}

export function speedscopeFiles(): ReadonlyMap<string, () => Uint8Array> {
  const release = join(ROOT, "dist/speedscope");
  return new Map(readdirSync(release).map((name) => [name, () => readFileSync(join(release, name))]));
}

/** This very program, which is to be called by the command's name. */
export function austinCommand(_hasHeritage: boolean): readonly [program: string, ...words: string[]] {
  return [process.execPath];
}
