// The frames of one thread, leaf first. In: a thread state's copy. Out: raw frames and reasons. It goes on where
// it was when bytes come late. It knows frames' links, not code objects' contents.
import { MAX_CHUNK_BYTES, MAX_CHUNKS, MAX_FRAMES } from "../abi/limits";
import { CHUNKS } from "../abi/memory";
import { REASON_CYCLE, REASON_FRAME_UNREADABLE, REASON_TOO_DEEP } from "../abi/reasons";
import { ABSENT, FRAME_OBJECT_BYTES, FRAME_OBJECT_UNITS, Layout } from "../layouts/layout";
import { need, needPlanned, PENDING, Ranges, UNREADABLE } from "../remote/ranges";
import { i32At, u8At, word } from "../remote/read";
import { NO_FRAME, rawFrameAt, Walk } from "./state";

/** Bytes copied beyond the datastack's top: what it may grow by until the next sample. */
const SLACK: u32 = 1024;

const CHUNK_BYTES: u32 = 24; // u64 first, u64 end, u32 copy

export class Stack {
  /** The stack's first raw frame. */
  static first: u32 = 0;
  static reasons: u32 = 0;
  /** The next frame to look at; 0 at the root. */
  static next: u64 = 0;
  /** The next chunk to copy; 0 when all are here. */
  static chunk: u64 = 0;
  /** Bytes in use of the newest chunk; 0 for the older ones, which say it themselves. */
  static chunkUsed: u64 = 0;
  static chunks: u32 = 0;
  static lastChunk: u32 = 0;
  // Brent's algorithm: a frame to compare with, renewed at powers of two
  static landmark: u64 = 0;
  static steps: u32 = 0;
  static limit: u32 = 1;
}

/** Begin with a thread whose newest frame is `frame`; `chunk` and `top` describe its datastack (3.11+, else 0). */
export function beginStack(frame: u64, chunk: u64, top: u64): void {
  Stack.first = Walk.frames;
  Stack.reasons = 0;
  Stack.next = frame;
  Stack.chunk = frame == 0 ? 0 : chunk;
  Stack.chunkUsed = 0;
  if (Stack.chunk != 0) {
    if (top > chunk && top - chunk <= (MAX_CHUNK_BYTES as u64)) {
      Stack.chunkUsed = top - chunk;
    } else {
      Stack.chunk = 0;
      Walk.torn = true;
    }
  }
  Stack.chunks = 0;
  Stack.lastChunk = 0;
  Stack.landmark = 0;
  Stack.steps = 0;
  Stack.limit = 1;
}

/** Go on. False while bytes are wanted; true at the root, or where it can't be reached. */
export function walkStack(): bool {
  return copyChunks() && followFrames();
}

function copyChunks(): bool {
  while (Stack.chunk != 0) {
    const header = Layout.chunkData;
    let used = Stack.chunkUsed as u32;
    let wanted = used + SLACK;
    if (used == 0) {
      const at = need(Stack.chunk, header, header);
      if (at == PENDING) return false;
      if (at == UNREADABLE) break;
      const words = word(at + Layout.chunkTop);
      if (words > ((MAX_CHUNK_BYTES / Layout.wordSize) as u64)) break;
      used = header + (words as u32) * Layout.wordSize;
      wanted = used;
    } else if (used < header) break;
    const at = needPlanned(Stack.chunk, used, wanted);
    if (at == PENDING) return false;
    if (at == UNREADABLE || Stack.chunks == MAX_CHUNKS) break;
    const entry = CHUNKS + Stack.chunks++ * CHUNK_BYTES;
    store<u64>(entry, Stack.chunk);
    store<u64>(entry, Stack.chunk + (used as u64), 8);
    store<u32>(entry, at as u32, 16);
    Stack.chunk = word(at + Layout.chunkPrevious);
    Stack.chunkUsed = 0;
  }
  // What could not be copied here is asked for frame by frame.
  Stack.chunk = 0;
  return true;
}

function frameAt(address: u64): usize {
  const size = Layout.frameSize;
  for (let i: u32 = 0, entry = Stack.lastChunk; i < Stack.chunks; i++) {
    const chunk = CHUNKS + entry * CHUNK_BYTES;
    const first = load<u64>(chunk);
    const used = load<u64>(chunk, 8) - first;
    // Not address + size: a torn pointer may be as large as can be.
    if (address >= first && address - first < used && used - (address - first) >= (size as u64)) {
      Stack.lastChunk = entry;
      return (load<u32>(chunk, 16) as usize) + ((address - first) as usize);
    }
    entry = entry + 1 == Stack.chunks ? 0 : entry + 1;
  }
  return needPlanned(address, size, size);
}

function followFrames(): bool {
  while (Stack.next != 0) {
    const address = Stack.next;
    if (Walk.frames >= MAX_FRAMES - 1) return breakOff(REASON_TOO_DEEP);
    const at = frameAt(address);
    if (at == PENDING) return false;
    if (at == UNREADABLE) return breakOff(Ranges.exhausted ? REASON_TOO_DEEP : REASON_FRAME_UNREADABLE);
    if (address == Stack.landmark) return breakOff(REASON_CYCLE);
    if (++Stack.steps == Stack.limit) {
      Stack.landmark = address;
      Stack.limit <<= 1;
      Stack.steps = 0;
    }
    if (!take(at)) return breakOff(REASON_FRAME_UNREADABLE);
    Stack.next = word(at + Layout.framePrevious);
  }
  return true;
}

/** Note a frame. False for a dead one that others stand on: the copy joins two moments. */
function take(at: usize): bool {
  const owner = Layout.frameOwner != ABSENT ? u8At(at + Layout.frameOwner) : 0;
  if (owner >= Layout.shimOwner) return true;
  const code = word(at + Layout.frameExecutable) & ~(Layout.tagMask as u64);
  // A frame that has returned since the thread state was copied (3.14+ clears its code): its caller is the leaf.
  if (code == 0) return Walk.frames == Stack.first;
  const frame = rawFrameAt(Walk.frames++);
  frame.code = code;
  frame.generator = owner == Layout.generatorOwner ? 1 : 0;
  const instruction = at + Layout.frameInstruction;
  frame.instruction =
    Layout.frameKind == FRAME_OBJECT_BYTES || Layout.frameKind == FRAME_OBJECT_UNITS
      ? (i32At(instruction) as i64)
      : ((word(instruction) - code) as i64);
  return true;
}

/** The way to the root is lost: an invalid frame stands for what is missing; in a circle, for all of it. */
function breakOff(reason: u32): bool {
  Stack.reasons |= reason;
  Stack.next = 0;
  if (reason == REASON_CYCLE) Walk.frames = Stack.first;
  if (reason != REASON_TOO_DEEP) Walk.torn = true;
  if (Walk.frames == MAX_FRAMES) return true;
  const frame = rawFrameAt(Walk.frames++);
  frame.code = NO_FRAME;
  return true;
}
