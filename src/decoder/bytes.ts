// The bytes of this package's own Wasm where there are files. A bundle for pages has dist/wasm/embedded.js in this file's place, by the
// condition "browser" of `#decoder-bytes` in package.json.
import { packageFile } from "../assets/files.js";

/** The bytes; undefined where nothing is built. */
export function decoderBytes(): Uint8Array<ArrayBuffer> | undefined {
  return packageFile("dist/wasm/decoder.wasm");
}
