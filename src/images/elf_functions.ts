// The functions of an ELF file, from both of its symbol tables. In: the file, piece by piece, as a large one takes long. Out: the one that covers an address. Never the
// nearest one before: where a table lacks a function, that would name its neighbour.
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
/** What is read at once: of symbols, and of their names; either takes some 0.1 ms. */
const SYMBOLS_A_PIECE = 1024;
const NAME_BYTES_A_PIECE = 1 << 18;
/** STT_FUNC and STT_GNU_IFUNC, the low bits of st_info. */
const FUNCTION_TYPES = [2, 10];
/** How many symbols that begin before an address are looked at: one may lie within another's extent. */
const NEIGHBOURS = 16;
/** A name that is longer is none. */
const MOST_NAME_LENGTH = 64 * 1024;
/** Beyond these, addresses and the numbers of symbols don't go into one exact number. Nothing is linked so high. */
const HIGHEST_ADDRESS = 2 ** 42;

/** Functions of one piece of a table. */
interface Run {
  /** Of each its address times SYMBOLS_A_PIECE, plus its place in the arrays; sorted. */
  readonly keys: Float64Array;
  readonly sizes: Float64Array;
  readonly namesAt: Uint32Array;
  readonly names: Uint8Array;
}

/** A table that is being read. */
interface Table {
  readonly section: Section;
  readonly strings: Section;
  readonly names: Uint8Array;
  /** Bytes of each that were read. */
  namesRead: number;
  read: number;
}

interface Entry {
  readonly address: number;
  readonly size: number;
  readonly nameAt: number;
  readonly names: Uint8Array;
}

export class ElfFunctions implements FunctionNames {
  readonly hasFullTable: boolean;
  readonly buildId: string | undefined;
  readonly #file: ByteSource;
  readonly #header: ElfHeader;
  /** Those that aren't read yet. */
  readonly #tables: Table[];
  readonly #runs: Run[] = [];

  /** @throws MalformedImage */
  constructor(file: ByteSource) {
    this.#file = file;
    this.#header = readHeader(file);
    const sections = readSections(file, this.#header);
    const tables = sections.filter(({ type }) => type === SHT_SYMTAB || type === SHT_DYNSYM);
    this.hasFullTable = tables.some(({ type, size }) => type === SHT_SYMTAB && size > 0);
    this.buildId = fileBuildId(file, this.#header, sections);
    this.#tables = tables.flatMap((section) => {
      const strings = sections[section.link];
      if (strings === undefined || strings.type === SHT_NOBITS) return [];
      const isWhole = file.read(strings.offset + strings.size - 1, 1).length === 1;
      const names = new Uint8Array(Math.min(strings.size, isWhole ? MOST_NAME_BYTES : NAME_BYTES_A_PIECE));
      return { section, strings, names, namesRead: 0, read: 0 };
    });
  }

  readOn(): boolean {
    const [table] = this.#tables;
    if (table === undefined) return true;
    if (table.namesRead < table.names.length) this.#readNames(table);
    else if (!this.#readSymbols(table)) this.#tables.shift();
    return this.#tables.length === 0;
  }

  nameAt(address: number, start: number | undefined): string | undefined {
    return this.functionAt(address, start)?.name;
  }

  functionAt(address: number, start?: number): FoundFunction | undefined {
    const covering = this.#runs.flatMap((run) => covers(run, address, start));
    const nearest = covering.reduce((most, one) => Math.max(most, one.address), 0);
    const names = covering.filter((one) => one.address === nearest).map(plainName);
    // Of several names, the plainest: the C library has `poll` as `__poll`, too.
    const [name] = names
      .filter((one) => one !== "")
      .sort((one, other) => rank(one) - rank(other) || compare(one, other));
    return name === undefined ? undefined : { name, address: nearest };
  }

  beginsWithin(name: string, first: number, last: number): boolean | undefined {
    let isElsewhere = false;
    for (const run of this.#runs) {
      for (const key of run.keys) {
        const entry = entryOf(run, key);
        if (!isNamed(entry, name)) continue;
        if (entry.address >= first && entry.address <= last) return true;
        isElsewhere = true;
      }
    }
    return isElsewhere ? false : undefined;
  }

  named(pattern: RegExp): { readonly address: number; readonly size: number }[] {
    return this.#runs
      .flatMap((run) => Array.from(run.keys, (key) => entryOf(run, key)))
      .filter((entry) => pattern.test(nameOf(entry)))
      .map(({ address, size }) => ({ address, size }));
  }

  #readNames(table: Table): void {
    const { strings, names, namesRead } = table;
    const bytes = this.#file.read(strings.offset + namesRead, Math.min(NAME_BYTES_A_PIECE, names.length - namesRead));
    names.set(bytes, namesRead);
    table.namesRead = bytes.length === 0 ? names.length : namesRead + bytes.length;
  }

