// The datastack of the thread being walked (3.11+): chunks on which its frames lie one behind the other. In: the newest
// chunk and its top. Out: copies of all chunks, and of any frame on them. It knows no code objects.
import { MAX_CHUNK_BYTES, MAX_CHUNKS } from "../abi/limits";
import { CHUNKS } from "../abi/memory";
import { Layout } from "../layouts/layout";
import { word } from "../remote/read";
import { need, needEachSample } from "../remote/reads";
import { copiedOf, PENDING, UNREADABLE } from "../remote/requests";
import { FIRST } from "../remote/uses";
import { tearThread } from "./unwind_state";

/** Bytes copied beyond the top: what the stack may grow by until the next sample, and has grown by meanwhile. */
const SLACK: u32 = 1024;

/** The part of its height by which a range shrinks with each sample. */
const SLOWLY: u32 = 64;

const CHUNK_BYTES: u32 = 24; // u64 first, u64 end, u32 copy

export class Datastack {
  /** Chunks that are copied. */
  static chunks: u32 = 0;
  /** The next chunk to copy; 0 when all are here. */
  static next: u64 = 0;
  /** Where the leaf ends; 0 where there is no datastack. */
  static top: u64 = 0;
  /** Bytes in use of the newest chunk; 0 for the older ones, which say it themselves. */
  static used: u64 = 0;
  /** Where the frame met last was. */
  static last: u32 = 0;
  /** Bytes of the newest chunk to copy. */
  static copyLength: u32 = 0;

  /** Bytes of a chunk that were copied. */
  static copied(chunk: u32): u32 {
    const entry = CHUNKS + chunk * CHUNK_BYTES;
    return (load<u64>(entry, 8) - load<u64>(entry)) as u32;
  }
}

/**
 * Begin with the newest chunk and the datastack's top; 0 and 0 where there is none.
 * @param reach bytes of the newest chunk that were worth copying the last time
 */
export function beginDatastack(chunk: u64, top: u64, reach: u32): void {
  Datastack.chunks = 0;
  Datastack.last = 0;
  Datastack.used = 0;
  Datastack.next = chunk;
  Datastack.copyLength = 0;
  Datastack.top = top;
  if (chunk == 0) return;
  if (top > chunk && top - chunk <= (MAX_CHUNK_BYTES as u64)) {
    Datastack.used = top - chunk;
    // A stack that was high will be high again: it is followed down slowly.
    Datastack.copyLength = max((Datastack.used as u32) + SLACK, reach - reach / SLOWLY);
  } else {
    Datastack.next = 0;
    tearThread();
  }
}

/**
 * The copy of a chunk, made before that of its thread's state. Where memory is read, its processor's next store there waits,
 * and with it all that it stores after that: for some 100 ns the target's memory stays as it was, for others to see. Frames that
 * were copied after the thread state would mostly be those of the thread's next call or return.
 */
export function needChunk(address: u64, minimum: u32, wanted: u32): usize {
  return needEachSample(address, minimum, wanted, FIRST);
}

/** Copy the chunks. False while bytes are wanted; what can't be copied so is asked for frame by frame. */
export function copyDatastack(): bool {
  while (Datastack.next != 0) {
    const chunk = Datastack.next;
    const header = Layout.chunkData;
    let used = Datastack.used as u32;
    let wanted = Datastack.copyLength;
    if (used == 0) {
      const at = need(chunk, header, header);
      if (at == PENDING) return false;
      if (at == UNREADABLE) break;
      const words = word(at + Layout.chunkTop);
      if (words > ((MAX_CHUNK_BYTES / Layout.wordSize) as u64)) break;
      used = header + (words as u32) * Layout.wordSize;
      wanted = used;
    } else if (used < header) break;
    const at = needChunk(chunk, used, wanted);
    if (at == PENDING) return false;
    if (at == UNREADABLE || Datastack.chunks == MAX_CHUNKS) break;
    const entry = CHUNKS + Datastack.chunks++ * CHUNK_BYTES;
    store<u64>(entry, chunk);
    store<u64>(entry, chunk + (copiedOf(chunk) as u64), 8);
    store<u32>(entry, at as u32, 16);
    Datastack.next = word(at + Layout.chunkPrevious);
    Datastack.used = 0;
  }
  Datastack.next = 0;
  return true;
}

/** No chunk. */
export const NO_CHUNK: u32 = 0xffff_ffff;

export function chunkStart(chunk: u32): u64 {
  return load<u64>(CHUNKS + chunk * CHUNK_BYTES);
}

export function chunkCopy(chunk: u32): usize {
  return load<u32>(CHUNKS + chunk * CHUNK_BYTES, 16) as usize;
}

/** The chunk on whose copy a whole frame lies at `address`, the newest is 0; or NO_CHUNK. */
export function chunkOf(address: u64): u32 {
  const size = Layout.frameSize as u64;
  for (let i: u32 = 0, chunk = Datastack.last; i < Datastack.chunks; i++) {
    const entry = CHUNKS + chunk * CHUNK_BYTES;
    const first = load<u64>(entry);
    const copied = load<u64>(entry, 8) - first;
    // Not address + size: a torn pointer may be as large as can be.
    if (address >= first && address - first < copied && copied - (address - first) >= size) {
      Datastack.last = chunk;
      return chunk;
    }
    chunk = chunk + 1 == Datastack.chunks ? 0 : chunk + 1;
  }
  return NO_CHUNK;
}

/** The copy of the frame at `address`, if it lies on a chunk, above its top included; else UNREADABLE. */
export function datastackFrame(address: u64): usize {
  const chunk = chunkOf(address);
  if (chunk == NO_CHUNK) return UNREADABLE;
  return chunkCopy(chunk) + ((address - chunkStart(chunk)) as usize);
}
