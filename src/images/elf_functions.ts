// The functions of an ELF file, from both of its symbol tables. In: the file, piece by piece, as a large one takes long. Out: the one that covers an address. Never the
// nearest one before: where a table lacks a function, that would name its neighbour.
import { type ByteSource, viewOf } from "./byte_source.js";
import {
  type ElfHeader,
  readHeader,
  readSections,
  type Section,
  SHT_DYNSYM,
  SHT_SYMTAB,
  stringAt,
} from "./elf_header.js";
import { SYMBOL_BYTES, symbolAt } from "./elf_symbol.js";
import type { FunctionNames } from "./image.js";

const MOST_TABLE_BYTES = 256 << 20;
/** What is read at once: of symbols, and of their names; either takes some 0.1 ms. */
const SYMBOLS_A_PIECE = 1024;
const NAME_BYTES_A_PIECE = 1 << 18;
/** STT_FUNC and STT_GNU_IFUNC, the low bits of st_info. */
const FUNCTION_TYPES = [2, 10];
/** How many symbols that begin before an address are looked at: one may lie within another's extent. */
const NEIGHBOURS = 16;
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
    this.buildId = buildIdOf(file, this.#header, sections);
    this.#tables = tables.flatMap((section) => {
      const strings = sections[section.link];
      if (strings === undefined) return [];
      const names = new Uint8Array(Math.min(strings.size, MOST_TABLE_BYTES));
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
    const covering = this.#runs.flatMap((run) => covers(run, address, start));
    const nearest = covering.reduce((most, one) => Math.max(most, one.address), 0);
    // Behind "@" stands the version of a symbol that has several.
    const names = covering.filter((one) => one.address === nearest).map((one) => nameOf(one).replace(/@.*$/, ""));
    // Of several names, the plainest: the C library has `poll` as `__poll`, too.
    return names.filter((name) => name !== "").sort((one, other) => rank(one) - rank(other) || compare(one, other))[0];
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
  return stringAt(names, nameAt);
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

/** What .note.gnu.build-id says: a note of type 3, whose name is "GNU". */
function buildIdOf(file: ByteSource, { littleEndian }: ElfHeader, sections: readonly Section[]): string | undefined {
  const section = sections.find(({ name }) => name === ".note.gnu.build-id");
  if (section === undefined) return undefined;
  const note = file.read(section.offset, Math.min(section.size, 256));
  if (note.length < 16) return undefined;
  const length = viewOf(note).getUint32(4, littleEndian);
  return Buffer.from(note.subarray(16, 16 + length)).toString("hex");
}
