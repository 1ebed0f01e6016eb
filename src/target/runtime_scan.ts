// A runtime that nothing names: no symbol, no section, no debug offsets (up to 3.12). In: the writable memory of an
// image. Out: addresses where `_PyRuntime` could start, few and the likeliest first; the caller knows the layouts and
// decides.
import type { LoadedImage } from "../host/index.js";
import type { LiveMemory } from "../memory/live.js";

const CHUNK_BYTES = 1 << 20;
const MAX_BYTES = 64 << 20;
/** Fewer bytes than this lie between the runtime's start and its list of interpreters. */
const MAX_PROLOGUE_BYTES = 64;
const MAX_INTERPRETERS = 1 << 16;
/** Nothing is mapped below. */
const LOWEST_ADDRESS = 0x1000;

/**
 * The list of interpreters is four words: a lock, the first interpreter, the main one, and the next id. For each place
 * that looks so, propose starts from the farthest on: with one interpreter the second and the third word are equal, and
 * so the start that takes the third for the second comes after the right one.
 *
 * @throws TargetLost, AccessDenied
 */
export function* proposeRuntimes(memory: LiveMemory, loaded: LoadedImage, wordSize: 4 | 8): Generator<bigint> {
  let left = MAX_BYTES;
  for (const { start, end } of loaded.writable) {
    for (let at = start; at < end && left > 0; at += BigInt(CHUNK_BYTES), left -= CHUNK_BYTES) {
      const rest = Number(end - at);
      const bytes = memory.read(at, Math.min(rest, CHUNK_BYTES + 8 * wordSize));
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      for (const list of interpreterLists(view, wordSize)) {
        for (let prologue = MAX_PROLOGUE_BYTES; prologue >= 0; prologue -= wordSize) {
          yield at + BigInt(list - prologue);
        }
      }
    }
  }
}

function* interpreterLists(view: DataView, wordSize: 4 | 8): Generator<number> {
  const isPointer = (at: number) =>
    wordSize === 4
      ? view.getUint32(at, true) >= LOWEST_ADDRESS && view.getUint32(at, true) % 4 === 0
      : view.getUint32(at + 4, true) < 0x10000 &&
        view.getUint32(at, true) % 8 === 0 &&
        (view.getUint32(at + 4, true) > 0 || view.getUint32(at, true) >= LOWEST_ADDRESS);
  const isCount = (at: number) => {
    const low = view.getUint32(at, true);
    return low > 0 && low <= MAX_INTERPRETERS && view.getUint32(at + 4, true) === 0;
  };
  const last = view.byteLength - 3 * wordSize - 12;
  for (let at = 0; at <= last; at += wordSize) {
    const count = at + 3 * wordSize;
    // A 64-bit number may be aligned to more than a 32-bit word.
    if (!isCount(count) && !(wordSize === 4 && view.getUint32(count, true) === 0 && isCount(count + 4))) continue;
    if (isPointer(at) && isPointer(at + wordSize) && isPointer(at + 2 * wordSize)) yield at;
  }
}
