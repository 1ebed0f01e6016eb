// Writes the decoder's Wasm as JavaScript, for bundles of pages: a bundler knows no file beside a module unless it is told to. Wants
// dist/wasm/decoder.wasm. What it writes stands in for src/decoder/bytes.ts.
import { readFileSync, writeFileSync } from "node:fs";

// Its digits are two a byte: packed they are a fifth less than base64, whose characters begin at every bit of a byte.
const digits = readFileSync("dist/wasm/decoder.wasm", "hex");
writeFileSync(
  "dist/wasm/embedded.js",
  `const DIGITS =\n  "${digits}";\n
export function decoderBytes() {
  const bytes = new Uint8Array(DIGITS.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(DIGITS.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
`,
);
