// The versions people see: the interface that is implemented, the Pythons that can be sampled, and this package's own.
import { readFileSync } from "node:fs";

/** Version of Austin's interface (options, messages, exit codes, metadata) that this program implements. */
export const AUSTIN_INTERFACE_VERSION = "4.0.0";

/** The CPython versions that are known and tried, in words. */
export const SUPPORTED_PYTHONS = "3.9 to 3.15";

// The sources run from src/cli/words, the build from dist/src/cli/words.
const MANIFESTS = ["../../../package.json", "../../../../package.json"];

/**
 * Version of this package.
 * @throws Error when no manifest lies where the package puts it
 */
export function packageVersion(): string {
  for (const manifest of MANIFESTS) {
    try {
      return JSON.parse(readFileSync(new URL(manifest, import.meta.url), "utf8")).version;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  throw new Error("the package's manifest is missing");
}

/** What `--version` prints. Scripts read the first line, so it is what Austin prints. */
export function versionText(): string {
  return `austin ${AUSTIN_INTERFACE_VERSION}\naustin-ts ${packageVersion()}\n`;
}
