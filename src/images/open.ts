// Bytes to an image, whatever its format: the one place that knows which formats there are.
import type { ByteSource } from "./byte_source.js";
import { ElfImage } from "./elf.js";
import { ElfFunctions } from "./elf_functions.js";
import { elfUnwindTable } from "./elf_unwind_table.js";
import type { FunctionNames, Image, ImagePlace, UnwindTable } from "./image.js";

/** @throws MalformedImage when the bytes are no image of a known format */
export function openImage(source: ByteSource, place: ImagePlace = { kind: "file" }): Image {
  return new ElfImage(source, place);
}

/** The functions of an image's file. @throws MalformedImage */
export function openFunctions(file: ByteSource): FunctionNames {
  return new ElfFunctions(file);
}

/** Where an image that is loaded has its unwind table; undefined where it's none for programs of 64 bits. @throws MalformedImage */
export function openUnwindTable(image: ByteSource): UnwindTable | undefined {
  return elfUnwindTable(image);
}
