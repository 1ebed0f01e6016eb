// The versions people see: the interface that is implemented, the Pythons that can be sampled, and this package's own.
import { packageFile } from "../../assets/files.js";

/** Version of Austin's interface (options, messages, exit codes, metadata) that this program implements. */
export const AUSTIN_INTERFACE_VERSION = "4.0.0";

/** The CPython versions that are known and tried, in words. */
export const SUPPORTED_PYTHONS = "3.9 to 3.15";

/** Version of this package. Throws where its manifest is missing. */
export function packageVersion(): string {
  return JSON.parse(String(packageFile("package.json"))).version;
}

/** What `--version` prints. Scripts read the first line, so it is what Austin prints. */
export function versionText(name = "austin"): string {
  return `${name} ${AUSTIN_INTERFACE_VERSION}\naustin-ts ${packageVersion()}\n`;
}