  /** @returns false where there were no more */
  #readSymbols(table: Table): boolean {
    const { section, names, read } = table;
    const header = this.#header;
    const size = SYMBOL_BYTES[header.wordSize];
    const left = Math.min(section.size, MOST_TABLE_BYTES) - read;
    const bytes = viewOf(this.#file.read(section.offset + read, Math.min(SYMBOLS_A_PIECE * size, left)));
    table.read += bytes.byteLength;
    const keys = new Float64Array(SYMBOLS_A_PIECE);
    const sizes = new Float64Array(SYMBOLS_A_PIECE);
    const namesAt = new Uint32Array(SYMBOLS_A_PIECE);
    let count = 0;
    for (let at = 0; at + size <= bytes.byteLength; at += size) {
      if (!FUNCTION_TYPES.includes(bytes.getUint8(at + (header.wordSize === 8 ? 4 : 12)) & 15)) continue;
      const { address, size: length, nameAt, defined } = symbolAt(bytes, at, header);
      if (!defined || address > HIGHEST_ADDRESS) continue;
      keys[count] = address * SYMBOLS_A_PIECE + count;
      sizes[count] = length;
      namesAt[count++] = nameAt;
    }
    if (count > 0) this.#runs.push({ keys: keys.slice(0, count).sort(), sizes, namesAt, names });
    return bytes.byteLength === SYMBOLS_A_PIECE * size;
  }
}

function entryOf({ sizes, namesAt, names }: Run, key: number): Entry {
  const at = key % SYMBOLS_A_PIECE;
  return { address: (key - at) / SYMBOLS_A_PIECE, size: sizes[at] as number, nameAt: namesAt[at] as number, names };
}

function nameOf({ names, nameAt }: Entry): string {
  return stringAt(names.subarray(0, nameAt + MOST_NAME_LENGTH), nameAt);
}

/** Behind "@" stands the version of a symbol that has several. */
function plainName(entry: Entry): string {
  return nameOf(entry).replace(/@.*$/, "");
}

/** Whether that is its plain name; most differ in the first byte. */
function isNamed(entry: Entry, name: string): boolean {
  return entry.names[entry.nameAt] === name.charCodeAt(0) && plainName(entry) === name;
}

/** The functions that cover an address. @param start of the one that does, as other tables have it */
function covers(run: Run, address: number, start: number | undefined): Entry[] {
  const limit = (address + 1) * SYMBOLS_A_PIECE;
  let low = 0;
  let high = run.keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((run.keys[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  const found: Entry[] = [];
  for (let i = low - 1; i >= 0 && i >= low - NEIGHBOURS; i--) {
    const entry = entryOf(run, run.keys[i] as number);
    const isCovering = address - entry.address < entry.size || (entry.size === 0 && entry.address === start);
    if (isCovering) found.push(entry);
  }
  return found;
}

function rank(name: string): number {
  return /^_*/.exec(name)?.[0].length ?? 0;
}

function compare(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}
