// The decoder's Wasm module, instantiated once a target. Knows what it exports, nothing of what it does, and not where it lies.

/** Memory of an instance, in 64 KiB pages: initial and maximum, so that no view on it is ever detached. */
const MEMORY_PAGES = 2048;

/** The functions of assembly/index.ts. Addresses are bigint: they are passed at attach, never in the tick. */
export interface DecoderFunctions {
  attachVersion(
    runtime: bigint,
    wordSize: number,
    major: number,
    minor: number,
    micro: number,
    mainNativeId: number,
  ): number;
  attachDebugOffsets(runtime: bigint, wordSize: number, length: number, mainNativeId: number): number;
  begin(wants: number): number;
  step(late: number, still: number): number;
  wantedStill(): number;
  mayHold(): number;
  startRehearsal(nativeId: number): number;
  moveRehearsal(move: number): void;
}

/** An instance with its memory. `constants` are the record layouts and numbers it exports. */
export interface DecoderInstance {
  readonly memory: WebAssembly.Memory;
  readonly functions: DecoderFunctions;
  readonly constant: (name: string) => number;
}

/** There can't be one more decoder. */
export class NoRoom extends Error {
  /** @param why a process isn't sampled for want of it, in a few words for statistics */
  constructor(
    message: string,
    readonly why: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The system gives no room for an instance's memory: V8 sets 10 GiB of addresses aside for each, where it may. */
export class NoAddressSpace extends NoRoom {
  override readonly name = "NoAddressSpace";

  constructor(options?: ErrorOptions) {
    const message = "there is no room for the decoder's memory in this process's address space (RLIMIT_AS)";
    super(message, "no address space for its decoder", options);
  }
}

function newMemory(): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial: MEMORY_PAGES, maximum: MEMORY_PAGES });
  } catch (error) {
    throw error instanceof RangeError ? new NoAddressSpace({ cause: error }) : error;
  }
}

/**
 * @param module a build of assembly/index.ts
 * @throws NoAddressSpace
 */
export function instantiate(module: WebAssembly.Module): DecoderInstance {
  const memory = newMemory();
  const instance = new WebAssembly.Instance(module, {
    env: {
      memory,
      abort: (_message: number, _file: number, line: number, column: number): never => {
        throw new Error(`the decoder gave up at ${line}:${column}: this is a bug`);
      },
    },
  });
  const { exports } = instance;
  return {
    memory,
    functions: exports as unknown as DecoderFunctions,
    constant: (name) => {
      const value = exports[name];
      if (!(value instanceof WebAssembly.Global)) throw new Error(`the decoder exports no ${name}`);
      return value.value as number;
    },
  };
}
