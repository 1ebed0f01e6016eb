// What a section of an ELF file says, unpacked where it's packed. In: the file and the section. Out: its bytes, to be read by offset; a section that is not packed stays in
// the file.
import { type ByteSource, type SizedBytes, viewOf } from "../byte_source.js";
import { type ElfHeader, type Section, SHT_NOBITS, wordAt } from "../elf_header.js";
import type { Packing, Unpack } from "./unpacking.js";

/** What is unpacked is held in memory: so much of it. */
const MOST_UNPACKED_BYTES = 512 << 20;
const PACKINGS: ReadonlyMap<number, Packing> = new Map([
  [1, "zlib"],
  [2, "zstd"],
]);

/** The section called so, where the file has its bytes. */
export function sectionNamed(sections: readonly Section[], name: string): Section | undefined {
  return sections.find((one) => one.name === name && one.type !== SHT_NOBITS && one.size > 0);
}

/** Undefined where it is packed, and can't be unpacked. @throws MalformedImage */
export function sectionBytes(
  file: ByteSource,
  header: ElfHeader,
  section: Section,
  unpack: Unpack,
): SizedBytes | undefined {
  const { offset, size, isPacked } = section;
  if (!isPacked) {
    return { size, read: (at, length) => file.read(offset + at, Math.max(0, Math.min(length, size - at))) };
  }
  // Elf64_Chdr: type, reserved, size, alignment; Elf32_Chdr lacks what is reserved.
  const headBytes = header.wordSize === 8 ? 24 : 12;
  const packed = file.read(offset, Math.min(size, MOST_UNPACKED_BYTES));
  if (packed.length < headBytes) return undefined;
  const view = viewOf(packed);
  const packing = PACKINGS.get(view.getUint32(0, header.littleEndian));
  const whole = wordAt(view, header.wordSize, header);
  if (packing === undefined || whole > MOST_UNPACKED_BYTES) return undefined;
  const bytes = unpack(packed.subarray(headBytes), packing, whole);
  return bytes && { size: bytes.length, read: (at, length) => bytes.subarray(at, at + Math.max(0, length)) };
}
