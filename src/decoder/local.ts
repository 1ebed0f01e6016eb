// The decoder with this package's own Wasm, read from its file at the first use.
import { readFileSync } from "node:fs";
import { Decoder } from "./decoder.js";
import { type DecoderInstance, instantiate } from "./wasm.js";

const WASM_PATHS = ["../../wasm/decoder.wasm", "../../dist/wasm/decoder.wasm"];

let compiled: WebAssembly.Module | undefined;

/** This package's build of the decoder. */
export function localModule(): WebAssembly.Module {
  if (compiled) return compiled;
  for (const path of WASM_PATHS) {
    let bytes: Buffer;
    try {
      bytes = readFileSync(new URL(path, import.meta.url));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw error;
    }
    compiled = new WebAssembly.Module(new Uint8Array(bytes));
    return compiled;
  }
  throw new Error("the decoder's Wasm is missing: run `npm run build:wasm`");
}

export class LocalDecoder extends Decoder {
  constructor(instance: DecoderInstance = instantiate(localModule())) {
    super(instance);
  }
}
