// Writes the Wasm as JavaScript, for bundles of pages: a bundler knows no file beside a module unless it is told to. Wants dist/wasm/*.wasm. What it writes stands in for
// src/decoder/bytes.ts and src/native/unwinder_bytes.ts.
import { readFileSync, writeFileSync } from "node:fs";

// Their digits are two a byte: packed they are a fifth less than base64, whose characters begin at every bit of a byte.
for (const [wasm, file, name] of [
  ["decoder", "embedded", "decoderBytes"],
  ["unwinder", "embedded_unwinder", "unwinderBytes"],
]) {
  const digits = readFileSync(`dist/wasm/${wasm}.wasm`, "hex");
  writeFileSync(
    `dist/wasm/${file}.js`,
    `const DIGITS =\n  "${digits}";\n
export function ${name}() {
  const bytes = new Uint8Array(DIGITS.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(DIGITS.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}
`,
  );
}
