// The functions of an ELF file, from both of its symbol tables. In: the file. Out: the one that covers an address. Never the nearest one before: where a table lacks
// a function, that would name its neighbour.
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
/** STT_FUNC and STT_GNU_IFUNC, the low bits of st_info. */
const FUNCTION_TYPES = [2, 10];
/** How many symbols that begin before an address are looked at: one may lie within another's extent. */
const NEIGHBOURS = 16;

interface Entry {
  readonly address: number;
  readonly size: number;
  readonly nameAt: number;
  readonly names: Uint8Array;
}

export class ElfFunctions implements FunctionNames {
  /** By address, lowest first. */
  readonly #entries: readonly Entry[];
  readonly hasFullTable: boolean;
  readonly buildId: string | undefined;

  /** @throws MalformedImage */
  constructor(file: ByteSource) {
    const header = readHeader(file);
    const sections = readSections(file, header);
    const tables = sections.filter(({ type }) => type === SHT_SYMTAB || type === SHT_DYNSYM);
    this.hasFullTable = tables.some(({ type, size }) => type === SHT_SYMTAB && size > 0);
    this.buildId = buildIdOf(file, header, sections);
    this.#entries = tables
      .flatMap((table) => entriesOf(file, header, sections, table))
      .sort((one, other) => one.address - other.address);
  }

  nameAt(address: number, start: number | undefined): string | undefined {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#entries[middle] as Entry).address <= address) low = middle + 1;
      else high = middle;
    }
    const before = this.#entries.slice(Math.max(0, low - NEIGHBOURS), low).reverse();
    const covering = before.filter(
      (one) => address - one.address < one.size || (one.size === 0 && one.address === start),
    );
    const nearest = covering[0]?.address;
    const named = covering.filter((one) => one.address === nearest);
    // Behind "@" stands the version of a symbol that has several.
    const names = named.map((one) => stringAt(one.names, one.nameAt).replace(/@.*$/, ""));
    // Of several names, the plainest: the C library has `poll` as `__poll`, too.
    return names.filter((name) => name !== "").sort((one, other) => rank(one) - rank(other) || compare(one, other))[0];
  }
}

function rank(name: string): number {
  return /^_*/.exec(name)?.[0].length ?? 0;
}

function compare(one: string, other: string): number {
  return one.length - other.length || (one < other ? -1 : 1);
}

function entriesOf(file: ByteSource, header: ElfHeader, sections: readonly Section[], table: Section): Entry[] {
  const strings = sections[table.link];
  if (strings === undefined) return [];
  const bytes = viewOf(file.read(table.offset, Math.min(table.size, MOST_TABLE_BYTES)));
  const names = file.read(strings.offset, Math.min(strings.size, MOST_TABLE_BYTES));
  const size = SYMBOL_BYTES[header.wordSize];
  const entries: Entry[] = [];
  for (let at = 0; at + size <= bytes.byteLength; at += size) {
    if (!FUNCTION_TYPES.includes(bytes.getUint8(at + (header.wordSize === 8 ? 4 : 12)) & 15)) continue;
    const { address, size: length, nameAt, defined } = symbolAt(bytes, at, header);
    if (defined) entries.push({ address, size: length, nameAt, names });
  }
  return entries;
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
