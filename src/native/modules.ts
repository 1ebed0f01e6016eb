// The code that a process has loaded, module by module, and their unwind tables. In: its mappings and its memory: tables are loaded with the code, so that what is
// read is what runs, also of files that were deleted or replaced since, of the system's own code ([vdso]), and in other mount namespaces. Out: which module an
// address belongs to, the bytes of its tables, and what stands before a return address. It knows no names.
import type { Mapping } from "../host/index.js";
import { MalformedImage } from "../images/byte_source.js";
import { openUnwindTable } from "../images/open.js";
import type { LiveMemory } from "../memory/live.js";
import { callBefore, isStub, LONGEST_CALL, STUB_BYTES } from "./calls.js";
import { frameBytes, PROLOGUE_BYTES } from "./prologue.js";
import type { CallBefore, CodeFacts } from "./unwinder.js";

const VDSO = "[vdso]";

/** A binary in an address space, as far as unwinding goes. */
export interface Module {
  /** As the process has it; "" for code that belongs to no file. */
  readonly path: string;
  readonly mappings: readonly Mapping[];
  /** What to add to a linked address to get the process's. */
  readonly bias: bigint;
  /** .eh_frame_hdr, in the process; undefined where it has none. */
  readonly table: { readonly address: bigint; readonly size: number } | undefined;
}

export class Modules implements CodeFacts {
  ranges = new BigUint64Array();
  /** Code was asked for at an address that no mapping has which is known. */
  hasMissed = false;
  readonly #memory: LiveMemory;
  /** Code, lowest address first. */
  #code: readonly Mapping[] = [];
  readonly #byFile = new Map<string, Mapping[]>();
  readonly #modules = new Map<string, Module>();
  readonly #tables = new Map<Module, Uint8Array>();
  readonly #frames = new Map<bigint, number>();
  readonly #calls = new Map<bigint, CallBefore>();

  /** @param mappings of the process at this moment, lowest address first */
  constructor(mappings: readonly Mapping[], memory: LiveMemory) {
    this.#memory = memory;
    this.#take(mappings);
  }

  /**
   * The process has these mappings by now. What was learnt of code that is still there stays.
   * @returns false where some of it is gone, or another's: then nothing that is known of addresses holds any more
   */
  update(mappings: readonly Mapping[]): boolean {
    const code = new Map(mappings.flatMap((one) => (one.executable ? [[one.start, one] as const] : [])));
    const files = mappings.filter(({ executable, inode }) => executable && inode !== 0);
    const isThere = this.#code.every((known) => {
      const now = code.get(known.start);
      // Code of no file grows and shrinks; it matters only where a file's takes its place.
      if (known.inode === 0) return !files.some(({ start, end }) => start < known.end && known.start < end);
      return (
        now !== undefined && now.end === known.end && fileKey(now) === fileKey(known) && now.offset === known.offset
      );
    });
    if (isThere) this.#take(mappings);
    return isThere;
  }

  #take(mappings: readonly Mapping[]): void {
    this.#code = mappings.filter(({ executable }) => executable);
    this.ranges = new BigUint64Array(this.#code.flatMap(({ start, end }) => [start, end]));
    this.hasMissed = false;
    this.#byFile.clear();
    for (const mapping of mappings) {
      const key = fileKey(mapping);
      if (key === "") continue;
      const known = this.#byFile.get(key);
      if (known === undefined) this.#byFile.set(key, [mapping]);
      else known.push(mapping);
    }
  }

  /** The module that has code at an address; undefined where none has. */
  moduleAt(pc: bigint): Module | undefined {
    const mapping = this.#mappingAt(pc);
    if (mapping === undefined) {
      this.hasMissed = true;
      return undefined;
    }
    const file = fileKey(mapping);
    const mappings = file === "" ? [mapping] : copyOf(this.#byFile.get(file) ?? [], mapping);
    const key = `${file} ${(mappings[0] as Mapping).start}`;
    const module = this.#modules.get(key) ?? this.#open(mappings);
    this.#modules.set(key, module);
    return module;
  }

  tableFor(pc: bigint): { readonly key: string; readonly address: bigint; readonly bytes: Uint8Array } | undefined {
    const module = this.moduleAt(pc);
    if (module?.table === undefined) return undefined;
    const { address, size } = module.table;
    const bytes = this.#tables.get(module) ?? this.read(address, size);
    this.#tables.set(module, bytes);
    return { key: `${module.path} ${address} ${(module.mappings[0] as Mapping).inode}`, address, bytes };
  }

  read(address: bigint, length: number): Uint8Array {
    return this.#memory.read(address, length);
  }

  callBefore(address: bigint): CallBefore {
    const known = this.#calls.get(address);
    if (known !== undefined) return known;
    const found = callBefore(this.read(address - BigInt(LONGEST_CALL), LONGEST_CALL), address);
    const isOther = found.kind === "direct" && isStub(this.read(found.target, STUB_BYTES));
    const call: CallBefore = isOther ? { kind: "indirect", target: 0n } : found;
    this.#calls.set(address, call);
    return call;
  }

  frameBytes(start: bigint): number {
    const known = this.#frames.get(start);
    if (known !== undefined) return known;
    const bytes = frameBytes(this.read(start, PROLOGUE_BYTES));
    this.#frames.set(start, bytes);
    return bytes;
  }

  #mappingAt(pc: bigint): Mapping | undefined {
    let low = 0;
    let high = this.#code.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#code[middle] as Mapping).start <= pc) low = middle + 1;
      else high = middle;
    }
    const mapping = this.#code[low - 1];
    return mapping !== undefined && pc < mapping.end ? mapping : undefined;
  }

  #open(mappings: readonly Mapping[]): Module {
    const head = mappings[0] as Mapping;
    const bare = { path: head.path, mappings, bias: head.start, table: undefined };
    if (head.path !== VDSO && (head.inode === 0 || head.offset !== 0)) return bare;
    try {
      const size = Number(head.end - head.start);
      const read = (position: number, length: number) =>
        this.read(head.start + BigInt(position), Math.max(0, Math.min(length, size - position)));
      const found = openUnwindTable({ read });
      if (found === undefined) return bare;
      const bias = BigInt.asUintN(64, head.start - BigInt(found.linkedStart));
      const table = found.size === 0 ? undefined : { address: bias + BigInt(found.address), size: found.size };
      return { ...bare, bias, table };
    } catch (error) {
      if (error instanceof MalformedImage) return bare;
      throw error;
    }
  }
}

/** What tells the file of a mapping; "" where it has none. */
function fileKey({ path, inode, device }: Mapping): string {
  if (path === VDSO) return VDSO;
  return inode === 0 ? "" : `${device} ${inode} ${path}`;
}

/** Of all mappings of a file, those of one copy of it in memory: the offsets of each copy grow. */
function copyOf(mappings: readonly Mapping[], member: Mapping): readonly Mapping[] {
  let first = 0;
  for (let i = 1; i <= mappings.length; i++) {
    const next = mappings[i];
    if (next !== undefined && next.offset > (mappings[i - 1] as Mapping).offset) continue;
    const copy = mappings.slice(first, i);
    if (copy.includes(member)) return copy;
    first = i;
  }
  return [member];
}
