// The decoder with this package's own Wasm, compiled at the first use.
import { decoderBytes } from "#decoder-bytes";
import { NotBuilt } from "../model/error.js";
import { Decoder } from "./decoder.js";
import { type DecoderInstance, instantiate, type WasmModule } from "./wasm.js";

let compiled: WasmModule | undefined;

/** This package's build of the decoder, at once. @throws NotBuilt */
export function localModule(): WasmModule {
  compiled ??= new WebAssembly.Module(builtBytes());
  return compiled;
}

/** The same, without keeping a page waiting. @throws NotBuilt */
export async function loadModule(): Promise<WasmModule> {
  compiled ??= await WebAssembly.compile(builtBytes());
  return compiled;
}

function builtBytes(): Uint8Array<ArrayBuffer> {
  const bytes = decoderBytes();
  if (bytes === undefined) throw new NotBuilt("the decoder's Wasm is missing: run `npm run build:wasm`");
  return bytes;
}

export class LocalDecoder extends Decoder {
  /** @param instance with a memory of its own; by default one of this package's build. @throws NoAddressSpace */
  constructor(instance: DecoderInstance = instantiate(localModule())) {
    super(instance);
  }
}
