// The code objects of the sample's frames. In: the threads' stacks. Out: each frame's entry, new code objects read; and at
// a checkpoint, whether those that were used since the last one are still what they were. A code object that was known
// before a frame was copied, and is the same afterwards, is the one that the frame ran.
import { MAX_CODES, MAX_NEW_CODES, MAX_REQUESTS } from "../abi/limits";
import { INTERPRETERS, NEW_CODES } from "../abi/memory";
import { ABSENT, Layout } from "../layouts/layout";
import {
  CODE_FAILED,
  CODE_NEW,
  CODE_READY,
  codeAt,
  compareCode,
  findCode,
  isKnown,
  NO_CODE,
  newCode,
  readCode,
  startReading,
} from "../objects/codes";
import { compareBytecodes, isNewBytecode, readBytecode, useBytecode } from "../objects/local_bytecode";
import { requestGuards } from "../remote/prefetch";
import { u32At, u64At } from "../remote/read";
import { copyOf, PENDING, Requests, request, UNREADABLE } from "../remote/requests";
import { isReliable, judgeCounter, noteCounter } from "./code_counter";
import { counterOffset, counterSize } from "./fields";
import { bytecodeIndexOf, instructionOf, isOutside, NO_FRAME, RawFrame, Walk } from "./state";
import { frameOf, Memory, memoryAt } from "./threads";

// Entries of the code objects used since the last checkpoint.
const USED: usize = heap.alloc(MAX_CODES * 4);

export class KnownCodes {
  /** Code objects being read in this attempt. */
  static reading: u32 = 0;
  /** A code object is another one than that which samples since the last checkpoint may have used. */
  static revoked: bool = false;
  static used: u32 = 0;
  /** Number of the checkpoint to come; marks code objects as used. */
  static batch: u32 = 1;
}

class Epoch {
  /** Sum of the interpreters' code counters before the frames were copied, plus 1; 0 = not known. */
  static before: u64 = 0;
  /** The same, copied after the frames. */
  static after: u64 = 0;
  /** Mixes the addresses and ids of the interpreters: their counters can be compared only while it stays. */
  static family: u64 = 0;
  static lastFamily: u64 = 0;
  /** Raised with each change of family, and part of the epoch. */
  static generation: u64 = 0;
  /** Requests of the counters that are copied last. */
  static request: u32 = 0;
  static requests: u32 = 0;
}

/** Forget which code objects were used. */
export function forgetUsed(): void {
  KnownCodes.used = 0;
  KnownCodes.batch++;
}

/** Begin an attempt: ask for the code counters behind all else, if they are wanted. */
export function beginCodes(checkpoint: bool): void {
  KnownCodes.reading = 0;
  Epoch.before = 0;
  Epoch.after = 0;
  Epoch.requests = 0;
  const offset = counterOffset();
  if (!checkpoint || offset == ABSENT) return;
  Epoch.request = Requests.count;
  for (let i: u32 = 0; i < Walk.interpreters; i++) {
    // Where there is no room, what is asked for next would be taken for the counter.
    if (request(load<u64>(INTERPRETERS + i * 8) + (offset as u64), counterSize()) == MAX_REQUESTS) return;
    Epoch.requests++;
  }
}

export function beginEpoch(): void {
  Epoch.before = (Epoch.generation << 44) + 1;
  Epoch.family = 0;
}

/** An interpreter is walked; `counter` points to its code counter, or is 0 where there is none. */
export function addInterpreter(address: u64, id: i64, counter: usize): void {
  Epoch.family = (Epoch.family ^ address ^ (id as u64)) * 0x9e37_79b9_7f4a_7c15;
  Epoch.before = counter == 0 ? 0 : addCounter(Epoch.before, counter);
  if (counter != 0 && Layout.interpreterCodeCreations != ABSENT) {
    noteCounter(address, Walk.interpreters == 1 ? u32At(counter) : 0);
  }
}

