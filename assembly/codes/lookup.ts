// The code objects of the sample's frames. In: the threads' stacks. Out: each frame's entry, new code objects read, and how many
// leading frames of a stack have theirs. It knows nothing of how a code object is read (objects/codes.ts) or compared later
// (comparison.ts).
import { MAX_NEW_CODES } from "../abi/limits";
import { NEW_CODES } from "../abi/memory";
import { ABSENT, Layout } from "../layouts/layout";
import {
  CODE_FAILED,
  CODE_NEW,
  CODE_READY,
  codeAt,
  findCode,
  isKnown,
  NO_CODE,
  newCode,
  readCode,
  startReading,
} from "../objects/codes";
import { isNewBytecode, readBytecode } from "../objects/local_bytecode";
import { Attempt, tearAttempt } from "../threads/attempt";
import { CachedThread, cachedAt, frameOf } from "../threads/cached_thread";
import { bytecodeIndexOf, instructionOf, isOutside, NO_FRAME, RawFrame } from "../threads/raw_frame";
import { markUsed } from "./used_codes";

export class CodeReads {
  /** Code objects being read in this attempt. */
  static count: u32 = 0;
}

/** Begin an attempt. */
export function beginCodeReads(): void {
  CodeReads.count = 0;
}

/** Find the entry of each frame's code object where it isn't known, and list those to be read. */
export function findEntries(): void {
  for (let i: u32 = 0; i < Attempt.threads; i++) {
    const thread = cachedAt(i);
    for (let f = thread.resolved; f < thread.count; f++) {
      const frame = frameOf(thread, f);
      if (frame.code == NO_FRAME) continue;
      if (frame.entry == NO_CODE || codeAt(frame.entry).state != CODE_READY) frame.entry = findOrList(frame.code);
    }
    if (thread.unknownCallee != 0) readUnknownCallee(thread.unknownCallee);
  }
}

/**
 * Read the code object of what may be a frame, above a leaf, so that the next copy can tell. Functions that are too short to be seen
 * leave such frames behind. What is none is read once.
 */
function readUnknownCallee(address: u64): void {
  const entry = findCode(address);
  if (entry == NO_CODE || codeAt(entry).replaced != 0) findOrList(address);
}

function findOrList(address: u64): u32 {
  let entry = findCode(address);
  if (entry != NO_CODE) {
    const code = codeAt(entry);
    if (code.readAt == Attempt.serial || isKnown(entry)) return entry;
    if (code.state != CODE_READY) {
      // Never keep a failed read: what could not be read at one moment may be readable at the next.
      startReading(code, address, Attempt.serial);
      return list(entry);
    }
  }
  entry = newCode(address, Attempt.serial);
  return entry == NO_CODE ? entry : list(entry);
}

function list(entry: u32): u32 {
  if (CodeReads.count < MAX_NEW_CODES) {
    store<u32>(NEW_CODES + CodeReads.count++ * 4, entry);
  } else {
    codeAt(entry).state = CODE_FAILED;
  }
  return entry;
}

/** Read the code objects that are new, and where the threads' own copies of bytecode lie. False while bytes are wanted. */
export function readCodes(): bool {
  let all = true;
  for (let i: u32 = 0; i < CodeReads.count; i++) {
    const code = codeAt(load<u32>(NEW_CODES + i * 4));
    if (code.state == CODE_NEW && !readCode(code)) all = false;
  }
  if (Layout.codeTlbc != ABSENT && !readBytecodes()) all = false;
  return all;
}

function readBytecodes(): bool {
  let all = true;
  for (let i: u32 = 0; i < Attempt.threads; i++) {
    const thread = cachedAt(i);
    for (let f = thread.resolved; f < thread.count; f++) {
      const frame = frameOf(thread, f);
      const index = bytecodeIndexOf(frame);
      if (index == 0 || frame.entry == NO_CODE || codeAt(frame.entry).state != CODE_READY) continue;
      if (!readBytecode(frame.entry, index, Attempt.serial)) all = false;
    }
  }
  return all;
}

/**
 * Whether the frame's code, or the copy of its bytecode, was read in this attempt, later than the frame was. Only the next
 * attempt can tell; but a frame of a thread that is held has its code object as long.
 */
export function isReadAfterFrame(thread: CachedThread, frame: RawFrame): bool {
  if (thread.codesHeld != 0) return false;
  if (codeAt(frame.entry).readAt == Attempt.serial) return true;
  const index = bytecodeIndexOf(frame);
  return index != 0 && isNewBytecode(frame.entry, index, Attempt.serial);
}

/**
 * Whether each frame's code object was known before the frame was copied, and has its instruction; else it's torn.
 * @param held whether the thread was held off its processor until they were read
 */
export function resolve(thread: CachedThread, held: bool): void {
  thread.codesHeld = held ? 1 : 0;
  let whole = true;
  let torn = false;
  for (let i = thread.resolved; i < thread.count; i++) {
    const frame = frameOf(thread, i);
    if (frame.entry == NO_CODE) {
      whole = false;
      continue;
    }
    const code = codeAt(frame.entry);
    if (code.state != CODE_READY || isReadAfterFrame(thread, frame)) {
      torn = true;
      whole = false;
      continue;
    }
    markUsed(frame);
    // A leaf whose instruction is outside its code is being made: its caller is the leaf.
    if (isOutside(code, instructionOf(frame))) {
      whole = false;
      if (i + 1 < thread.count) torn = true;
    }
    if (whole) thread.resolved = i + 1;
  }
  if (!torn) return;
  thread.torn = 1;
  tearAttempt();
}
