// Bytes to an image, whatever its format: the one place that knows which formats there are.
import type { ByteSource } from "./byte_source.js";
import { ElfImage } from "./elf.js";
import type { Image, ImagePlace } from "./image.js";
import { PeImage } from "./pe.js";

/** A format: the bytes that its files begin with, and what reads them. */
const FORMATS: readonly (readonly [string, new (source: ByteSource, place: ImagePlace) => Image])[] = [
  ["MZ", PeImage],
  ["", ElfImage],
];

/** @throws MalformedImage when the bytes are no image of a known format */
export function openImage(source: ByteSource, place: ImagePlace = { kind: "file" }): Image {
  const head = Buffer.from(source.read(0, 4)).toString("latin1");
  const [, Format] = FORMATS.find(([magic]) => head.startsWith(magic)) as (typeof FORMATS)[number];
  return new Format(source, place);
}
