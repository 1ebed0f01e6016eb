// Where an emulator keeps the program that it runs. In: an image of that program, and where it is mapped. Out: what to add
// to an address of the program to get the process's. It knows no emulator: what the program itself takes for its own
// address tells it.
import type { LiveMemory } from "../memory/live.js";
import type { ImageFacts } from "./image_facts.js";

/**
 * The guest base of an image whose load bias in the process is `bias`. An image that must lie where it was linked lies
 * there in the eyes of the program; another has a pointer to itself, which the program's dynamic linker has adjusted.
 * Where none has, the program has the process's addresses, as QEMU has it for programs of 64 bits if it can.
 *
 * @throws TargetLost, AccessDenied
 */
export function guestBaseOf(memory: Pick<LiveMemory, "read">, facts: ImageFacts, bias: bigint): bigint {
  const { isFixed, ownPointer, wordSize } = facts;
  if (isFixed) return bias;
  if (ownPointer === undefined) return 0n;
  const bytes = memory.read(bias + BigInt(ownPointer.address), wordSize);
  if (bytes.length < wordSize) return 0n;
  const view = new DataView(bytes.buffer, bytes.byteOffset, wordSize);
  const pointer = wordSize === 8 ? view.getBigUint64(0, true) : BigInt(view.getUint32(0, true));
  const own = pointer - BigInt(ownPointer.linked);
  return own > 0n && own <= bias ? bias - own : 0n;
}
