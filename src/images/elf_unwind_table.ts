// Where an ELF image has its unwind table (.eh_frame_hdr), by its program headers: they are loaded with it. In: the image's first bytes. Out: places, as linked.
import type { ByteSource } from "./byte_source.js";
import { PT_LOAD, readHeader } from "./elf_header.js";
import type { UnwindTable } from "./image.js";

const PT_GNU_EH_FRAME = 0x6474_e550;
/** No table of a real image is longer. */
const MOST_BYTES = 64 << 20;

/** @throws MalformedImage */
export function elfUnwindTable(source: ByteSource): UnwindTable | undefined {
  const { segments, wordSize, littleEndian } = readHeader(source);
  const first = segments.find(({ type }) => type === PT_LOAD);
  if (first === undefined || wordSize !== 8 || !littleEndian) return undefined;
  const table = segments.find(({ type }) => type === PT_GNU_EH_FRAME);
  const linkedStart = first.address - first.offset;
  if (table === undefined || table.memorySize > MOST_BYTES) return { linkedStart, address: 0, size: 0 };
  return { linkedStart, address: table.address, size: table.memorySize };
}
