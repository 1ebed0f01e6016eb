// The dynamic segment of an ELF image: what the dynamic linker works from, so it's there in a stripped file and in
// memory. In: the image's addresses. Out: its symbols by name, its imports, the libraries it needs.
import { type ByteSource, viewOf } from "./byte_source.js";
import { type ElfFormat, stringAt, wordAt } from "./elf_header.js";
import { type ElfSymbol, SYMBOL_BYTES, symbolAt } from "./elf_symbol.js";

const DT_NEEDED = 1;
const DT_HASH = 4;
const DT_STRTAB = 5;
const DT_SYMTAB = 6;
const DT_STRSZ = 10;
const DT_SONAME = 14;
const DT_GNU_HASH = 0x6ffffef5;

const MAX_ENTRIES = 4096;
const MAX_CHAIN = 1 << 16;
const MAX_SYMBOLS = 1 << 20;
const MAX_STRINGS_BYTES = 32 << 20;
const CHUNK_SYMBOLS = 4096;
const CHAIN_CHUNK = 32;

/** The dynamic entries we use; addresses as linked, 0 for an absent one. */
interface Entries {
  readonly needed: readonly number[];
  readonly soname: number | undefined;
  readonly symbols: number;
  readonly strings: number;
  /** Where `strings` stands: bytes from the table's start. */
  readonly stringsAt: number;
  readonly stringsBytes: number;
  readonly hash: number;
  readonly gnuHash: number;
}

/** The dynamic symbols and dependencies of one image. */
export class ElfDynamic {
  readonly #memory: ByteSource;
  readonly #format: ElfFormat;
  readonly #entries: Entries;
  #strings: Uint8Array | undefined;

  /**
   * @param memory the image's bytes by linked address
   * @param table the bytes of the dynamic segment
   * @param toLinked turns a pointer of the table, which the dynamic linker may have relocated, into a linked address
   * @param symbolCount number of dynamic symbols where a section header tells it
   */
  constructor(
    memory: ByteSource,
    format: ElfFormat,
    table: Uint8Array,
    toLinked: (pointer: number) => number,
    readonly symbolCount: number | undefined,
  ) {
    this.#memory = memory;
    this.#format = format;
    this.#entries = parseEntries(table, format, toLinked);
  }

  /** Names of the libraries the image asks for, as it asks. */
  get needed(): string[] {
    return this.#entries.needed.map((at) => this.#string(at));
  }

  /** The library's own name for itself, undefined when it has none. */
  get soname(): string | undefined {
    return this.#entries.soname === undefined ? undefined : this.#string(this.#entries.soname);
  }

  /**
   * A pointer to its strings that the table holds: where in the table, and what it is as linked. Most dynamic linkers
   * replace it by the address that the strings have in the process.
   */
  get stringsPointer(): { readonly at: number; readonly linked: number } | undefined {
    const { strings, stringsAt } = this.#entries;
    return strings === 0 ? undefined : { at: stringsAt, linked: strings };
  }

