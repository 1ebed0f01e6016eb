// Calls of x86-64 (Intel's manual, volume 2, CALL). In: the bytes that end where a call may return to. Out: whether a call stands there, and of what.
import type { CallBefore } from "./unwinder.js";

/** Bytes of the longest call: FF /2 with a prefix, SIB and a displacement of 32 bits. */
export const LONGEST_CALL = 8;
const NONE: CallBefore = { kind: "none", target: 0n };
const INDIRECT: CallBefore = { kind: "indirect", target: 0n };

/** @param before the bytes that lie before `address` */
export function callBefore(before: Uint8Array, address: bigint): CallBefore {
  const end = before.length;
  if (end >= 5 && before[end - 5] === 0xe8) {
    const distance = new DataView(before.buffer, before.byteOffset + end - 4, 4).getInt32(0, true);
    return { kind: "direct", target: BigInt.asUintN(64, address + BigInt(distance)) };
  }
  for (let length = 2; length <= 7 && length <= end; length++) {
    if (before[end - length] === 0xff && lengthOf(before.subarray(end - length)) === length) return INDIRECT;
  }
  return NONE;
}

/** Bytes of an indirect near call that begins with FF; 0 where it's none. */
function lengthOf(bytes: Uint8Array): number {
  const modrm = bytes[1] ?? 0;
  if (((modrm >> 3) & 7) !== 2) return 0;
  const mode = modrm >> 6;
  const base = modrm & 7;
  if (mode === 3) return 2;
  const sib = base === 4 ? 1 : 0;
  const sibBase = sib === 1 ? (bytes[2] ?? 0) & 7 : 0;
  if (mode === 1) return 3 + sib;
  if (mode === 2) return 6 + sib;
  return base === 5 || (sib === 1 && sibBase === 5) ? 6 + sib : 2 + sib;
}
