// Writes the Wasm as JavaScript, for bundles of pages: a bundler knows no file beside a module unless it is told to. Wants dist/wasm/*.wasm. What it writes stands in for
// src/decoder/bytes.ts and src/native/unwinder_bytes.ts.
import { readFileSync, writeFileSync } from "node:fs";

for (const [wasm, file, name] of [
  ["decoder", "embedded", "decoderBytes"],
  ["unwinder", "embedded_unwinder", "unwinderBytes"],
]) {
  const base64 = readFileSync(`dist/wasm/${wasm}.wasm`, "base64");
  writeFileSync(
    `dist/wasm/${file}.js`,
    `const BASE64 =\n  "${base64}";\n
export function ${name}() {
  return Uint8Array.from(atob(BASE64), (character) => character.charCodeAt(0));
}
`,
  );
}
