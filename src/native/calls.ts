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

/** A stub that jumps to where another module's function lies: FF /4 by rip, behind ENDBR64 or a BND prefix. */
export const STUB_BYTES = 7;
export const ENDBR64 = [0xf3, 0x0f, 0x1e, 0xfa];

export function isStub(bytes: Uint8Array): boolean {
  const at = begins(bytes, ENDBR64) ? ENDBR64.length : 0;
  const jump = bytes[at] === 0xf2 ? at + 1 : at;
  return bytes[jump] === 0xff && bytes[jump + 1] === 0x25;
}

export function begins(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}

/** Bytes of an indirect near call that begins with FF; 0 where it's none. */
function lengthOf(bytes: Uint8Array): number {
  return (((bytes[1] ?? 0) >> 3) & 7) === 2 ? 1 + operandBytes(bytes, 1) : 0;
}

/** Bytes of a ModRM byte and what belongs to it: SIB and displacement (volume 2, 2.1.5). */
export function operandBytes(bytes: Uint8Array, at: number): number {
  const modrm = bytes[at] ?? 0;
  const mode = modrm >> 6;
  const base = modrm & 7;
  if (mode === 3) return 1;
  const sib = base === 4 ? 1 : 0;
  const sibBase = sib === 1 ? (bytes[at + 1] ?? 0) & 7 : 0;
  if (mode === 1) return 2 + sib;
  if (mode === 2) return 5 + sib;
  return base === 5 || (sib === 1 && sibBase === 5) ? 5 + sib : 1 + sib;
}
