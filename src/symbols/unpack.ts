// What unpacks parts of images. In: packed bytes. Out: bytes, never more than the image says.
import zlib from "node:zlib";
import type { Packing, Unpack } from "../images/lines/unpacking.js";

type Decompress = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Uint8Array;

/** Node has zstd from 22.15 on. */
const ways: Readonly<Record<Packing, Decompress | undefined>> = {
  zlib: zlib.inflateSync,
  zstd: (zlib as { readonly zstdDecompressSync?: Decompress }).zstdDecompressSync,
};

export const unpack: Unpack = (packed, packing, size) => {
  try {
    const bytes = ways[packing]?.(packed, { maxOutputLength: Math.max(1, size) });
    return bytes?.length === size ? bytes : undefined;
  } catch {
    return undefined;
  }
};
