// The bytes of this package's own Wasm where there are files. A bundle for pages has dist/wasm/embedded.js in this file's place, by the
// condition "browser" of `#decoder-bytes` in package.json.
import { readFileSync } from "node:fs";

/** Seen from dist/src, and from src in tests. */
const PATHS = ["../../wasm/decoder.wasm", "../../dist/wasm/decoder.wasm"];

/** The bytes; undefined where nothing is built. */
export function decoderBytes(): Uint8Array<ArrayBuffer> | undefined {
  for (const path of PATHS) {
    try {
      return new Uint8Array(readFileSync(new URL(path, import.meta.url)));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
  return undefined;
}
