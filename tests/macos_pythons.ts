// Real CPythons for macOS, as files: they don't run here. .ci/macos_pythons.sh brings them.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { unlessThere } from "./needs.js";
import { projectRoot } from "./pythons.js";

export interface MacOsPython {
  /** "3.14.3-arm64". */
  readonly name: string;
  readonly version: string;
  /** As `Image.machine` has it. */
  readonly machine: "x86-64" | "aarch64";
  readonly library: string;
  readonly program: string;
}

const folder = join(projectRoot, ".cache/macos_pythons");

export const macOsPythons: readonly MacOsPython[] = (existsSync(folder) ? readdirSync(folder) : [])
  .filter((name) => !name.startsWith("."))
  .sort()
  .map((name) => {
    const [version, processor] = name.split("-") as [string, string];
    const place = join(folder, name, `org/bytedeco/cpython/macosx-${processor}`);
    const minor = version.replace(/\.\d+$/, "");
    const machine = processor === "arm64" ? "aarch64" : "x86-64";
    return {
      name,
      version,
      machine,
      library: join(place, `libpython${minor}.dylib`),
      program: join(place, "bin", `python${minor}`),
    };
  });

export const macOsPythonsMissing = unlessThere(
  macOsPythons.length > 0,
  "CPythons for macOS: bash .ci/macos_pythons.sh .cache/macos_pythons",
);

/** LLVM's tools, which judge what is read of a Mach-O file; some of them Debian has under their version's name alone. */
const folders = (existsSync("/usr/lib") ? readdirSync("/usr/lib") : []).filter((name) => /^llvm-\d+$/.test(name));
export function llvmTool(name: string): string | undefined {
  return folders.map((one) => join("/usr/lib", one, "bin", name)).find((path) => existsSync(path));
}

export const llvmMissing = unlessThere(
  ["llvm-nm", "llvm-lipo"].every((name) => llvmTool(name) !== undefined),
  "llvm-nm and llvm-lipo: apt-get install llvm",
);
