// Bytes to an image, whatever its format: the one place that knows which formats there are.
import type { ByteSource } from "./byte_source.js";
import { ElfImage } from "./elf.js";
import type { Image, ImagePlace } from "./image.js";

/** @throws MalformedImage when the bytes are no image of a known format */
export function openImage(source: ByteSource, place: ImagePlace = { kind: "file" }): Image {
  return new ElfImage(source, place);
}
