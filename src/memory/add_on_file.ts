// Which file the add-on is loaded from. In: the package's folder, the system and the processor. Out: a path, and how it came to be.
import { existsSync } from "node:fs";
import { join } from "node:path";

export interface AddOnFile {
  readonly path: string;
  /** "built": here, from the sources; "prebuilt": it came with the package. */
  readonly origin: "built" | "prebuilt";
}

const BUILT = "native/build/Release/remote_memory.node";

/**
 * What was built here comes first: who builds it means to use it, and to test it. Where there is neither, the prebuilt one is what is lacking.
 * @param folder the package's
 */
export function addOnFile(folder: string, platform: string, arch: string): AddOnFile {
  const built = join(folder, BUILT);
  if (existsSync(built)) return { path: built, origin: "built" };
  return { path: join(folder, "prebuilds", `${platform}-${arch}.node`), origin: "prebuilt" };
}
