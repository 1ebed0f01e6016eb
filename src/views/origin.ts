// Where a function comes from, by which views colour it. It goes by the file's path alone.
import type { FunctionName } from "../analysis/function_line.js";
import { isInstalled, isStandardLibrary } from "../filters/module.js";

/** The program's own, of an installed package, of Python's library, the processor's own code, the kernel's, or none of them. */
export type CodeOrigin = "own" | "package" | "library" | "native" | "kernel" | "other";

export function originOf({ kind, isNative, filename }: FunctionName): CodeOrigin {
  if (kind !== "code") return kind === "kernel" ? kind : "other";
  if (isNative === true) return "native";
  if (isStandardLibrary(filename)) return "library";
  return isInstalled(filename) ? "package" : "own";
}
