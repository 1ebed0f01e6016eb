// In: an interpreter of the matrix. Out: where CPython's headers of the same build lie, and whether they are all there.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Python } from "./pythons.js";

export interface Headers {
  readonly python: Python;
  readonly include: string;
}

export function headersOf(python: Python): Headers {
  const name = `python3.${python.version[1]}${python.debug && python.origin === "debian" ? "d" : ""}`;
  return { python, include: join(dirname(python.path), "../include", name) };
}

/** Whether the internal headers are there, too. */
export function arePresent({ include }: Headers): boolean {
  return existsSync(join(include, "internal/pycore_interp.h"));
}

/** Whether `cc` compiles for both word sizes here, with the C library linked in where that is wanted. */
export function canCompileBothWordSizes(...options: readonly string[]): boolean {
  const folder = mkdtempSync(join(tmpdir(), "compiles-"));
  const source = "#include <pthread.h>\nint main(void) { return 0; }\n";
  try {
    return ["-m64", "-m32"].every((machine) => {
      const command = [machine, ...options, "-x", "c", "-", "-o", join(folder, `compiled${machine}`)];
      return spawnSync("cc", command, { input: source }).status === 0;
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The packages that bring what `canCompileBothWordSizes` asks for. */
export const COMPILER_PACKAGES = "Debian: gcc-multilib, libc6-dev-i386";
