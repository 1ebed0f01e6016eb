// Specs' own entries of the decoder, compiled for tests that aren't as-pect's. In: an entry and the compiler's options. Out: the Wasm's
// bytes. Compiling takes seconds, and dozens of test files want the same: it is kept beside the packages until a source changes.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./pythons.js";

const SOURCES = ["assembly", "tests/assembly"];
const COMPILER = "node_modules/assemblyscript";

/**
 * The Wasm of `entry`, a path in the project.
 * @throws what execFileSync throws, where it doesn't compile
 */
export function compiledEntry(entry: string, options: readonly string[]): Uint8Array<ArrayBuffer> {
  const cache = join(projectRoot, "node_modules/.cache/austin-ts");
  const kept = join(cache, `${stateOf([entry, ...options])}.wasm`);
  return readKept(kept) ?? compile(entry, options, cache, kept);
}

function readKept(path: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function compile(entry: string, options: readonly string[], cache: string, kept: string): Uint8Array<ArrayBuffer> {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, "new-"));
  try {
    const wasm = join(folder, "entry.wasm");
    const compiler = join(projectRoot, COMPILER, "bin/asc.js");
    const args = [compiler, entry, "--outFile", wasm, "--config", "none", "--runtime", "stub", ...options];
    execFileSync(process.execPath, args, { cwd: projectRoot, stdio: "pipe" });
    const bytes = new Uint8Array(readFileSync(wasm));
    // Another worker may have been as fast: theirs is the same.
    renameSync(wasm, kept);
    return bytes;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Another text after any change of a source, of the compiler, or of what is asked of it. */
function stateOf(words: readonly string[]): string {
  const hash = createHash("sha256").update(JSON.stringify(words));
  hash.update(readFileSync(join(projectRoot, COMPILER, "package.json")));
  for (const folder of SOURCES) {
    const paths = readdirSync(join(projectRoot, folder), { recursive: true, encoding: "utf8" }).sort();
    for (const path of paths.filter((one) => one.endsWith(".ts"))) {
      hash.update(`\0${path}\0`).update(readFileSync(join(projectRoot, folder, path)));
    }
  }
  return hash.digest("hex");
}
