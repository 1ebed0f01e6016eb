// Names of native functions. In: addresses of a process. Out: what its modules' symbols call them, where one covers the address; else the module and the function's
// offset in it. Each module's symbols are read once.
import { host } from "../host/index.js";
import { MalformedImage } from "../images/byte_source.js";
import type { FunctionNames } from "../images/image.js";
import { openFunctions } from "../images/open.js";
import type { LiveMemory } from "../memory/live.js";
import { withImage } from "../target/image_access.js";
import type { Module, Modules } from "./modules.js";
import type { NativeCall } from "./unwinder.js";

/** Where distributions keep the symbols that they have removed. */
const DEBUG_FILES = "/usr/lib/debug/.build-id";
const VDSO = "[vdso]";
/** Code that belongs to no file: what a JIT compiler has made. */
const ANONYMOUS = "[anonymous]";

export interface NativeName {
  /** As the linker has it; module+0xoffset where no symbol covers the place. */
  readonly name: string;
  /** Path of the module, as the process has it. */
  readonly module: string;
}

export class NativeNames {
  readonly #modules: Modules;
  readonly #memory: LiveMemory;
  readonly #functions = new Map<Module, readonly FunctionNames[]>();
  readonly #known = new Map<bigint, NativeName>();

  constructor(modules: Modules, memory: LiveMemory) {
    this.#modules = modules;
    this.#memory = memory;
  }

  nameOf({ pc, isExact, functionStart }: NativeCall): NativeName {
    // Behind the last call of a function may lie another one.
    const address = isExact ? pc : pc - 1n;
    const known = this.#known.get(address);
    if (known !== undefined) return known;
    const name = this.#find(address, functionStart);
    this.#known.set(address, name);
    return name;
  }

  #find(address: bigint, functionStart: bigint): NativeName {
    const module = this.#modules.moduleAt(address);
    if (module === undefined) return { name: `0x${address.toString(16)}`, module: ANONYMOUS };
    const start = functionStart === 0n ? undefined : Number(functionStart - module.bias);
    const linked = Number(address - module.bias);
    for (const functions of this.#functionsOf(module)) {
      const name = functions.nameAt(linked, start);
      if (name !== undefined) return { name, module: module.path };
    }
    if (module.path === "")
      return { name: `0x${(start === undefined ? address : functionStart).toString(16)}`, module: ANONYMOUS };
    const file = module.path.slice(module.path.lastIndexOf("/") + 1);
    return { name: `${file}+0x${(start ?? linked).toString(16)}`, module: module.path };
  }

  #functionsOf(module: Module): readonly FunctionNames[] {
    const known = this.#functions.get(module);
    if (known !== undefined) return known;
    const functions = this.#read(module);
    this.#functions.set(module, functions);
    return functions;
  }

  /** The module's own symbols, and where all of them were removed, those that were kept elsewhere. */
  #read(module: Module): readonly FunctionNames[] {
    const own = this.#readOwn(module);
    if (own === undefined) return [];
    if (own.hasFullTable || own.buildId === undefined) return [own];
    const kept = readFile(`${DEBUG_FILES}/${own.buildId.slice(0, 2)}/${own.buildId.slice(2)}.debug`);
    return kept === undefined ? [own] : [kept, own];
  }

  #readOwn(module: Module): FunctionNames | undefined {
    const [head] = module.mappings;
    if (head === undefined || module.path === "") return undefined;
    if (module.path === VDSO) {
      const size = Number(head.end - head.start);
      const bytes = this.#modules.read(head.start, size);
      return functionsOf((position, length) => bytes.subarray(position, position + Math.max(0, length)));
    }
    const { path, deleted, device, inode } = head;
    const image = { path, deleted, device, inode, mappings: module.mappings, writable: [] };
    return withImage(this.#memory, image, "file", (_, file) =>
      file === undefined ? undefined : functionsOf((position, length) => file.read(position, length)),
    );
  }
}

function functionsOf(read: (position: number, length: number) => Uint8Array): FunctionNames | undefined {
  try {
    return openFunctions({ read });
  } catch (error) {
    if (error instanceof MalformedImage) return undefined;
    throw error;
  }
}

function readFile(path: string): FunctionNames | undefined {
  try {
    const file = host.openFile(path);
    try {
      return functionsOf((position, length) => file.read(position, length));
    } finally {
      file.close();
    }
  } catch {
    // Nobody has to have installed them.
    return undefined;
  }
}
