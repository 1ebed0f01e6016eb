// How a function of x86-64 makes its frame. In: its first instructions. Out: how far the CFA lies above the stack pointer then. It understands what compilers put there,
// and gives up at anything else.
import { begins, ENDBR64, operandBytes } from "./calls.js";

/** Bytes at the beginning of a function that are looked at. */
export const PROLOGUE_BYTES = 128;

const PUSH_FRAME_POINTER = 0x55;
const MOVE_TO_FRAME_POINTER = [
  [0x48, 0x89, 0xe5],
  [0x48, 0x8b, 0xec],
];
const STACK_POINTER = 4;

/**
 * How far the CFA lies above the stack pointer once a function with a frame pointer has made its frame: what its first instructions push, and take from the stack
 * pointer, up to the first call or jump. 0 where they make no such frame. A function that takes more later (alloca) has another distance: whoever asks looks what lies there.
 */
export function frameBytes(code: Uint8Array): number {
  let at = begins(code, ENDBR64) ? ENDBR64.length : 0;
  let bytes = 8;
  let isSaved = false;
  let isFrame = false;
  while (at < code.length - 8) {
    const rest = code.subarray(at);
    const wide = ((rest[0] as number) & 0xf0) === 0x40 ? 1 : 0;
    const opcode = rest[wide] as number;
    if (opcode >= 0x50 && opcode <= 0x57) {
      if (opcode === PUSH_FRAME_POINTER && wide === 0) isSaved = bytes === 8;
      bytes += 8;
      at += wide + 1;
      continue;
    }
    if (isSaved && !isFrame && MOVE_TO_FRAME_POINTER.some((one) => begins(rest, one))) {
      isFrame = true;
      at += 3;
      continue;
    }
    if (opcode === 0x83 || opcode === 0x81) {
      const modrm = rest[wide + 1] as number;
      if (modrm >> 6 === 3 && (modrm & 7) === STACK_POINTER && (rest[0] as number) === 0x48) {
        // sub $n,%rsp; whatever else is done to it (and) hides the distance
        if (((modrm >> 3) & 7) !== 5 || !isFrame) return 0;
        const view = new DataView(rest.buffer, rest.byteOffset);
        return bytes + (opcode === 0x83 ? view.getInt8(3) : view.getInt32(3, true));
      }
    }
    const length = harmlessBytes(rest);
    if (length === 0) break;
    at += length;
  }
  return isFrame ? bytes : 0;
}

/** Instructions with a ModRM byte that move and compute, and the bytes of their constants. */
const WITH_OPERAND: ReadonlyMap<number, number> = new Map([
  ...[
    0x01, 0x03, 0x09, 0x0b, 0x21, 0x23, 0x29, 0x2b, 0x31, 0x33, 0x39, 0x3b, 0x63, 0x84, 0x85, 0x88, 0x89, 0x8a, 0x8b,
    0x8d,
  ].map((one) => [one, 0] as const),
  ...[0x80, 0x83, 0xc0, 0xc1, 0xc6].map((one) => [one, 1] as const),
  ...[0x81, 0xc7].map((one) => [one, 4] as const),
]);
/** The same behind 0F: moves of vectors, of bytes and words with their sign, and idle ones. */
const BEHIND_0F = [
  0x10, 0x11, 0x16, 0x1f, 0x28, 0x29, 0x57, 0x6e, 0x6f, 0x7e, 0x7f, 0xb6, 0xb7, 0xbe, 0xbf, 0xd6, 0xef,
];

/** Bytes of an instruction that leaves the stack pointer as it is and goes on to the next; 0 where it may be another. */
function harmlessBytes(code: Uint8Array): number {
  let at = 0;
  while ([0x66, 0xf2, 0xf3, 0x64, 0x65].includes(code[at] as number)) at++;
  const rex = ((code[at] as number) & 0xf0) === 0x40 ? (code[at] as number) : 0;
  if (rex !== 0) at++;
  const opcode = code[at] as number;
  if (opcode >= 0xb8 && opcode <= 0xbf) return at + ((rex & 8) !== 0 ? 9 : 5);
  if (opcode === 0x90) return at + 1;
  if (opcode === 0x0f) {
    return BEHIND_0F.includes(code[at + 1] as number) ? at + 2 + operandBytes(code, at + 2) : 0;
  }
  const constant = WITH_OPERAND.get(opcode);
  return constant === undefined ? 0 : at + 1 + operandBytes(code, at + 1) + constant;
}
