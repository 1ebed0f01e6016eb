// The functions of an ELF file, from both of its symbol tables. In: the file. Out: the one that covers an address. Never the nearest one before: where a table lacks
// a function, that would name its neighbour.
import { type ByteSource, viewOf } from "./byte_source.js";
import {
  type ElfHeader,
  readHeader,
  readSections,
  type Section,
  SHT_DYNSYM,
  SHT_NOBITS,
  SHT_SYMTAB,
  stringAt,
} from "./elf_header.js";
import { fileBuildId } from "./elf_notes.js";
import { SYMBOL_BYTES, symbolAt } from "./elf_symbol.js";
import type { FoundFunction, FunctionNames } from "./image.js";

/** Of symbols and of their names: more are none of a real image's. */
const MOST_TABLE_BYTES = 64 << 20;
const MOST_NAME_BYTES = 256 << 20;
/** STT_FUNC and STT_GNU_IFUNC, the low bits of st_info. */
const FUNCTION_TYPES = [2, 10];
/** How many symbols that begin before an address are looked at: one may lie within another's extent. */
const NEIGHBOURS = 16;
/** A name that is longer is none. */
const MOST_NAME_LENGTH = 64 * 1024;

export class ElfFunctions implements FunctionNames {
  readonly hasFullTable: boolean;
  readonly buildId: string | undefined;
  // Of each symbol; in the order of their addresses by `order`.
  readonly #addresses: Float64Array;
  readonly #sizes: Float64Array;
  readonly #nameAts: Uint32Array;
  /** Where names begin that are of the second table. */
  readonly #firstOfSecond: number;
  readonly #names: readonly Uint8Array[];
  readonly #order: Uint32Array;

  /** @throws MalformedImage */
  constructor(file: ByteSource) {
    const header = readHeader(file);
    const sections = readSections(file, header);
    const tables = sections
      .filter(({ type }) => type === SHT_SYMTAB || type === SHT_DYNSYM)
      .filter((table) => sections[table.link] !== undefined && sections[table.link]?.type !== SHT_NOBITS)
      .slice(0, 2);
    this.hasFullTable = tables.some(({ type, size }) => type === SHT_SYMTAB && size > 0);
    this.buildId = fileBuildId(file, header, sections);
    const bytes = tables.map(({ offset, size }) => viewOf(file.read(offset, Math.min(size, MOST_TABLE_BYTES))));
    this.#names = tables.map(({ link }) => {
      const { offset, size } = sections[link] as Section;
      return file.read(offset, Math.min(size, MOST_NAME_BYTES));
    });
    const size = SYMBOL_BYTES[header.wordSize];
    const room = bytes.reduce((sum, view) => sum + Math.floor(view.byteLength / size), 0);
    const found = { addresses: new Float64Array(room), sizes: new Float64Array(room), nameAts: new Uint32Array(room) };
    let count = 0;
    const ends = bytes.map((view) => {
      count = addFunctions(view, header, found, count);
      return count;
    });
    const addresses = found.addresses.slice(0, count);
    this.#firstOfSecond = ends[0] ?? 0;
    this.#addresses = addresses;
    this.#sizes = found.sizes.slice(0, count);
    this.#nameAts = found.nameAts.slice(0, count);
    this.#order = Uint32Array.from({ length: count }, (_, i) => i).sort(
      (one, other) => (addresses[one] as number) - (addresses[other] as number),
    );
  }

  nameAt(address: number, start: number | undefined): string | undefined {
    return this.functionAt(address, start)?.name;
  }

  functionAt(address: number, start?: number): FoundFunction | undefined {
    const behind = this.#firstBehind(address);
    let nearest: number | undefined;
    const names: string[] = [];
    for (let at = behind - 1; at >= 0 && at >= behind - NEIGHBOURS; at--) {
      const symbol = this.#order[at] as number;
      const begin = this.#addresses[symbol] as number;
      const size = this.#sizes[symbol] as number;
      if (nearest !== undefined && begin !== nearest) break;
      if (!(address - begin < size || (size === 0 && begin === start))) continue;
      nearest = begin;
      const name = this.#nameOf(symbol);
      if (name !== "") names.push(name);
    }
    // Of several names, the plainest: the C library has `poll` as `__poll`, too.
    const [name] = names.sort((one, other) => rank(one) - rank(other) || compare(one, other));
    return name === undefined ? undefined : { name, address: nearest as number };
  }

  beginsWithin(name: string, first: number, last: number): boolean | undefined {
    for (let at = this.#firstBehind(last) - 1; at >= 0; at--) {
      const symbol = this.#order[at] as number;
      if ((this.#addresses[symbol] as number) < first) break;
      if (this.#nameOf(symbol) === name) return true;
    }
    const text = Buffer.from(`\0${name}\0`, "latin1");
    const isElsewhere = this.#names.some((names, table) => {
      const at = Buffer.from(names.buffer, names.byteOffset, names.length).indexOf(text) + 1;
      const [first, end] = table === 0 ? [0, this.#firstOfSecond] : [this.#firstOfSecond, this.#nameAts.length];
      return at > 0 && this.#nameAts.subarray(first, end).includes(at);
    });
    return isElsewhere ? false : undefined;
  }

  #nameOf(symbol: number): string {
    const names = this.#names[symbol < this.#firstOfSecond ? 0 : 1] as Uint8Array;
    const at = this.#nameAts[symbol] as number;
    // Behind "@" stands the version of a symbol that has several.
    return stringAt(names.subarray(0, at + MOST_NAME_LENGTH), at).replace(/@.*$/, "");
  }

  /** How many symbols begin at an address or before. */
  #firstBehind(address: number): number {
    let low = 0;
    let high = this.#order.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#addresses[this.#order[middle] as number] as number) <= address) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function rank(name: string): number {
  return /^_*/.exec(name)?.[0].length ?? 0;
}

function compare(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}

/** Add what a table defines. @returns how many there are now */
function addFunctions(
  bytes: DataView,
  header: ElfHeader,
  found: { readonly addresses: Float64Array; readonly sizes: Float64Array; readonly nameAts: Uint32Array },
  count: number,
): number {
  const size = SYMBOL_BYTES[header.wordSize];
  let next = count;
  for (let at = 0; at + size <= bytes.byteLength; at += size) {
    if (!FUNCTION_TYPES.includes(bytes.getUint8(at + (header.wordSize === 8 ? 4 : 12)) & 15)) continue;
    const { address, size: length, nameAt, defined } = symbolAt(bytes, at, header);
    if (!defined) continue;
    found.addresses[next] = address;
    found.sizes[next] = length;
    found.nameAts[next] = nameAt;
    next++;
  }
  return next;
}
