// The decoder's Wasm module, instantiated once a target. Knows what it exports, nothing of what it does, and not where it lies.
import { MisuseError } from "../model/error.js";
import { DecoderBroken, NoAddressSpace } from "./errors.js";

/** Memory of an instance, in 64 KiB pages: initial and maximum, so that no view on it is ever detached. */
const MEMORY_PAGES = 2048;

/** The functions of assembly/index.ts. Addresses are bigint: they are passed at attach, never in the tick. */
export interface DecoderFunctions {
  attachVersion(
    runtime: bigint,
    wordSize: number,
    longSize: number,
    major: number,
    minor: number,
    micro: number,
    mainNativeId: number,
    alignment: number,
  ): number;
  attachDebugOffsets(runtime: bigint, wordSize: number, longSize: number, length: number, mainNativeId: number): number;
  begin(wants: number): number;
  step(interrupted: number, answer: number): number;
  beginNames(wants: number): number;
  stepNames(): number;
  namesLeft(): number;
  namesChanged(): number;
  namesMissing(): number;
  offCpuThread(): number;
  addOffCpuThread(nativeId: number): void;
  mayHold(): number;
  attemptNumber(): number;
  hasFrameObjects(): number;
  noteStanding(thread: number): void;
  runsOf(thread: number): number;
  runCountOf(thread: number): number;
  cframeOf(thread: number): bigint;
  cframeCurrentFrame(): number;
  firstFrameId(): number;
  firstStringId(): number;
  startWarmUp(nativeId: number): number;
  moveWarmUp(move: number): void;
}

/**
 * A compiled module: `WebAssembly.Module` where the consumer's types have it, which those of Node's releases and ES libraries don't, and
 * any object elsewhere.
 */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : object;

/** An instance with its memory. `constant` reads the record layouts and numbers that it exports. */
export interface DecoderInstance {
  readonly memory: { readonly buffer: ArrayBuffer };
  readonly functions: DecoderFunctions;
  readonly constant: (name: string) => number;
}

function newMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES });
  } catch (error) {
    throw error instanceof RangeError ? new NoAddressSpace({ cause: error }) : error;
  }
}

/**
 * @param module a build of the decoder (assembly/index.ts), such as `austin-ts/decoder.wasm`
 * @throws NoAddressSpace; MisuseError where it is another module
 */
export function instantiate(module: WasmModule): DecoderInstance {
  const memory = newMemory();
  const { exports } = instanceOf(module, memory);
  return {
    memory,
    functions: exports as unknown as DecoderFunctions,
    constant: (name) => {
      const value = exports[name];
      if (!(value instanceof WebAssembly.Global)) throw new MisuseError(`the decoder exports no ${name}`);
      return value.value as number;
    },
  };
}

function instanceOf(module: WasmModule, memory: WebAssembly.Memory): WebAssembly.Instance {
  const abort = (_message: number, _file: number, line: number, column: number): never => {
    throw new DecoderBroken(`the decoder gave up at ${line}:${column}: this is a bug`);
  };
  try {
    return new WebAssembly.Instance(module, { env: { memory, abort } });
  } catch (cause) {
    throw new MisuseError("the module is no build of the decoder", { cause });
  }
}
