// A fat file: several Mach-O images in one, each for another processor (mach-o/fat.h, all numbers big-endian). In: a byte source. Out: where
// each image lies, and a byte source of one alone.
import { type ByteSource, viewOf } from "./byte_source.js";

const FAT_MAGIC = 0xcafebabe;
const FAT_MAGIC_64 = 0xcafebabf;
/** Java's classes begin with the same four bytes, and have a number of 45 and more behind them. */
const MOST_SLICES = 30;

export interface Slice {
  /** cputype, as in the image's own header. */
  readonly processor: number;
  readonly offset: number;
  readonly size: number;
}

/** The images of a fat file, in its order; undefined where it isn't one. */
export function slicesOf(source: ByteSource): Slice[] | undefined {
  const head = source.read(0, 8);
  if (head.length < 8) return undefined;
  const [magic, count] = [viewOf(head).getUint32(0), viewOf(head).getUint32(4)];
  if ((magic !== FAT_MAGIC && magic !== FAT_MAGIC_64) || count > MOST_SLICES) return undefined;
  const step = magic === FAT_MAGIC ? 20 : 32;
  const table = viewOf(source.read(8, count * step));
  const slices: Slice[] = [];
  for (let at = 0; at + step <= table.byteLength; at += step) {
    const [offset, size] =
      magic === FAT_MAGIC
        ? [table.getUint32(at + 8), table.getUint32(at + 12)]
        : [Number(table.getBigUint64(at + 8)), Number(table.getBigUint64(at + 16))];
    slices.push({ processor: table.getUint32(at), offset, size });
  }
  return slices;
}

/** The bytes of one image, from 0 on. */
export function sliceSource(source: ByteSource, { offset, size }: Slice): ByteSource {
  return {
    read: (position, length) =>
      position < 0 || position >= size
        ? new Uint8Array()
        : source.read(offset + position, Math.min(length, size - position)),
  };
}
