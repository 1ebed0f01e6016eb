// Bytes to an image, whatever its format: the one place that knows which formats there are.
import type { ByteSource } from "./byte_source.js";
import { ElfImage } from "./elf.js";
import { ElfFunctions } from "./elf_functions.js";
import { loadedBuildId } from "./elf_notes.js";
import { elfUnwindTable } from "./elf_unwind_table.js";
import type { FunctionNames, Image, ImagePlace, UnwindTable } from "./image.js";
import { MachOImage } from "./macho.js";
import { isMachO } from "./macho_header.js";
import { isPe, PeImage } from "./pe.js";

/** By the first bytes. What is of none of these formats is no ELF image either, and that says so. */
const FORMATS: readonly {
  readonly isOf: (head: Uint8Array) => boolean;
  readonly open: new (source: ByteSource, place: ImagePlace) => Image;
}[] = [
  { isOf: isMachO, open: MachOImage },
  { isOf: isPe, open: PeImage },
];

/** So many bytes tell the format. */
const HEAD_BYTES = 4;

/** @throws MalformedImage when the bytes are no image of a known format */
export function openImage(source: ByteSource, place: ImagePlace = { kind: "file" }): Image {
  const head = source.read(0, HEAD_BYTES);
  const format = FORMATS.find(({ isOf }) => isOf(head));
  return new (format?.open ?? ElfImage)(source, place);
}

/** The functions of an image's file, none of which is read yet. @throws MalformedImage */
export function openFunctions(file: ByteSource): FunctionNames {
  return new ElfFunctions(file);
}

/** The functions of an image's file, all of them. @throws MalformedImage */
export function readFunctions(file: ByteSource): FunctionNames {
  const functions = openFunctions(file);
  while (!functions.readOn()) {}
  return functions;
}

/** Where an image that is loaded has its unwind table; undefined where it's none for programs of 64 bits. @throws MalformedImage */
export function openUnwindTable(image: ByteSource): UnwindTable | undefined {
  return elfUnwindTable(image);
}

/** The build id of an image as it lies in memory, as hexadecimal digits; undefined where it has none. @throws MalformedImage */
export function openBuildId(image: ByteSource): string | undefined {
  return loadedBuildId(image);
}