/** Add a code counter to an epoch; a creation counter of 0 has overflowed and tells nothing. */
function addCounter(epoch: u64, at: usize): u64 {
  if (epoch == 0) return 0;
  if (Layout.interpreterCodeDeaths != ABSENT) return epoch + u64At(at);
  const counter = u32At(at) as u64;
  return counter == 0 ? 0 : epoch + counter;
}

/** The walk of a checkpoint is done: find out whether code objects came or went. */
export function readEpochAfter(): void {
  Epoch.after = 0;
  if (Epoch.family != Epoch.lastFamily) {
    Epoch.lastFamily = Epoch.family;
    Epoch.generation++;
    Epoch.before = 0;
  }
  // Frames that the plan did not have came later than the counters that it had.
  if (Requests.missed || Epoch.requests != Walk.interpreters || Epoch.before == 0) return;
  let epoch = (Epoch.generation << 44) + 1;
  for (let i: u32 = 0; i < Epoch.requests; i++) {
    const at = copyOf(Epoch.request + i, counterSize());
    epoch = at == UNREADABLE ? 0 : addCounter(epoch, at);
  }
  Epoch.after = epoch;
}

/** Find the entry of each frame's code object where it isn't known, and list those to be read. */
export function findEntries(): void {
  for (let i: u32 = 0; i < Walk.threads; i++) {
    const thread = memoryAt(i);
    for (let f = thread.resolved; f < thread.count; f++) {
      const frame = frameOf(thread, f);
      if (frame.code == NO_FRAME) continue;
      if (frame.entry == NO_CODE || codeAt(frame.entry).state != CODE_READY) frame.entry = entryOf(frame.code);
    }
    if (thread.beyond != 0) learnBeyond(thread.beyond);
  }
}

/**
 * Read the code object of what may be a frame, above a leaf, so that the next copy can tell. Functions that are too short to be seen
 * leave such frames behind. What is none is read once.
 */
function learnBeyond(address: u64): void {
  const entry = findCode(address);
  if (entry == NO_CODE || codeAt(entry).gone != 0) entryOf(address);
}

function entryOf(address: u64): u32 {
  let entry = findCode(address);
  if (entry != NO_CODE) {
    const code = codeAt(entry);
    if (code.readAt == Walk.attempt || isKnown(entry)) return entry;
    if (code.state != CODE_READY) {
      // Never keep a failed read: what could not be read at one moment may be readable at the next.
      startReading(code, address, Walk.attempt);
      return listed(entry);
    }
  }
  entry = newCode(address, Walk.attempt);
  return entry == NO_CODE ? entry : listed(entry);
}

function listed(entry: u32): u32 {
  if (KnownCodes.reading < MAX_NEW_CODES) {
    store<u32>(NEW_CODES + KnownCodes.reading++ * 4, entry);
  } else {
    codeAt(entry).state = CODE_FAILED;
  }
  return entry;
}

/** Read the code objects that are new, and where the threads' own copies of bytecode lie. False while bytes are wanted. */
export function readCodes(): bool {
  let all = true;
  for (let i: u32 = 0; i < KnownCodes.reading; i++) {
    const code = codeAt(load<u32>(NEW_CODES + i * 4));
    if (code.state == CODE_NEW && !readCode(code)) all = false;
  }
  if (Layout.codeTlbc != ABSENT && !readBytecodes()) all = false;
  return all;
}

function readBytecodes(): bool {
  let all = true;
  for (let i: u32 = 0; i < Walk.threads; i++) {
    const thread = memoryAt(i);
    for (let f = thread.resolved; f < thread.count; f++) {
      const frame = frameOf(thread, f);
      const index = bytecodeIndexOf(frame);
      if (index == 0 || frame.entry == NO_CODE || codeAt(frame.entry).state != CODE_READY) continue;
      if (!readBytecode(frame.entry, index, Walk.attempt)) all = false;
    }
  }
  return all;
}

/**
 * Whether the frame's code, or the copy of its bytecode, was read in this attempt, later than the frame was. Only the next
 * attempt can tell; but a frame that stands holds its code object.
 */
