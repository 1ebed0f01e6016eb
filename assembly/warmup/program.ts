// A program that never ran, to be sampled before a real one is: an interpreter, a thread and its calls, in this decoder's own
// memory, as the layout in force has them. In: a move's number. Out: bytes. V8 compiles what is used, when it is used: after
// a few hundred samples of this, the decoder and what calls it are compiled, and no tick of a real program pays for that.
import { ABSENT, FRAME_OBJECT_BYTES, FRAME_OBJECT_UNITS, Layout, TABLE_LINES, TABLE_LNOTAB } from "../layouts/layout";

/** More than any struct of a table's layout takes, up to the last field that is read. */
const STRUCT_BYTES: u32 = 20_480;
const CHUNK_BYTES: u32 = 8_192;
const FRAME_BYTES: u32 = 512;
const CODE_BYTES: u32 = 1_024;
const TEXT_BYTES: u32 = 128;
const FUNCTIONS: u32 = 24;
const MOST_CALLS: u32 = 16;
const FEWEST_CALLS: u32 = 3;
/** Code units of a function, each on a line of its own. */
const UNITS: u32 = 8;
const LOCALS: u32 = 1;
const STACK_SIZE: u32 = 3;
/** Where glibc keeps the thread id within struct pthread of 64 bits. */
const PTHREAD_ID: u32 = 720;
/** Anywhere behind the fields of a thread state that are read. */
const THREAD_CFRAME: u32 = 2_048;

const RUNTIME: usize = heap.alloc(STRUCT_BYTES);
const INTERPRETER: usize = heap.alloc(STRUCT_BYTES);
const THREAD: usize = heap.alloc(STRUCT_BYTES);
const GIL: usize = heap.alloc(256);
const PTHREAD: usize = heap.alloc(1_024);
const CHUNK: usize = heap.alloc(CHUNK_BYTES);
/** The shim below the first frame. */
const SHIM: usize = heap.alloc(FRAME_BYTES);
/** Frames on the heap (3.9, 3.10), by their depth. */
const FRAMES: usize = heap.alloc(MOST_CALLS * FRAME_BYTES);
const CODES: usize = heap.alloc(FUNCTIONS * CODE_BYTES);
/** Name, location table and bytecode of each. */
const NAMES: usize = heap.alloc(FUNCTIONS * TEXT_BYTES);
const TABLES: usize = heap.alloc(FUNCTIONS * TEXT_BYTES);
const BYTECODES: usize = heap.alloc(FUNCTIONS * TEXT_BYTES);
const FILENAME: usize = heap.alloc(TEXT_BYTES);
const CODE_TYPE: usize = heap.alloc(256);
const TYPE_NAME: usize = heap.alloc(16);

/** Address of `_PyRuntime`. */
export const WARM_UP_RUNTIME: usize = RUNTIME;

/** Whether the layout in force is one of a table, for 64 bits: the others lack figures of their targets. */
function isKnown(): bool {
  return Layout.wordSize == 8 && !Layout.freeThreaded && Layout.codeFilename != ABSENT;
}

function put(at: usize, field: u32, value: u64): void {
  if (field != ABSENT) store<u64>(at + field, value);
}

function put32(at: usize, field: u32, value: u32): void {
  if (field != ABSENT) store<u32>(at + field, value);
}

function put8(at: usize, field: u32, value: u32): void {
  if (field != ABSENT) store<u8>(at + field, value as u8);
}

/** A compact ASCII str: a letter, and the number in two digits. */
function putName(at: usize, letter: u32, number: u32): void {
  put(at, Layout.unicodeLength, 3);
  const state = (1 << Layout.unicodeKindShift) | (1 << Layout.unicodeCompactShift) | (1 << Layout.unicodeAsciiShift);
  put32(at, Layout.unicodeState, state);
  put8(at, Layout.unicodeAsciiData, letter);
  put8(at, Layout.unicodeAsciiData + 1, 48 + number / 10);
  put8(at, Layout.unicodeAsciiData + 2, 48 + (number % 10));
}

function putTable(at: usize): void {
  const data = at + Layout.bytesData;
  let length: u32 = 0;
  for (let unit: u32 = 0; unit < UNITS; unit++) {
    if (Layout.tableKind == TABLE_LNOTAB || Layout.tableKind == TABLE_LINES) {
      store<u8>(data + length, 2);
      store<u8>(data + length + 1, 1);
      length += 2;
    } else {
      // The long form, of one unit: line delta, line end delta, column + 1, column end + 1 (Objects/locations.md).
      store<u8>(data + length, 0x80 | (14 << 3));
      store<u8>(data + length + 1, 2);
      store<u8>(data + length + 2, 0);
      store<u8>(data + length + 3, 5);
      store<u8>(data + length + 4, 9);
      length += 5;
    }
  }
  put(at, Layout.bytesSize, length);
}

function codeOf(number: u32): usize {
  return CODES + number * CODE_BYTES;
}

/** Words of a frame on the datastack. */
function frameWords(): u32 {
  return Layout.frameLocals / Layout.wordSize + LOCALS + STACK_SIZE;
}

