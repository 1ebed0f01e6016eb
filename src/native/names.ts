// Names of native functions. In: calls of a process. Out: what its modules' symbols call them, where one covers the place; else the module and the function's offset in it.
// Each module's symbols are read once, piece by piece, by whoever has the time (`readOn`): up to then nobody knows its names.
import { host, type LoadedImage, type Mapping, type OpenFile } from "../host/index.js";
import { MalformedImage } from "../images/byte_source.js";
import type { FunctionNames } from "../images/image.js";
import { openFunctions } from "../images/open.js";
import type { LiveMemory } from "../memory/live.js";
import { AccessDenied, TargetLost } from "../memory/source.js";
import { openLoadedFile } from "../target/image_access.js";
import { type CodeRange, isIn, type Module } from "./code_source.js";
import { debugFileOf } from "./debug_files.js";
import { type NativeName, nameless, placeOf } from "./native_name.js";
import type { NativeCall } from "./unwinder.js";

const VDSO = "[vdso]";

export class NativeNames {
  /** How many modules' names are known: it says whether there are new ones. */
  modulesRead = 0;
  readonly #moduleAt: (address: bigint) => Module | undefined;
  readonly #memory: LiveMemory;
  readonly #functions = new Map<Module, readonly FunctionNames[]>();
  readonly #known = new Map<bigint, NativeName>();
  /** Modules that are to be read, and what was begun of the first. */
  readonly #waiting = new Set<Module>();
  #reading: SymbolReading | undefined;

  /** @param moduleAt gives a module once and for all */
  constructor(moduleAt: (address: bigint) => Module | undefined, memory: LiveMemory) {
    this.#moduleAt = moduleAt;
    this.#memory = memory;
  }

  /** Undefined where its module has yet to be read. */
  nameOf(call: NativeCall): NativeName | undefined {
    const place = placeOf(call);
    const known = this.#known.get(place);
    if (known !== undefined) return known;
    const name = this.#find(call, place);
    if (name !== undefined) this.#known.set(place, name);
    return name;
  }

  /** Modules are to be read. */
  get isReading(): boolean {
    return this.#waiting.size > 0;
  }

  /** Read some more: some 0.1 ms of work. */
  readOn(): void {
    const [module] = this.#waiting;
    if (module === undefined) return;
    this.#reading ??= new SymbolReading(module, this.#memory);
    if (!this.#reading.readOn()) return;
    this.#functions.set(module, this.#reading.functions);
    this.#reading.close();
    this.#reading = undefined;
    this.#waiting.delete(module);
    this.modulesRead++;
  }

  /** Functions of a module that are called so, by their addresses in the process: from the first to before the last. It is read at once. */
  extents(module: Module, pattern: RegExp): [start: bigint, end: bigint][] {
    this.#functionsOf(module);
    while (!this.#functions.has(module)) this.readOn();
    const found = this.#functions.get(module)?.flatMap((functions) => functions.named(pattern)) ?? [];
    return found.map(({ address, size }) => [module.bias + BigInt(address), module.bias + BigInt(address + size)]);
  }

  /** Of what lies there now, nothing is known. */
  forget(gone: readonly CodeRange[]): void {
    for (const place of this.#known.keys()) if (isIn(gone, place)) this.#known.delete(place);
    const isGone = ({ mappings }: Module): boolean =>
      mappings.some(({ start }) => isIn(gone, start)) || mappings.some(({ end }) => isIn(gone, end - 1n));
    const [first] = this.#waiting;
    if (first !== undefined && isGone(first)) {
      this.#reading?.close();
      this.#reading = undefined;
    }
    for (const modules of [this.#functions, this.#waiting])
      for (const module of modules.keys()) if (isGone(module)) modules.delete(module);
  }

  close(): void {
    this.#reading?.close();
  }

  #find(call: NativeCall, place: bigint): NativeName | undefined {
    const module = this.#moduleAt(place);
    if (module === undefined) return nameless(call, undefined);
    const all = this.#functionsOf(module);
    if (all === undefined) return undefined;
    const { functionStart } = call;
    const start = functionStart === 0n ? undefined : Number(functionStart - module.bias);
    for (const functions of all) {
      const name = functions.nameAt(Number(place - module.bias), start);
      if (name !== undefined) return { name, module: module.path };
    }
    return nameless(call, module);
  }

  /** Undefined where they have yet to be read. */
  #functionsOf(module: Module): readonly FunctionNames[] | undefined {
    if (module.path === "") return [];
    const known = this.#functions.get(module);
    if (known === undefined) this.#waiting.add(module);
    return known;
  }
}

/** The symbols of one module, while they are read: its own, and where all of them were removed, those that were kept elsewhere. */
class SymbolReading {
  /** What was read, the best first. */
  readonly functions: FunctionNames[] = [];
  readonly #files: OpenFile[] = [];
  #current: FunctionNames | undefined;

  constructor(module: Module, memory: LiveMemory) {
    const [head] = module.mappings;
    if (head === undefined) return;
    if (module.path === VDSO) {
      const bytes = unlessGone(() => memory.read(head.start, Number(head.end - head.start)));
      if (bytes !== undefined)
        this.#begin((position, length) => bytes.subarray(position, position + Math.max(0, length)));
      return;
    }
    const { path, deleted, device, inode } = head as Mapping;
    const mappings = module.mappings as readonly Mapping[];
    const image: LoadedImage = { path, deleted, device, inode, mappings, writable: [] };
    const file = unlessGone(() => openLoadedFile(memory, image));
    if (file !== undefined) this.#beginFile(file);
  }

  /** @returns whether all is read */
  readOn(): boolean {
    const current = this.#current;
    if (current === undefined) return true;
    if (!current.readOn()) return false;
    this.#current = undefined;
    const isOwn = this.functions.push(current) === 1;
    const { hasFullTable, buildId } = current;
    if (!isOwn) this.functions.reverse();
    else if (!hasFullTable && buildId !== undefined) {
      const file = openKept(debugFileOf(buildId));
      if (file !== undefined) this.#beginFile(file);
    }
    return this.#current === undefined;
  }

  close(): void {
    for (const file of this.#files) file.close();
  }

  #beginFile(file: OpenFile): void {
    this.#files.push(file);
    this.#begin((position, length) => file.read(position, length));
  }

  #begin(read: (position: number, length: number) => Uint8Array): void {
    try {
      this.#current = openFunctions({ read });
    } catch (error) {
      if (!(error instanceof MalformedImage)) throw error;
    }
  }
}

/** Undefined where the process has ended, or replaces its program. */
function unlessGone<Read>(read: () => Read | undefined): Read | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof TargetLost || error instanceof AccessDenied) return undefined;
    throw error;
  }
}

function openKept(path: string): OpenFile | undefined {
  try {
    return host.openFile(path);
  } catch {
    // Nobody has to have installed them.
    return undefined;
  }
}
