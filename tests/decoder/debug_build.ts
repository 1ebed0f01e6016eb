// The debug build of the decoder: the same module with its assertions on, unoptimised.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Decoder } from "../../src/decoder/index.js";
import { instantiate } from "../../src/decoder/wasm.js";
import { projectRoot } from "../pythons.js";

let compiled: WebAssembly.Module | undefined;

/** A decoder of its own. */
export function debugDecoder(): Decoder {
  const path = join(projectRoot, "dist/wasm/decoder.debug.wasm");
  compiled ??= new WebAssembly.Module(new Uint8Array(readFileSync(path)));
  return new Decoder(instantiate(compiled));
}
