// The head of an ELF image: identification, program headers, section headers. In: a byte source. Out: plain records.
// Both word sizes and both byte orders. Numbers beyond 2^53 make an image malformed: no user address is that high.
import { type ByteSource, MalformedImage, viewOf } from "./byte_source.js";

export interface ElfFormat {
  readonly wordSize: 4 | 8;
  readonly littleEndian: boolean;
}

export interface ElfHeader extends ElfFormat {
  /** e_machine. */
  readonly machine: number;
  /** Whether it can only be loaded where it was linked (ET_EXEC). */
  readonly isFixed: boolean;
  readonly segments: readonly Segment[];
  readonly sectionTable: { readonly offset: number; readonly count: number; readonly namesIndex: number };
}

/** A program header. Offsets and sizes in bytes, addresses as linked. */
export interface Segment {
  readonly type: number;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly executable: boolean;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

/** A section header. */
export interface Section {
  readonly name: string;
  readonly type: number;
  readonly address: number;
  readonly offset: number;
  readonly size: number;
  readonly link: number;
  /** It holds instructions. */
  readonly isCode: boolean;
  /** Its bytes begin with a header that says how they are packed. */
  readonly isPacked: boolean;
}

export const PT_LOAD = 1;
export const PT_DYNAMIC = 2;
export const PT_INTERP = 3;
export const PT_NOTE = 4;
export const SHT_SYMTAB = 2;
export const SHT_DYNSYM = 11;
/** A section whose bytes are not in the file. */
export const SHT_NOBITS = 8;

const ET_EXEC = 2;

const MAX_SEGMENTS = 512;
const MAX_SECTIONS = 65536;
const MAX_SECTION_NAMES_BYTES = 4 << 20;
const PF_X = 1;
const PF_W = 2;
const PF_R = 4;
const SHF_EXECINSTR = 4;
const SHF_COMPRESSED = 0x800;

/** A word of the image's size, at `at` in `view`. */
export function wordAt(view: DataView, at: number, { wordSize, littleEndian }: ElfFormat): number {
  if (wordSize === 4) return view.getUint32(at, littleEndian);
  const high = view.getUint32(littleEndian ? at + 4 : at, littleEndian);
  const low = view.getUint32(littleEndian ? at : at + 4, littleEndian);
  if (high >= 0x200000) throw new MalformedImage("a number is beyond 2^53");
  return high * 0x1_0000_0000 + low;
}

/** Exactly `length` bytes at `position`. */
export function readWhole(source: ByteSource, position: number, length: number): Uint8Array {
  const bytes = source.read(position, length);
  if (bytes.length < length) throw new MalformedImage(`${length} bytes at ${position} are cut short`);
  return bytes;
}

/**
 * Read the ELF header and the program headers.
 *
 * @throws MalformedImage
 */
export function readHeader(source: ByteSource): ElfHeader {
  const ident = readWhole(source, 0, 16);
  if (ident[0] !== 0x7f || ident[1] !== 0x45 || ident[2] !== 0x4c || ident[3] !== 0x46) {
    throw new MalformedImage("not an ELF image");
  }
  const [klass, data] = [ident[4], ident[5]];
  if ((klass !== 1 && klass !== 2) || (data !== 1 && data !== 2)) throw new MalformedImage("an unknown kind of ELF");
  const format: ElfFormat = { wordSize: klass === 1 ? 4 : 8, littleEndian: data === 1 };
  const { wordSize, littleEndian } = format;
  const is64 = wordSize === 8;
  const view = viewOf(readWhole(source, 0, is64 ? 64 : 52));
  const half = (at: number) => view.getUint16(at, littleEndian);
  const sizes = is64 ? 52 : 40;
  const [segmentSize, segmentCount] = [half(sizes + 2), half(sizes + 4)];
  const segmentOffset = wordAt(view, is64 ? 32 : 28, format);
  const segments: Segment[] = [];
  if (segmentCount > 0) {
    if (segmentSize !== (is64 ? 56 : 32)) throw new MalformedImage("program headers of a strange size");
    if (segmentCount > MAX_SEGMENTS) throw new MalformedImage(`${segmentCount} program headers`);
    const table = viewOf(readWhole(source, segmentOffset, segmentCount * segmentSize));
    for (let i = 0; i < segmentCount; i++) segments.push(segmentAt(table, i * segmentSize, format));
  }
  return {
    ...format,
    machine: half(18),
    isFixed: half(16) === ET_EXEC,
    segments,
    sectionTable: {
      offset: wordAt(view, is64 ? 40 : 32, format),
      count: half(sizes + 6) === (is64 ? 64 : 40) ? half(sizes + 8) : 0,
      namesIndex: half(sizes + 10),
    },
  };
}

function segmentAt(table: DataView, at: number, format: ElfFormat): Segment {
  const is64 = format.wordSize === 8;
  const word = (index: number) => wordAt(table, at + index * format.wordSize, format);
  const flags = table.getUint32(at + (is64 ? 4 : 24), format.littleEndian);
  return {
    type: table.getUint32(at, format.littleEndian),
    readable: (flags & PF_R) !== 0,
    writable: (flags & PF_W) !== 0,
    executable: (flags & PF_X) !== 0,
    offset: word(1),
    address: word(2),
    fileSize: word(4),
    memorySize: word(5),
  };
}

/**
 * Read the section headers with their names; none when the image has none.
 *
 * @throws MalformedImage
 */
export function readSections(source: ByteSource, header: ElfHeader): Section[] {
  const { offset, namesIndex } = header.sectionTable;
  let { count } = header.sectionTable;
  if (offset === 0) return [];
  const size = header.wordSize === 8 ? 64 : 40;
  const names = { index: namesIndex };
  if (count === 0 || namesIndex === 0xffff) {
    // Too many for the header's fields: the first section header holds the figures.
    const first = viewOf(source.read(offset, size));
    if (first.byteLength < size) return [];
    const is64 = header.wordSize === 8;
    if (count === 0) count = wordAt(first, is64 ? 32 : 20, header);
    if (namesIndex === 0xffff) names.index = first.getUint32(is64 ? 40 : 24, header.littleEndian);
  }
  if (count > MAX_SECTIONS) throw new MalformedImage(`${count} sections`);
  const table = viewOf(readWhole(source, offset, count * size));
  const sections: (Omit<Section, "name"> & { readonly nameAt: number })[] = [];
  for (let i = 0; i < count; i++) sections.push(sectionAt(table, i * size, header));
  const strings = sections[names.index];
  const text =
    strings === undefined
      ? new Uint8Array()
      : source.read(strings.offset, Math.min(strings.size, MAX_SECTION_NAMES_BYTES));
  return sections.map(({ nameAt, ...section }) => ({ ...section, name: stringAt(text, nameAt) }));
}

function sectionAt(table: DataView, at: number, format: ElfFormat): Omit<Section, "name"> & { nameAt: number } {
  const { wordSize, littleEndian } = format;
  // Behind two 4-byte fields come flags, address, offset and size in words, then the link.
  const word = (index: number) => wordAt(table, at + 8 + index * wordSize, format);
  // Flags that have a meaning are in the lower half.
  const flags = table.getUint32(at + 8 + (wordSize === 8 && !littleEndian ? 4 : 0), littleEndian);
  return {
    nameAt: table.getUint32(at, littleEndian),
    type: table.getUint32(at + 4, littleEndian),
    isCode: (flags & SHF_EXECINSTR) !== 0,
    isPacked: (flags & SHF_COMPRESSED) !== 0,
    address: word(1),
    offset: word(2),
    size: word(3),
    link: table.getUint32(at + 8 + 4 * wordSize, littleEndian),
  };
}

/** The NUL-ended string at `at`, as latin1; "" where there is none. */
export function stringAt(bytes: Uint8Array, at: number): string {
  if (at >= bytes.length) return "";
  const end = bytes.indexOf(0, at);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1", at, end < 0 ? bytes.length : end);
}
