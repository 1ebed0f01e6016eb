// The code that a process has loaded, module by module, and their unwind tables. In: its mappings and its memory: tables are loaded with the code, so that what is
// read is what runs, also of files that were deleted or replaced since, of the system's own code ([vdso]), and in other mount namespaces. Out: which module an
// address belongs to, the bytes of its tables, and what stands before a return address. It knows no names, and no process: a capture has the same code.
import { callBefore, isStub, LONGEST_CALL, STUB_BYTES } from "./calls.js";
import type { CodeMapping, CodeRange, CodeSource, Module } from "./code_source.js";
import { frameBytes, PROLOGUE_BYTES } from "./prologue.js";
import type { CallBefore, CodeFacts } from "./unwinder.js";

const VDSO = "[vdso]";
/** What is read of a table at once: some hundred rows. */
const PAGE_BYTES = 1024n;

export class Modules implements CodeFacts {
  ranges = new BigUint64Array();
  /** Code was asked for at an address that no mapping has which is known. */
  hasMissed = false;
  readonly #source: CodeSource;
  /** Code, lowest address first. */
  #code: readonly CodeMapping[] = [];
  readonly #byFile = new Map<string, CodeMapping[]>();
  readonly #modules = new Map<string, Module>();
  /** Pages of tables, by their addresses. */
  readonly #pages = new Map<bigint, Uint8Array>();
  readonly #frames = new Map<bigint, number>();
  readonly #calls = new Map<bigint, CallBefore>();

  /** @param mappings of the process at this moment, lowest address first */
  constructor(mappings: readonly CodeMapping[], source: CodeSource) {
    this.#source = source;
    this.#take(mappings);
  }

  /**
   * The process has these mappings by now. What was learnt of code that is still there stays.
   * @returns code that is gone, or another's, of which nothing is known any more
   */
  update(mappings: readonly CodeMapping[]): readonly CodeRange[] {
    const code = new Map(mappings.flatMap((one) => (one.executable ? [[one.start, one] as const] : [])));
    const files = mappings.filter(({ executable, inode }) => executable && inode !== 0);
    const gone = this.#code.filter((known) => {
      const now = code.get(known.start);
      // Code of no file grows and shrinks; it matters only where a file's takes its place.
      if (known.inode === 0) return files.some((file) => overlap(file, known));
      return (
        now === undefined || now.end !== known.end || fileKey(now) !== fileKey(known) || now.offset !== known.offset
      );
    });
    this.#take(mappings);
    if (gone.length > 0) this.#forget(gone);
    return gone;
  }

  #forget(gone: readonly CodeRange[]): void {
    for (const [key, module] of this.#modules) {
      if (module.mappings.some((one) => gone.some((range) => overlap(range, one)))) this.#modules.delete(key);
    }
    this.#pages.clear();
    this.#frames.clear();
    this.#calls.clear();
  }

  #take(mappings: readonly CodeMapping[]): void {
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
    if (mapping === undefined) return undefined;
    const file = fileKey(mapping);
    const mappings = file === "" ? [mapping] : copyOf(this.#byFile.get(file) ?? [], mapping);
    const key = `${file} ${(mappings[0] as CodeMapping).start}`;
    const module = this.#modules.get(key) ?? this.#open(mappings);
    this.#modules.set(key, module);
    return module;
  }

  tableFor(pc: bigint): { readonly address: bigint; readonly size: number } | undefined {
    const module = this.moduleAt(pc);
    if (module === undefined) this.hasMissed = true;
    return module?.table;
  }

  readTable(address: bigint, length: number): Uint8Array {
    const offset = Number(address & (PAGE_BYTES - 1n));
    const page = this.#page(address - BigInt(offset));
    const bytes = page.subarray(offset, offset + length);
    if (bytes.length === length || page.length < Number(PAGE_BYTES)) return bytes;
    const rest = this.readTable(address + BigInt(bytes.length), length - bytes.length);
    return Uint8Array.from([...bytes, ...rest]);
  }

  #page(address: bigint): Uint8Array {
    const page = this.#pages.get(address) ?? this.read(address, Number(PAGE_BYTES));
    this.#pages.set(address, page);
    return page;
  }

  read(address: bigint, length: number): Uint8Array {
    return this.#source.read(address, length);
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

  #mappingAt(pc: bigint): CodeMapping | undefined {
    let low = 0;
    let high = this.#code.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#code[middle] as CodeMapping).start <= pc) low = middle + 1;
      else high = middle;
    }
    const mapping = this.#code[low - 1];
    return mapping !== undefined && pc < mapping.end ? mapping : undefined;
  }

  #open(mappings: readonly CodeMapping[]): Module {
    const head = mappings[0] as CodeMapping;
    const bare = { path: head.path, mappings, bias: head.start, table: undefined };
    if (head.path !== VDSO && (head.inode === 0 || head.offset !== 0)) return bare;
    return { ...bare, ...this.#source.tableOf(head) };
  }
}

function overlap(one: CodeRange, other: CodeRange): boolean {
  return one.start < other.end && other.start < one.end;
}

/** What tells the file of a mapping; "" where it has none. */
function fileKey({ path, inode, device }: CodeMapping): string {
  if (path === VDSO) return VDSO;
  return inode === 0 ? "" : `${device} ${inode} ${path}`;
}

/** Of all mappings of a file, those of one copy of it in memory: the offsets of each copy grow. */
function copyOf(mappings: readonly CodeMapping[], member: CodeMapping): readonly CodeMapping[] {
  let first = 0;
  for (let i = 1; i <= mappings.length; i++) {
    const next = mappings[i];
    if (next !== undefined && next.offset > (mappings[i - 1] as CodeMapping).offset) continue;
    const copy = mappings.slice(first, i);
    if (copy.includes(member)) return copy;
    first = i;
  }
  return [member];
}
