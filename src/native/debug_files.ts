// Where distributions keep the symbols that they have split off from binaries.

export const DEBUG_FILES = "/usr/lib/debug";

/** The file with the symbols of a build. @param buildId hexadecimal digits */
export function debugFileOf(buildId: string): string {
  return `${DEBUG_FILES}/.build-id/${buildId.slice(0, 2)}/${buildId.slice(2)}.debug`;
}
