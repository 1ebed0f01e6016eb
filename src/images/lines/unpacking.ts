// How packed parts of an image are unpacked: whoever opens it brings what does that, as nothing here knows a library.

/** By what a part is packed. */
export type Packing = "zlib" | "zstd";

/**
 * @param size bytes that come of it, as the image says
 * @returns undefined where they can't be had: damaged, more than that, or packed by what nobody here unpacks
 */
export type Unpack = (packed: Uint8Array, packing: Packing, size: number) => Uint8Array | undefined;
