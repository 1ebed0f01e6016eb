// Frames in the fake target, in the layout in force. In: addresses and numbers of code objects. Out: chains of frames, chunks
// of a datastack, and the walk over them. It knows no code object's contents.
import { beginStack, walkStack } from "../../assembly/frames/unwind";
import { ABSENT, Layout } from "../../assembly/layouts/layout";
import { cachedAt } from "../../assembly/threads/cached_thread";
import { rawFrameAt } from "../../assembly/threads/raw_stack";
import { putField, putPointer } from "./fake_objects";
import { BASE, fill, put8, put32, putWord } from "./fake_target";

/** Two chunks, where frames lie by themselves, and code objects: 256 bytes each. */
export const CHUNK: u64 = BASE;
export const OLDER: u64 = BASE + 0x8000;
export const HEAP: u64 = BASE + 0x2_0000;
const CODE: u64 = BASE + 0x8_0000;
/** Bytes from a frame of a row to the next. */
export const STEP: u64 = 128;

/** Address of code object number `code`. */
export function codeAddress(code: u32): u64 {
  return CODE + ((code * 256) as u64);
}

/** Write a frame that runs code object number `code` and was called by the frame at `previous`. */
export function putFrame(address: u64, previous: u64, code: u32): void {
  const executable = codeAddress(code);
  putPointer(address, Layout.framePrevious, previous);
  putPointer(address, Layout.frameExecutable, executable);
  if (Layout.frameOwner != ABSENT) put8(address + (Layout.frameOwner as u64), 0);
  if (Layout.frameState != ABSENT) put8(address + (Layout.frameState as u64), Layout.frameStateExecuting);
  putField(address, Layout.frameStackTop, 1);
  if (Layout.codeAdaptive == ABSENT) put32(address + (Layout.frameInstruction as u64), 3);
  else putWord(address + (Layout.frameInstruction as u64), executable + (Layout.codeAdaptive as u64) + 6);
  if (Layout.frameIsEntry != ABSENT) put8(address + (Layout.frameIsEntry as u64), 0);
}

/** Say whose a frame is: a value of _frameowner (pycore_frame.h, 3.11+). */
export function setOwner(address: u64, owner: u32): void {
  put8(address + (Layout.frameOwner as u64), owner);
}

/** Write what a thread's stack ends with: a frame of C's, or a mark on the root. */
export function putRoot(root: u64, entry: u64): void {
  if (Layout.frameIsEntry != ABSENT) put8(root + (Layout.frameIsEntry as u64), 1);
  if (Layout.frameOwner == ABSENT || Layout.shimOwner == 255) return;
  putFrame(entry, 0, 99);
  setOwner(entry, Layout.shimOwner);
  putPointer(root, Layout.framePrevious, entry);
}

/** Write the header of a chunk of which `bytes` are in use (3.11+). */
export function putChunk(chunk: u64, previous: u64, bytes: u64): void {
  putPointer(chunk, Layout.chunkPrevious, previous);
  putPointer(chunk, Layout.chunkSize, 0x4000);
  putPointer(chunk, Layout.chunkTop, bytes / (Layout.wordSize as u64));
}

/** `count` frames in a row from `first` on, the first of them called by `previous`. Returns the newest. */
export function putRow(first: u64, count: u32, previous: u64, code: u32): u64 {
  let address = previous;
  for (let i: u32 = 0; i < count; i++) {
    const frame = first + (i as u64) * STEP;
    putFrame(frame, address, code + i);
    address = frame;
  }
  return address;
}

/** Walk thread number 0 to the end. Returns the rounds that it took. */
export function walk(frame: u64, chunk: u64, top: u64): u32 {
  const thread = cachedAt(0);
  beginStack(thread, frame, chunk, top);
  let rounds: u32 = 0;
  while (!walkStack(thread)) {
    if (fill() == 0) throw new Error("nothing is wanted, and yet it doesn't go on");
    rounds++;
  }
  return rounds;
}

/** The number of the code object that a raw frame runs. */
export function codeOf(index: u32): u32 {
  return ((rawFrameAt(index).code - CODE) / 256) as u32;
}
