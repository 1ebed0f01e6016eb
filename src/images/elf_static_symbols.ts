// The full symbol table (.symtab) of an ELF file, which strip removes. In: the file. Out: a symbol by name, found
// without holding the table: the name first, then the entry that points to it.
import { type ByteSource, viewOf } from "./byte_source.js";
import { type ElfFormat, type Section, SHT_SYMTAB } from "./elf_header.js";
import { type ElfSymbol, SYMBOL_BYTES, symbolAt } from "./elf_symbol.js";

const CHUNK_BYTES = 1 << 20;
const MAX_TABLE_BYTES = 256 << 20;

/** The symbol defined under `name`. */
export function findStaticSymbol(
  file: ByteSource,
  format: ElfFormat,
  sections: readonly Section[],
  name: string,
): ElfSymbol | undefined {
  const table = sections.find(({ type }) => type === SHT_SYMTAB);
  const strings = table === undefined ? undefined : sections[table.link];
  if (table === undefined || strings === undefined) return undefined;
  const names = nameOffsets(file, strings, name);
  if (names.size === 0) return undefined;
  const size = SYMBOL_BYTES[format.wordSize];
  const chunkBytes = CHUNK_BYTES - (CHUNK_BYTES % size);
  const total = Math.min(table.size, MAX_TABLE_BYTES);
  for (let at = 0; at < total; at += chunkBytes) {
    const chunk = viewOf(file.read(table.offset + at, Math.min(chunkBytes, total - at)));
    for (let entry = 0; entry + size <= chunk.byteLength; entry += size) {
      if (!names.has(chunk.getUint32(entry, format.littleEndian))) continue;
      const symbol = symbolAt(chunk, entry, format);
      if (symbol.defined) return symbol;
    }
    if (chunk.byteLength < chunkBytes) return undefined;
  }
  return undefined;
}

/** Where `name` ends a string; linkers let one name be the tail of another. */
function nameOffsets(file: ByteSource, strings: Section, name: string): Set<number> {
  const wanted = Buffer.from(`${name}\0`, "latin1");
  const offsets = new Set<number>();
  const total = Math.min(strings.size, MAX_TABLE_BYTES);
  for (let at = 0; at < total; at += CHUNK_BYTES) {
    const length = Math.min(CHUNK_BYTES + wanted.length - 1, total - at);
    const bytes = file.read(strings.offset + at, length);
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let hit = chunk.indexOf(wanted); hit >= 0; hit = chunk.indexOf(wanted, hit + 1)) offsets.add(at + hit);
    if (bytes.length < length) break;
  }
  return offsets;
}