  /** The symbol that the image defines under `name`. */
  symbol(name: string): ElfSymbol | undefined {
    if (this.#entries.symbols === 0 || this.#entries.strings === 0) return undefined;
    if (this.#entries.gnuHash !== 0) return this.#byGnuHash(name);
    if (this.#entries.hash !== 0) return this.#byHash(name);
    return this.#find((symbol) => symbol.defined && this.#isNamed(symbol, name));
  }

  /** Names the image takes from others; undefined when they can't be listed. */
  imports(): Set<string> | undefined {
    const names = new Set<string>();
    if (this.#entries.symbols === 0) return names;
    const strings = this.#wholeStrings();
    if (strings === undefined || this.#count() === undefined) return undefined;
    this.#find((symbol) => {
      if (!symbol.defined && symbol.nameAt !== 0) names.add(stringAt(strings, symbol.nameAt));
      return false;
    });
    return names;
  }

  #byGnuHash(name: string): ElfSymbol | undefined {
    const { wordSize, littleEndian } = this.#format;
    const table = this.#entries.gnuHash;
    const head = viewOf(this.#memory.read(table, 16));
    if (head.byteLength < 16) return undefined;
    const [buckets, firstHashed, bloomWords] = [0, 4, 8].map((at) => head.getUint32(at, littleEndian)) as [
      number,
      number,
      number,
    ];
    if (buckets === 0) return undefined;
    const hash = gnuHash(name);
    const bucketsAt = table + 16 + bloomWords * wordSize;
    const bucket = viewOf(this.#memory.read(bucketsAt + (hash % buckets) * 4, 4));
    if (bucket.byteLength < 4) return undefined;
    const first = bucket.getUint32(0, littleEndian);
    if (first < firstHashed) return undefined;
    const chainsAt = bucketsAt + buckets * 4 - firstHashed * 4;
    for (let index = first; index - first < MAX_CHAIN; ) {
      const chain = viewOf(this.#memory.read(chainsAt + index * 4, CHAIN_CHUNK * 4));
      if (chain.byteLength < 4) return undefined;
      for (let at = 0; at + 4 <= chain.byteLength; at += 4, index++) {
        const value = chain.getUint32(at, littleEndian);
        if ((value | 1) === (hash | 1)) {
          const symbol = this.#symbol(index);
          if (symbol?.defined && this.#isNamed(symbol, name)) return symbol;
        }
        if ((value & 1) !== 0) return undefined;
      }
    }
    return undefined;
  }

  #byHash(name: string): ElfSymbol | undefined {
    const { littleEndian } = this.#format;
    const number = (at: number) => {
      const bytes = this.#memory.read(this.#entries.hash + at * 4, 4);
      return bytes.length < 4 ? 0 : viewOf(bytes).getUint32(0, littleEndian);
    };
    const buckets = number(0);
    if (buckets === 0) return undefined;
    let index = number(2 + (sysvHash(name) % buckets));
    for (let steps = 0; index !== 0 && steps < MAX_CHAIN; steps++) {
      const symbol = this.#symbol(index);
      if (symbol?.defined && this.#isNamed(symbol, name)) return symbol;
      index = number(2 + buckets + index);
    }
    return undefined;
  }

  /**
   * How many dynamic symbols there are. A GNU hash table counts the exported ones only, and linkers put the strings
   * right behind the symbols.
   */
  #count(): number | undefined {
    const { hash, symbols, strings } = this.#entries;
    if (this.symbolCount !== undefined) return Math.min(this.symbolCount, MAX_SYMBOLS);
    if (hash !== 0) {
      const head = viewOf(this.#memory.read(hash, 8));
      if (head.byteLength === 8) return Math.min(head.getUint32(4, this.#format.littleEndian), MAX_SYMBOLS);
    }
    if (strings <= symbols) return undefined;
    return Math.min(Math.floor((strings - symbols) / SYMBOL_BYTES[this.#format.wordSize]), MAX_SYMBOLS);
  }

  #find(isIt: (symbol: ElfSymbol) => boolean): ElfSymbol | undefined {
    const size = SYMBOL_BYTES[this.#format.wordSize];
    const count = this.#count() ?? 0;
    for (let first = 0; first < count; first += CHUNK_SYMBOLS) {
      const wanted = Math.min(CHUNK_SYMBOLS, count - first);
      const chunk = viewOf(this.#memory.read(this.#entries.symbols + first * size, wanted * size));
      for (let at = 0; at + size <= chunk.byteLength; at += size) {
        const symbol = symbolAt(chunk, at, this.#format);
        if (isIt(symbol)) return symbol;
      }
      if (chunk.byteLength < wanted * size) return undefined;
    }
    return undefined;
  }

  #symbol(index: number): ElfSymbol | undefined {
    const size = SYMBOL_BYTES[this.#format.wordSize];
    const bytes = this.#memory.read(this.#entries.symbols + index * size, size);
    return bytes.length < size ? undefined : symbolAt(viewOf(bytes), 0, this.#format);
  }

  #isNamed(symbol: ElfSymbol, name: string): boolean {
    const bytes = this.#memory.read(this.#entries.strings + symbol.nameAt, name.length + 1);
    return bytes.length === name.length + 1 && bytes[name.length] === 0 && stringAt(bytes, 0) === name;
  }

  #wholeStrings(): Uint8Array | undefined {
    const { strings, stringsBytes } = this.#entries;
    if (stringsBytes > MAX_STRINGS_BYTES) return undefined;
    this.#strings ??= this.#memory.read(strings, stringsBytes);
    return this.#strings;
  }

  #string(at: number): string {
    return stringAt(this.#memory.read(this.#entries.strings + at, 4096), 0);
  }
}

function parseEntries(table: Uint8Array, format: ElfFormat, toLinked: (pointer: number) => number): Entries {
  const view = viewOf(table);
  const size = format.wordSize * 2;
  const needed: number[] = [];
  const values = new Map<number, number>();
  let stringsAt = 0;
  for (let i = 0; i < MAX_ENTRIES && (i + 1) * size <= view.byteLength; i++) {
    // A tag is signed and may fill the word; only its low half tells the ones we know apart.
    const low = format.wordSize === 8 && !format.littleEndian ? 4 : 0;
    const tag = view.getUint32(i * size + low, format.littleEndian);
    if (tag === 0) break;
    const wanted = [DT_NEEDED, DT_HASH, DT_STRTAB, DT_SYMTAB, DT_STRSZ, DT_SONAME, DT_GNU_HASH];
    if (!wanted.includes(tag)) continue;
    const value = wordAt(view, i * size + format.wordSize, format);
    if (tag === DT_NEEDED) needed.push(value);
    else values.set(tag, value);
    if (tag === DT_STRTAB) stringsAt = i * size + format.wordSize;
  }
  const address = (tag: number) => {
    const value = values.get(tag);
    return value === undefined || value === 0 ? 0 : toLinked(value);
  };
  return {
    needed,
    soname: values.get(DT_SONAME),
    symbols: address(DT_SYMTAB),
    strings: address(DT_STRTAB),
    stringsAt,
    stringsBytes: values.get(DT_STRSZ) ?? 0,
    hash: address(DT_HASH),
    gnuHash: address(DT_GNU_HASH),
  };
}

/** The hash of DT_GNU_HASH tables. */
export function gnuHash(name: string): number {
  let hash = 5381;
  for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 33) + name.charCodeAt(i)) >>> 0;
  return hash;
}

/** The hash of DT_HASH tables. */
export function sysvHash(name: string): number {
  let hash = 0;
  for (let i = 0; i < name.length; i++) {
    hash = ((hash << 4) + name.charCodeAt(i)) >>> 0;
    const high = hash & 0xf0000000;
    hash = (hash ^ (high >>> 24)) & ~high;
  }
  return hash >>> 0;
}
