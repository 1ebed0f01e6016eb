// Where the kernel has put 16 random bytes for the program that it has begun (AT_RANDOM of its auxiliary vector): an exec's are others, also where all addresses are as before. In:
// a process id. Out: their address.
import { readProcFile } from "./procfs.js";

/** elf.h; getauxval(3). */
const AT_RANDOM = 25;

/**
 * Undefined where there is none, or the process is not ours to look at.
 * @param wordSize of the program, in bytes
 */
export function seedAddress(pid: number, wordSize: number): bigint | undefined {
  let text: string;
  try {
    text = readProcFile(pid, "auxv");
  } catch {
    return undefined;
  }
  return parseSeedAddress(Buffer.from(text, "latin1"), wordSize);
}

/** @param auxv pairs of words, a type and a value each */
export function parseSeedAddress(auxv: Buffer, wordSize: number): bigint | undefined {
  const word = (at: number): bigint => (wordSize === 8 ? auxv.readBigUInt64LE(at) : BigInt(auxv.readUInt32LE(at)));
  for (let at = 0; at + 2 * wordSize <= auxv.length; at += 2 * wordSize) {
    if (word(at) === BigInt(AT_RANDOM)) return word(at + wordSize) || undefined;
  }
  return undefined;
}
