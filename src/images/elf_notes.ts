// The build id of an ELF image: what its linker made of all that is in it. In: its notes, of a file or as they lie in memory. Out: hexadecimal digits.
import { type ByteSource, viewOf } from "./byte_source.js";
import { type ElfHeader, PT_LOAD, PT_NOTE, readHeader, type Section } from "./elf_header.js";

const NT_GNU_BUILD_ID = 3;
const NAME = "GNU\0";
/** Real ones have some hundred bytes of notes. */
const MOST_BYTES = 64 * 1024;
/** SHA-1 has 20; nothing that is used has more than 64. */
const MOST_ID_BYTES = 64;

/** What the section says that linkers put it in; undefined where there is none. */
export function fileBuildId(file: ByteSource, header: ElfHeader, sections: readonly Section[]): string | undefined {
  const section = sections.find(({ name }) => name === ".note.gnu.build-id");
  if (section === undefined) return undefined;
  return buildIdIn(file.read(section.offset, Math.min(section.size, MOST_BYTES)), header.littleEndian);
}

/**
 * The same of an image as it lies in memory.
 *
 * @param image its bytes from its first one on, as linked
 * @throws MalformedImage
 */
export function loadedBuildId(image: ByteSource): string | undefined {
  const { segments, littleEndian } = readHeader(image);
  const first = segments.find(({ type }) => type === PT_LOAD);
  if (first === undefined) return undefined;
  for (const { type, address, fileSize } of segments) {
    if (type !== PT_NOTE) continue;
    const notes = image.read(address - (first.address - first.offset), Math.min(fileSize, MOST_BYTES));
    const id = buildIdIn(notes, littleEndian);
    if (id !== undefined) return id;
  }
  return undefined;
}

function buildIdIn(notes: Uint8Array, littleEndian: boolean): string | undefined {
  const view = viewOf(notes);
  for (let at = 0; at + 12 <= notes.length; ) {
    const [nameBytes, bytes, type] = [0, 4, 8].map((field) => view.getUint32(at + field, littleEndian)) as [
      number,
      number,
      number,
    ];
    const start = at + 12 + aligned(nameBytes);
    if (start + bytes > notes.length) return undefined;
    const name = Buffer.from(notes.subarray(at + 12, at + 12 + nameBytes)).toString("latin1");
    if (type === NT_GNU_BUILD_ID && name === NAME && bytes > 0 && bytes <= MOST_ID_BYTES) {
      return Buffer.from(notes.subarray(start, start + bytes)).toString("hex");
    }
    at = start + aligned(bytes);
  }
  return undefined;
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 4) * 4;
}
