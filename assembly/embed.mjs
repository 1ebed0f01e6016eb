// Writes the decoder's Wasm as JavaScript, for bundles of pages: a bundler knows no file beside a module unless it is told to. Wants
// dist/wasm/decoder.wasm. What it writes stands in for src/decoder/bytes.ts.
import { readFileSync, writeFileSync } from "node:fs";

const base64 = readFileSync("dist/wasm/decoder.wasm", "base64");
writeFileSync(
  "dist/wasm/embedded.js",
  `const BASE64 =\n  "${base64}";\n
export function decoderBytes() {
  return Uint8Array.from(atob(BASE64), (character) => character.charCodeAt(0));
}
`,
);