function putCode(number: u32): void {
  const at = codeOf(number);
  const name = NAMES + number * TEXT_BYTES;
  const table = TABLES + number * TEXT_BYTES;
  const bytecode = BYTECODES + number * TEXT_BYTES;
  putName(name, 102, number);
  putTable(table);
  put(bytecode, Layout.bytesSize, UNITS * 2);
  put(at, Layout.objectType, CODE_TYPE);
  put(at, Layout.codeFilename, FILENAME);
  put(at, Layout.codeName, name);
  put(at, Layout.codeQualname, name);
  put(at, Layout.codeTable, table);
  put(at, Layout.codeBytes, bytecode);
  put32(at, Layout.codeFirstLine, 10 * number + 1);
  put32(at, Layout.codeFlags, 3);
  put32(at, Layout.codeStackSize, STACK_SIZE);
  put(at, Layout.codeUnits, UNITS);
  put32(at, Layout.codeLocalsCount, LOCALS);
  put32(at, Layout.codeFrameSize, frameWords());
  put32(at, Layout.codeVersion, number + 1);
}

/** Where the frame at a depth lies. */
function frameAt(depth: u32): usize {
  if (Layout.threadDatastackChunk == ABSENT) return FRAMES + depth * FRAME_BYTES;
  // The oldest chunk's first slot is never used.
  return CHUNK + Layout.chunkData + Layout.wordSize + depth * frameWords() * Layout.wordSize;
}

function putFrame(depth: u32, number: u32, unit: u32, isLeaf: bool): void {
  const at = frameAt(depth);
  const code = codeOf(number);
  const previous: usize = depth > 0 ? frameAt(depth - 1) : Layout.shimOwner != 255 ? SHIM : 0;
  put(at, Layout.framePrevious, previous);
  put(at, Layout.frameExecutable, code);
  put8(at, Layout.frameOwner, 0);
  put8(at, Layout.frameIsEntry, depth == 0 ? 1 : 0);
  put8(at, Layout.frameState, Layout.frameStateExecuting);
  put32(at, Layout.frameStackTop, isLeaf ? -1 : 1);
  if (Layout.frameKind == FRAME_OBJECT_BYTES) put32(at, Layout.frameInstruction, unit * 2);
  else if (Layout.frameKind == FRAME_OBJECT_UNITS) put32(at, Layout.frameInstruction, unit);
  else put(at, Layout.frameInstruction, code + Layout.codeAdaptive + unit * 2);
}

/**
 * Write the program as it stands at first.
 * @param nativeId of a thread that its one thread is to be taken for
 * @returns false where the layout in force is none that it can be written in
 */
export function startWarmUp(nativeId: u32): bool {
  if (!isKnown()) return false;
  put(RUNTIME, Layout.runtimeInterpretersHead, INTERPRETER);
  put(INTERPRETER, Layout.interpreterId, 0);
  put(INTERPRETER, Layout.interpreterNext, 0);
  put(INTERPRETER, Layout.interpreterThreadsHead, THREAD);
  put(INTERPRETER, Layout.interpreterGil, GIL);
  const gil = Layout.runtimeGil != ABSENT ? RUNTIME + Layout.runtimeGil : GIL;
  put(gil, Layout.gilHolder, THREAD);
  put32(gil, Layout.gilHolder + Layout.wordSize, 1);
  put(gil, Layout.gilSwitches, 1);
  put(THREAD, Layout.threadInterpreter, INTERPRETER);
  put(THREAD, Layout.threadId, PTHREAD);
  put(THREAD, Layout.threadNativeId, nativeId);
  put(THREAD, Layout.threadCFrame, THREAD + THREAD_CFRAME);
  store<u32>(PTHREAD + PTHREAD_ID, nativeId);
  put(CODE_TYPE, Layout.bytesSize + Layout.wordSize, TYPE_NAME);
  store<u32>(TYPE_NAME, 0x65646f63); // "code"
  putName(FILENAME, 109, 0);
  for (let number: u32 = 0; number < FUNCTIONS; number++) putCode(number);
  put(SHIM, Layout.frameExecutable, codeOf(0));
  put8(SHIM, Layout.frameOwner, Layout.shimOwner);
  put(CHUNK, Layout.chunkSize, CHUNK_BYTES);
  put(THREAD, Layout.threadDatastackChunk, CHUNK);
  moveWarmUp(0);
  return true;
}

/** Call and return: another number, another stack. Its first moves show every function, later ones new calls of theirs. */
export function moveWarmUp(move: u32): void {
  const calls = FEWEST_CALLS + ((move * 5) % (MOST_CALLS - FEWEST_CALLS + 1));
  const round = (move >> 4) % FUNCTIONS;
  for (let depth: u32 = 0; depth < calls; depth++) {
    const number = depth < FEWEST_CALLS - 1 ? depth : (depth + round) % FUNCTIONS;
    const isLeaf = depth == calls - 1;
    putFrame(depth, number, isLeaf ? 1 + (move % (UNITS - 1)) : 1, isLeaf);
  }
  // What has returned does not run.
  for (let depth = calls; depth < MOST_CALLS; depth++) put32(frameAt(depth), Layout.frameStackTop, 1);
  const leaf = frameAt(calls - 1);
  put(THREAD, Layout.threadCurrentFrame, leaf);
  if (Layout.threadCFrame != ABSENT) put(THREAD + THREAD_CFRAME, Layout.cframeCurrentFrame, leaf);
  const top = frameAt(calls);
  put(CHUNK, Layout.chunkTop, ((top - CHUNK - Layout.chunkData) / Layout.wordSize) as u64);
  put(THREAD, Layout.threadDatastackTop, top);
}
