// What an ELF file says of what is told about it elsewhere. In: the file. Out: its build id, the name of the file that its debug information was moved to, and symbols that
// are packed within it.
import { type ByteSource, viewOf } from "../byte_source.js";
import { PT_LOAD, readHeader, readSections, stringAt } from "../elf_header.js";
import { fileBuildId } from "../elf_notes.js";
import type { DebugFacts } from "../image.js";
import { sectionNamed } from "./elf_section_bytes.js";

/** Fedora's are some 100 kB; nobody has more symbols than this, packed. */
const MOST_PACKED_BYTES = 64 << 20;
const MOST_NAME_BYTES = 4096;
const PAGE_BYTES = 4096;

/** @throws MalformedImage */
export function elfDebugFacts(file: ByteSource): DebugFacts {
  const header = readHeader(file);
  const sections = readSections(file, header);
  const first = header.segments.find(({ type }) => type === PT_LOAD);
  const bytesOf = (name: string, most: number): Uint8Array | undefined => {
    const section = sectionNamed(sections, name);
    return section && file.read(section.offset, Math.min(section.size, most));
  };
  return {
    buildId: fileBuildId(file, header, sections),
    link: linkIn(bytesOf(".gnu_debuglink", MOST_NAME_BYTES), header.littleEndian),
    packedSymbols: bytesOf(".gnu_debugdata", MOST_PACKED_BYTES),
    hasEntries: sectionNamed(sections, ".debug_info") !== undefined,
    linkedStart: first && first.address - (first.address % PAGE_BYTES),
    isFixed: header.isFixed,
  };
}

/** A name without a folder, a NUL, up to three bytes that fill up a word, and the CRC-32 of that file. */
function linkIn(bytes: Uint8Array | undefined, littleEndian: boolean): DebugFacts["link"] {
  if (bytes === undefined || !bytes.includes(0)) return undefined;
  const end = Math.ceil((bytes.indexOf(0) + 1) / 4) * 4;
  const name = stringAt(bytes, 0);
  if (bytes.length < end + 4 || name === "" || /[/\\]|^\.\.?$/.test(name)) return undefined;
  return { name, crc: viewOf(bytes).getUint32(end, littleEndian) };
}
