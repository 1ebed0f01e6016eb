// Where an image's bytes come from: a file, or the memory of a process that has it loaded. The parsers read through
// this alone and never hold a whole image.

/** Random access to bytes. */
export interface ByteSource {
  /** Up to `length` bytes at `position`; fewer where there are no more. Never throws for a position out of range. */
  read(position: number, length: number): Uint8Array;
}

/** Bytes whose number is known. */
export interface SizedBytes extends ByteSource {
  readonly size: number;
}

/** The bytes are not an image of the format asked for, or break its rules. */
export class MalformedImage extends Error {
  override readonly name = "MalformedImage";
}

/** A view on the bytes of one read. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
