// The standalone executables, one a platform. In: dist/standalone, where `npm run build:standalone` puts them. Out: which there are, and how each packager
// calls their platform. Knows nothing of how they are made.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ReleaseError, root } from "./facts.js";

export interface Standalone {
  /** As `build:standalone` calls it. */
  readonly platform: string;
  readonly system: "linux" | "darwin" | "win32";
  /** The platform tag of its wheel; for glibc the processor alone: the version is the executable's own. */
  readonly wheel: string;
  /** Debian's architecture; undefined where there is no .deb. */
  readonly debian?: string;
}

export const STANDALONES: readonly Standalone[] = [
  { platform: "linux-x64", system: "linux", wheel: "x86_64", debian: "amd64" },
  { platform: "linux-arm64", system: "linux", wheel: "aarch64", debian: "arm64" },
  { platform: "linux-x64-musl", system: "linux", wheel: "musllinux_1_2_x86_64" },
  { platform: "linux-arm64-musl", system: "linux", wheel: "musllinux_1_2_aarch64" },
  { platform: "darwin-x64", system: "darwin", wheel: "macosx_13_0_x86_64" },
  { platform: "darwin-arm64", system: "darwin", wheel: "macosx_13_0_arm64" },
  { platform: "win32-x64", system: "win32", wheel: "win_amd64" },
];

/** The name of a file in a release: "austin-linux-x64", "austin-win32-x64.exe". */
export function standaloneName({ platform, system }: Standalone): string {
  return `austin-${platform}${system === "win32" ? ".exe" : ""}`;
}

/** Where it lies once it is built. */
export function standalonePath(standalone: Standalone): string {
  return join(root, "dist/standalone", standaloneName(standalone));
}

/** Whether one can be made that samples. */
export function hasAddOn({ platform }: Standalone): boolean {
  return existsSync(join(root, "prebuilds", `${platform.replace(/-musl$/, "")}.node`));
}

export function builtStandalones(): Standalone[] {
  return STANDALONES.filter((one) => existsSync(standalonePath(one)));
}

/** The platform tag of its wheel, whole. */
export function wheelTag({ wheel, system }: Standalone, executable: Uint8Array): string {
  const isGlibc = system === "linux" && !wheel.startsWith("musllinux");
  return isGlibc ? `manylinux_${glibcFloor(executable).join("_")}_${wheel}` : wheel;
}

/** The first version of the C library that has all that an executable asks for: the highest one that it names. */
export function glibcFloor(executable: Uint8Array): readonly [major: number, minor: number] {
  const text = Buffer.from(executable.buffer, executable.byteOffset, executable.length).toString("latin1");
  const minors = [...text.matchAll(/\0GLIBC_2\.(\d+)(?:\.\d+)?(?=\0)/g)].map(([, minor]) => Number(minor));
  if (minors.length === 0)
    throw new ReleaseError("the executable names no version of glibc: it was made for another system");
  return [2, Math.max(...minors)];
}
