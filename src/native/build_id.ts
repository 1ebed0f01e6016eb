// Which build of a file a process has mapped, by what is loaded of it: the file may have been replaced since. In: its first mapping, and the process's memory. Out: hexadecimal
// digits.
import type { Mapping } from "../host/index.js";
import { MalformedImage } from "../images/byte_source.js";
import { openBuildId } from "../images/open.js";
import type { LiveMemory } from "../memory/live.js";
import { AccessDenied, TargetLost } from "../memory/source.js";

/** Headers and notes lie within this, with nearly all linkers. */
const HEAD_BYTES = 4096;

/** Undefined where the mapping is not a file's first, or the file has no build id, or can't be read. */
export function buildIdOf({ start, offset, inode }: Mapping, memory: LiveMemory): string | undefined {
  if (offset !== 0 || inode === 0) return undefined;
  try {
    const head = memory.read(start, HEAD_BYTES);
    // Notes may lie in a later mapping: patchelf puts a page before all else.
    const read = (position: number, length: number): Uint8Array => {
      if (position + length <= head.length) return head.subarray(position, position + length);
      return position < 0 ? new Uint8Array() : memory.read(start + BigInt(position), length);
    };
    return openBuildId({ read });
  } catch (error) {
    if ([MalformedImage, TargetLost, AccessDenied].some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}
