// What the parts of a PE image are read with: where a table lies, and bytes that must be there.
import { type ByteSource, MalformedImage } from "./byte_source.js";

/** An address and how many bytes the table has; 0 for one that isn't there. */
export interface Directory {
  readonly address: number;
  readonly size: number;
}

/** @throws MalformedImage where there are fewer */
export function exactly(source: ByteSource, position: number, length: number): Uint8Array {
  const bytes = source.read(position, length);
  if (bytes.length < length) throw new MalformedImage(`${bytes.length} bytes at ${position}, not ${length}`);
  return bytes;
}
