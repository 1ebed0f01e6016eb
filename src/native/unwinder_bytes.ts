// The bytes of the unwinder's Wasm where there are files. A bundle for pages has dist/wasm/embedded_unwinder.js in this file's place, by the condition "browser" of
// `#unwinder-bytes` in package.json.
import { packageFile } from "../assets/files.js";

/** The bytes; undefined where nothing is built. */
export function unwinderBytes(): Uint8Array<ArrayBuffer> | undefined {
  return packageFile("dist/wasm/unwinder.wasm");
}
