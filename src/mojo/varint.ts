// Integers as MOJO has them. In: an integer. Out: its bytes, little-endian groups behind a sign.
// First byte: bit 7 says that more follow, bit 6 is the sign, 6 bits of magnitude; then 7 bits of magnitude a byte.
// Reading is cursor.ts, because there the bytes may end in the middle.
import { NumberOutOfRange } from "./error.js";

/** Bytes of the longest varint that `writeVarint` makes: 6 bits and 7 times 7 bits cover 53. */
export const VARINT_MAX_BYTES = 8;

/**
 * Write `value` at `at`, where VARINT_MAX_BYTES bytes must be free.
 *
 * @returns the offset behind the varint
 * @throws NumberOutOfRange when `value` is not an integer within +-(2^53 - 1)
 */
export function writeVarint(bytes: Uint8Array, at: number, value: number): number {
  if (!Number.isSafeInteger(value)) throw new NumberOutOfRange(`${value} is not an integer within 2^53 of zero`);
  const sign = value < 0 ? 0x40 : 0;
  let rest = value < 0 ? -value : value;
  let next = at;
  if (rest < 64) {
    bytes[next++] = sign | rest;
    return next;
  }
  bytes[next++] = 0x80 | sign | (rest % 64);
  rest = Math.floor(rest / 64);
  while (rest > 0x7fffffff) {
    bytes[next++] = 0x80 | (rest % 128);
    rest = Math.floor(rest / 128);
  }
  while (rest > 127) {
    bytes[next++] = 0x80 | (rest & 127);
    rest >>>= 7;
  }
  bytes[next++] = rest;
  return next;
}
