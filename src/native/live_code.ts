// The code of a process that runs. In: its memory, its mappings and its files. Out: what native frames are made of, and their names as they come to be known. What it is asked
// goes into a journal, where one is kept.
import { ProcessDenied, ProcessGone, ProcessUnseen } from "../host/index.js";
import { MalformedImage } from "../images/byte_source.js";
import { openUnwindTable } from "../images/open.js";
import type { LiveMemory } from "../memory/live.js";
import { AccessDenied, TargetLost } from "../memory/source.js";
import { type CodeMapping, type CodeRange, isIn, type ModuleTable } from "./code_source.js";
import type { CodeWitness } from "./composition_facts.js";
import { EVAL, EvalPlaces } from "./eval_places.js";
import type { NativeJournal } from "./journal.js";
import { Modules } from "./modules.js";
import { NativeNames } from "./names.js";
import { type NativeName, placeOf } from "./native_name.js";
import type { NativeCall } from "./unwinder.js";

const NOTHING = new Uint8Array();

export class LiveCode implements CodeWitness {
  evals = EvalPlaces.NONE;
  isOutOfSight = false;
  #memory: LiveMemory;
  readonly #readMappings: () => readonly CodeMapping[];
  readonly #journal: NativeJournal | undefined;
  /** Who has the modules now, and their names. */
  #modules: Modules | undefined;
  #names: NativeNames | undefined;
  #modulesRead = 0;
  readonly #noted = new Set<bigint>();

  /** @param readMappings may throw what the host throws */
  constructor(memory: LiveMemory, readMappings: () => readonly CodeMapping[], journal: NativeJournal | undefined) {
    this.#memory = memory;
    this.#readMappings = readMappings;
    this.#journal = journal;
  }

  /**
   * Find where the eval loop lies, whose calls can't be told otherwise (3.9, 3.10). It is looked for in the runtime's own file, at once.
   * @param runtimeAddress of _PyRuntime
   */
  findEvals(mappings: readonly CodeMapping[], runtimeAddress: bigint): void {
    const holder = mappings.find(({ start, end }) => runtimeAddress >= start && runtimeAddress < end);
    const path = holder?.path || mappings.findLast(({ path, start }) => path !== "" && start < runtimeAddress)?.path;
    const modules = new Modules(mappings, this);
    const names = new NativeNames((address) => modules.moduleAt(address), this.#memory);
    const code = mappings.filter((one) => one.executable && one.path === path);
    const found = new Set(code.flatMap(({ start }) => modules.moduleAt(start) ?? []));
    this.evals = new EvalPlaces([...found].flatMap((module) => names.extents(module, EVAL)));
    names.close();
  }

  /** Of the process that has this memory from now on. */
  goOn(memory: LiveMemory): void {
    this.#memory = memory;
    this.evals = EvalPlaces.NONE;
    this.isOutOfSight = false;
  }

  /** Names are asked of these modules from now on. */
  follow(modules: Modules): void {
    if (this.#modules === modules) return;
    this.#names?.close();
    this.#modules = modules;
    this.#names = new NativeNames((address) => modules.moduleAt(address), this.#memory);
    this.#modulesRead = 0;
    this.#noted.clear();
  }

  read(address: bigint, length: number): Uint8Array {
    let bytes: Uint8Array = NOTHING;
    try {
      bytes = this.#memory.read(address, length);
    } catch (error) {
      // The next copy of its memory will tell.
      if (!(error instanceof TargetLost || error instanceof AccessDenied)) throw error;
      this.isOutOfSight = true;
    }
    this.#journal?.read(address, length, bytes);
    return bytes;
  }

  tableOf(head: CodeMapping): ModuleTable | undefined {
    const table = this.#tableOf(head);
    this.#journal?.table(head.start, table);
    return table;
  }

  #tableOf({ start, end }: CodeMapping): ModuleTable | undefined {
    const size = Number(end - start);
    const read = (position: number, length: number) =>
      this.read(start + BigInt(position), Math.max(0, Math.min(length, size - position)));
    try {
      const found = openUnwindTable({ read });
      if (found === undefined) return undefined;
      const bias = BigInt.asUintN(64, start - BigInt(found.linkedStart));
      return {
        bias,
        table: found.size === 0 ? undefined : { address: bias + BigInt(found.address), size: found.size },
      };
    } catch (error) {
      if (error instanceof MalformedImage) return undefined;
      throw error;
    }
  }

  nameOf(call: NativeCall): NativeName | undefined {
    const name = this.#names?.nameOf(call);
    if (name === undefined || this.#journal === undefined) return name;
    const place = placeOf(call);
    if (!this.#noted.has(place)) this.#journal.name(place, name);
    this.#noted.add(place);
    return name;
  }

  mapAgain(): readonly CodeMapping[] | undefined {
    try {
      const mappings = this.#readMappings();
      this.#journal?.mapped(mappings);
      return mappings;
    } catch (error) {
      // The next look at the process will tell.
      if (![ProcessGone, ProcessDenied, ProcessUnseen].some((kind) => error instanceof kind)) throw error;
      return undefined;
    }
  }

  forget(gone: readonly CodeRange[]): void {
    this.#names?.forget(gone);
    for (const place of this.#noted) if (isIn(gone, place)) this.#noted.delete(place);
  }

  /** Whether names are known that weren't when this was asked last. */
  hasNewNames(): boolean {
    const { modulesRead = 0 } = this.#names ?? {};
    const before = this.#modulesRead;
    this.#modulesRead = modulesRead;
    return modulesRead !== before;
  }

  /** Names are to be read: `readOn`. */
  get isReading(): boolean {
    return this.#names?.isReading ?? false;
  }

  /** Read on for some 0.1 ms. */
  readOn(): void {
    this.#names?.readOn();
  }

  /** Read all there is to be read. */
  readAll(): void {
    while (this.isReading) this.readOn();
  }

  close(): void {
    this.#names?.close();
  }
}