export function isReadLate(thread: Memory, frame: RawFrame): bool {
  if (thread.held != 0) return false;
  if (codeAt(frame.entry).readAt == Walk.attempt) return true;
  const index = bytecodeIndexOf(frame);
  return index != 0 && isNewBytecode(frame.entry, index, Walk.attempt);
}

/**
 * Whether each frame's code object was known before the frame was copied, and has its instruction; else it's torn.
 * @param held whether the thread stood still until they were read
 */
export function resolve(thread: Memory, held: bool): void {
  thread.held = held ? 1 : 0;
  let whole = true;
  let torn = false;
  for (let i = thread.resolved; i < thread.count; i++) {
    const frame = frameOf(thread, i);
    if (frame.entry == NO_CODE) {
      whole = false;
      continue;
    }
    const code = codeAt(frame.entry);
    if (code.state != CODE_READY || isReadLate(thread, frame)) {
      torn = true;
      whole = false;
      continue;
    }
    markUsed(frame);
    // A newest frame without a place in its code is being made: its caller is the leaf.
    if (isOutside(code, instructionOf(frame))) {
      whole = false;
      if (i + 1 < thread.count) torn = true;
    }
    if (whole) thread.resolved = i + 1;
  }
  if (!torn) return;
  thread.torn = 1;
  Walk.torn = true;
}

/** What is shown depends on the frame's code object and bytecode: the next checkpoint compares them. */
export function markUsed(frame: RawFrame): void {
  const index = bytecodeIndexOf(frame);
  if (index != 0) useBytecode(frame.entry, index, KnownCodes.batch);
  markCodeUsed(frame.entry);
}

/** What is shown depends on the code object. */
export function markCodeUsed(entry: u32): void {
  const code = codeAt(entry);
  if (code.usedIn == KnownCodes.batch) return;
  code.usedIn = KnownCodes.batch;
  store<u32>(USED + KnownCodes.used++ * 4, entry);
}

/** Whether the counter counts code objects, by those that were used. False while bytes are wanted. */
function judgeCounters(): bool {
  if (Layout.interpreterCodeCreations == ABSENT) return true;
  let all = true;
  for (let i: u32 = 0; i < KnownCodes.used; i++) {
    const entry = load<u32>(USED + i * 4);
    if (isKnown(entry) && codeAt(entry).readAt != Walk.attempt && !judgeCounter(codeAt(entry))) all = false;
  }
  return all;
}

/** Compare the code objects used since the last checkpoint with what is known of them. False while bytes are wanted. */
export function compareCodes(): bool {
  let all = judgeCounters();
  for (let i: u32 = 0; i < KnownCodes.used; i++) {
    const entry = load<u32>(USED + i * 4);
    const code = codeAt(entry);
    if (!isKnown(entry)) continue;
    // No counter tells that a thread's own copy of bytecode came or went.
    if (isReliable() && Epoch.after != 0 && code.verified == Epoch.after && code.bytecodes == 0) continue;
    requestGuards();
    const bytecodes = code.bytecodes == 0 ? UNREADABLE + 1 : compareBytecodes(entry, KnownCodes.batch);
    if (!compareCode(code, Walk.attempt) || bytecodes == PENDING) {
      all = false;
      continue;
    }
    if (bytecodes == UNREADABLE) code.same = 0;
    if (code.same == 0) {
      // Without room for its guards it's only not known to be the same.
      if (!Requests.exhausted) code.gone = 1;
      KnownCodes.revoked = true;
      Walk.torn = true;
    } else {
      code.verified = Epoch.before;
    }
  }
  return all;
}

/** The checkpoint is over: what is on the stacks now is used from here on. */
export function beginBatch(): void {
  forgetUsed();
  for (let i: u32 = 0; i < Walk.threads; i++) {
    const thread = memoryAt(i);
    for (let f: u32 = 0; f < thread.resolved; f++) markUsed(frameOf(thread, f));
  }
}
