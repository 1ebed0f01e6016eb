// One sample: every interpreter, every thread, every frame. In: the runtime's address. Out: thread records with
// frame ids. A state machine that returns whenever ranges are wanted and goes on at the same place.
//
// The sample that is given out is one whose ranges all came in one copy: an attempt in which something was missing
// (a new thread, a deeper stack, an unknown code object) only teaches the plan and the caches, and is done again.
// So a code object is always compared with what is known of it in the same copy as the frame that runs it.
import { MAX_ATTEMPTS, MAX_INTERPRETERS, MAX_NEW_CODES, MAX_THREADS } from "../abi/limits";
import { INTERPRETERS, NEW_CODES, SUMMARY } from "../abi/memory";
import { REASON_MOVED, REASON_NO_NATIVE_ID, REASON_THREADS_LOST } from "../abi/reasons";
import { SummaryRecord } from "../abi/records";
import { STATUS_DONE, STATUS_NEED, STATUS_NO_INTERPRETER, STATUS_RUNTIME_UNREADABLE } from "../abi/status";
import { ABSENT, Layout } from "../layouts/layout";
import {
  CODE_FAILED,
  CODE_NEW,
  CODE_READY,
  Codes,
  codeAt,
  compareCode,
  findCode,
  forgetCodes,
  NO_CODE,
  newCode,
  readCode,
  startReading,
} from "../objects/codes";
import { Frames, forgetFrames } from "../objects/frames";
import { forgetStrings, Strings } from "../objects/strings";
import { CodeType } from "../objects/type";
import {
  copyOf,
  endWalk,
  filled,
  forget,
  needPlanned,
  PENDING,
  plan,
  Ranges,
  request,
  startAttempt,
  UNREADABLE,
} from "../remote/ranges";
import { i32At, i64At, u32At, u64At, word } from "../remote/read";
import { emitStacks } from "./emit";
import { counterOffset, counterSize, interpreterField, needInterpreter, needThread, prepareFields } from "./fields";
import { NativeId, NativeIdResult, readNativeId, searchNativeId } from "./native_id";
import { beginStack, Stack, walkStack } from "./stack";
import { FRAME_AT_LEAF, instructionOf, isOutside, NO_FRAME, rawFrameAt, threadAt, Walk } from "./state";
import { ThreadList } from "./thread_list";

const PHASE_RUNTIME: u32 = 0;
const PHASE_INTERPRETER: u32 = 1;
const PHASE_THREAD: u32 = 2;
const PHASE_STACK: u32 = 3;
const PHASE_ENTRIES: u32 = 4;
const PHASE_READ: u32 = 5;
const PHASE_COMPARE: u32 = 6;

/** Stands for a frame whose address can't be read: itself an address that nothing lies at. */
const LOST_FRAME: u64 = 1;

/** Not a status: the next phase can begin. */
const GO_ON: i32 = -1;

class Sample {
  static phase: u32 = PHASE_RUNTIME;
  /** Attempts made for this sample. */
  static attempts: u32 = 0;
  static interpreter: u64 = 0;
  static interpreterId: i64 = 0;
  static nextInterpreter: u64 = 0;
  static thread: u64 = 0;
  static nextThread: u64 = 0;
  static collecting: u32 = 0;
  /** Requests made when the thread's turn came: any more were missing from the plan. */
  static requestsBefore: u32 = 0;
  /** Code objects being read in this attempt. */
  static newCodes: u32 = 0;
  /** Sum of the interpreters' code counters before the frames were copied, plus 1; 0 = not known. */
  static epochBefore: u64 = 0;
  /** The same, copied after the frames. */
  static epochAfter: u64 = 0;
  /** Mixes the addresses and ids of the interpreters: their counters can be compared only while it stays. */
  static family: u64 = 0;
  static lastFamily: u64 = 0;
  /** Raised with each change of family, and part of the epoch. */
  static generation: u64 = 0;
  /** The stacks of the last late attempt of this sample, mixed; 0 = there was none. */
  static lateStacks: u64 = 0;
  /** Requests of the counters that are copied last; as many as the last sample had interpreters. */
  static counterRequest: u32 = 0;
  static counterRequests: u32 = 0;
}

/** Forget the target: the next sample starts from nothing. */
export function resetSample(runtime: u64, mainNativeId: u32): void {
  Walk.runtime = runtime;
  NativeId.reset(mainNativeId);
  CodeType.address = 0;
  Walk.interpreters = 0;
  prepareFields();
  forgetCaches();
  forget();
}

function forgetCaches(): void {
  forgetStrings();
  forgetCodes();
  forgetFrames();
}

/** Begin a sample. Returns STATUS_NEED. */
export function beginSample(): i32 {
  if (Strings.full || Codes.full || Frames.full) forgetCaches();
  Strings.newCount = 0;
  Frames.newCount = 0;
  Sample.attempts = 0;
  Sample.lateStacks = 0;
  return beginAttempt();
}

function beginAttempt(): i32 {
  Sample.attempts++;
  Walk.attempt++;
  Walk.torn = false;
  Walk.late = false;
  Walk.reasons = 0;
  Walk.threads = 0;
  Walk.frames = 0;
  Sample.newCodes = 0;
  Sample.epochBefore = 0;
  Sample.epochAfter = 0;
  Sample.phase = PHASE_RUNTIME;
  startAttempt();
  requestCounters();
  Walk.interpreters = 0;
  return STATUS_NEED;
}

/** Ask for the code counters once more behind all else: code objects unchanged by then are those the frames ran. */
function requestCounters(): void {
  const offset = counterOffset();
  Sample.counterRequest = Ranges.count;
  Sample.counterRequests = 0;
  if (offset == ABSENT) return;
  for (let i: u32 = 0; i < Walk.interpreters; i++) {
    request(load<u64>(INTERPRETERS + i * 8) + (offset as u64), counterSize());
    Sample.counterRequests++;
  }
}

function summarise(): void {
  const summary = changetype<SummaryRecord>(SUMMARY);
  summary.threads = Walk.threads;
  summary.newFrames = Frames.newCount;
  summary.newStrings = Strings.newCount;
  summary.reasons = Walk.reasons;
  summary.attempts = Sample.attempts;
  summary.interpreters = Walk.interpreters;
}

/**
 * The source has filled the requests: go on. Returns one of abi/status.ts.
 * @param late whether filling took so long that the ranges may be of different moments
 */
export function stepSample(late: bool): i32 {
  filled();
  if (late) Walk.late = true;
  let status = advance();
  while (status == GO_ON) status = advance();
  return status;
}

/** One phase's work: GO_ON, or what stepSample is to answer. */
function advance(): i32 {
  switch (Sample.phase) {
    case PHASE_RUNTIME:
      return findInterpreters();
    case PHASE_INTERPRETER:
      return walkInterpreter() ? GO_ON : STATUS_NEED;
    case PHASE_THREAD:
      return walkThread() ? GO_ON : STATUS_NEED;
    case PHASE_STACK:
      if (!walkStack()) return STATUS_NEED;
      endThread();
      return GO_ON;
    case PHASE_ENTRIES:
      findEntries();
      Sample.phase = PHASE_READ;
      return GO_ON;
    case PHASE_READ:
      if (!readCodes()) return STATUS_NEED;
      Sample.phase = PHASE_COMPARE;
      return GO_ON;
    default:
      return compareCodes() ? endAttempt() : STATUS_NEED;
  }
}

function findInterpreters(): i32 {
  const at = needPlanned(Walk.runtime + (Layout.runtimeInterpretersHead as u64), Layout.wordSize, Layout.wordSize);
  if (at == PENDING) return STATUS_NEED;
  if (at == UNREADABLE) return STATUS_RUNTIME_UNREADABLE;
  Sample.interpreter = word(at);
  if (Sample.interpreter == 0) return STATUS_NO_INTERPRETER;
  Sample.epochBefore = epochBase();
  Sample.family = 0;
  Sample.phase = PHASE_INTERPRETER;
  return GO_ON;
}

/** The stacks of this attempt, mixed into one number. */
function mixStacks(): u64 {
  let mix = Walk.threads as u64;
  for (let i: u32 = 0; i < Walk.frames; i++) {
    const frame = rawFrameAt(i);
    if (frame.code == NO_FRAME) continue;
    mix = (mix ^ frame.address ^ (frame.code << 1) ^ ((frame.instruction as u64) << 32)) * 0x9e37_79b9_7f4a_7c15;
  }
  return mix;
}

/** A late copy may join moments; not so where the one before, which was late, gave the same stacks: they stood still. */
function judgeLateness(): void {
  if (!Walk.late) return;
  const stacks = mixStacks();
  if (stacks == Sample.lateStacks && !Ranges.missed) Walk.late = false;
  Sample.lateStacks = stacks;
  if (!Walk.late) return;
  for (let i: u32 = 0; i < Walk.threads; i++) threadAt(i).reasons |= REASON_MOVED;
}

function endAttempt(): i32 {
  judgeLateness();
  const again = (Ranges.missed || Walk.torn || Walk.late) && Sample.attempts < MAX_ATTEMPTS;
  plan();
  if (again) return beginAttempt();
  emitStacks();
  summarise();
  return STATUS_DONE;
}

function walkInterpreter(): bool {
  if (Sample.interpreter == 0) {
    Sample.phase = PHASE_ENTRIES;
    return true;
  }
  const outcome = needInterpreter(Sample.interpreter);
  if (outcome == PENDING) return false;
  if (outcome == UNREADABLE || Walk.interpreters == MAX_INTERPRETERS || isWalked(Sample.interpreter)) {
    loseThreads();
    Sample.phase = PHASE_ENTRIES;
    return true;
  }
  store<u64>(INTERPRETERS + Walk.interpreters++ * 8, Sample.interpreter);
  Sample.interpreterId = i64At(interpreterField(Layout.interpreterId));
  Sample.family = (Sample.family ^ Sample.interpreter ^ (Sample.interpreterId as u64)) * 0x9e37_79b9_7f4a_7c15;
  Sample.nextInterpreter = word(interpreterField(Layout.interpreterNext));
  Sample.thread = word(interpreterField(Layout.interpreterThreadsHead));
  Sample.collecting =
    Layout.interpreterCollecting != ABSENT && i32At(interpreterField(Layout.interpreterCollecting)) != 0 ? 1 : 0;
  if (counterOffset() == ABSENT) Sample.epochBefore = 0;
  else Sample.epochBefore = addCounter(Sample.epochBefore, interpreterField(counterOffset()));
  Sample.requestsBefore = Ranges.count;
  ThreadList.begin();
  Sample.phase = PHASE_THREAD;
  return true;
}

/** Whether the list of interpreters has come back to one. */
function isWalked(interpreter: u64): bool {
  for (let i: u32 = 0; i < Walk.interpreters; i++) {
    if (load<u64>(INTERPRETERS + i * 8) == interpreter) return true;
  }
  return false;
}

function epochBase(): u64 {
  return (Sample.generation << 44) + 1;
}

/** Add a code counter to an epoch; a creation counter of 0 has overflowed and tells nothing. */
function addCounter(epoch: u64, at: usize): u64 {
  if (epoch == 0) return 0;
  if (Layout.interpreterCodeDeaths != ABSENT) return epoch + u64At(at);
  const counter = u32At(at) as u64;
  return counter == 0 ? 0 : epoch + counter;
}

function loseThreads(): void {
  Walk.reasons |= REASON_THREADS_LOST;
  Walk.torn = true;
}

function walkThread(): bool {
  if (Sample.thread == 0) return endInterpreter();
  const at = needThread(Sample.thread);
  if (at == PENDING) return false;
  if (
    at == UNREADABLE ||
    Walk.threads == MAX_THREADS ||
    word(at + Layout.threadInterpreter) != Sample.interpreter ||
    ThreadList.isCircle(Sample.thread)
  ) {
    loseThreads();
    return endInterpreter();
  }
  Sample.nextThread = word(at + Layout.threadNext);

  let frame: u64 = 0;
  if (Layout.threadCFrame != ABSENT) {
    const cframe = word(at + Layout.threadCFrame);
    if (cframe != 0) {
      const from = needPlanned(cframe + (Layout.cframeCurrentFrame as u64), Layout.wordSize, Layout.wordSize);
      if (from == PENDING) return false;
      frame = from == UNREADABLE ? LOST_FRAME : word(from);
    }
  } else {
    frame = word(at + Layout.threadCurrentFrame);
  }

  let nativeId: u64 = 0;
  if (Layout.threadNativeId != ABSENT) {
    nativeId = word(at + Layout.threadNativeId);
  } else {
    const pthread = word(at + Layout.threadId);
    if (NativeId.offset == 0 && !searchNativeId(pthread, Sample.nextThread == 0)) return false;
    if (NativeId.offset != 0) {
      if (!readNativeId(pthread)) return false;
      nativeId = NativeIdResult.id;
    }
  }

  const thread = threadAt(Walk.threads);
  thread.address = Sample.thread;
  thread.nativeId = nativeId;
  thread.interpreterId = Sample.interpreterId;
  thread.reasons = nativeId == 0 ? REASON_NO_NATIVE_ID : 0;
  thread.collecting = Sample.collecting;
  thread.frames = Walk.frames;
  if (Layout.threadDatastackChunk != ABSENT) {
    beginStack(frame, word(at + Layout.threadDatastackChunk), word(at + Layout.threadDatastackTop));
  } else {
    beginStack(frame, 0, 0);
  }
  Sample.phase = PHASE_STACK;
  return true;
}

function endThread(): void {
  const thread = threadAt(Walk.threads++);
  if (Ranges.count != Sample.requestsBefore) thread.reasons |= REASON_MOVED;
  thread.frameCount = Walk.frames - thread.frames;
  thread.reasons |= Stack.reasons;
  Sample.thread = Sample.nextThread;
  Sample.requestsBefore = Ranges.count;
  Sample.phase = PHASE_THREAD;
}

function endInterpreter(): bool {
  Sample.interpreter = Sample.nextInterpreter;
  Sample.phase = PHASE_INTERPRETER;
  return true;
}

/** Find the entry of each frame's code object, and list those to be read. */
function findEntries(): void {
  // Frames that the plan did not have came later than the guards and counters that it had. In the last attempt the
  // guards are copied once more; before that, there is another attempt.
  endWalk(Ranges.missed && Sample.attempts == MAX_ATTEMPTS);
  readEpochAfter();
  if (Ranges.missed) Sample.epochAfter = 0;
  let address: u64 = NO_FRAME;
  let entry: u32 = NO_CODE;
  for (let i: u32 = 0; i < Walk.frames; i++) {
    const frame = rawFrameAt(i);
    if (frame.code == NO_FRAME) {
      frame.entry = NO_CODE;
      continue;
    }
    if (frame.code != address) {
      address = frame.code;
      entry = entryOf(address);
    }
    frame.entry = entry;
  }
}

function entryOf(address: u64): u32 {
  let entry = findCode(address);
  if (entry != NO_CODE) {
    const code = codeAt(entry);
    if (code.readAt == Walk.attempt || (code.state == CODE_READY && code.gone == 0)) return entry;
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
  if (Sample.newCodes < MAX_NEW_CODES) {
    store<u32>(NEW_CODES + Sample.newCodes++ * 4, entry);
  } else {
    codeAt(entry).state = CODE_FAILED;
  }
  return entry;
}

function readEpochAfter(): void {
  Sample.epochAfter = 0;
  if (Sample.family != Sample.lastFamily) {
    Sample.lastFamily = Sample.family;
    Sample.generation++;
    Sample.epochBefore = 0;
  }
  if (Sample.counterRequests != Walk.interpreters || Sample.epochBefore == 0) return;
  let epoch = epochBase();
  for (let i: u32 = 0; i < Sample.counterRequests; i++) {
    const at = copyOf(Sample.counterRequest + i, counterSize());
    epoch = at == UNREADABLE ? 0 : addCounter(epoch, at);
  }
  Sample.epochAfter = epoch;
}

function readCodes(): bool {
  let all = true;
  for (let i: u32 = 0; i < Sample.newCodes; i++) {
    const code = codeAt(load<u32>(NEW_CODES + i * 4));
    if (code.state == CODE_NEW && !readCode(code)) all = false;
  }
  return all;
}

/** Make sure that each frame's code object is the one that is known, and its instruction inside it. */
function compareCodes(): bool {
  let all = true;
  let last: u32 = NO_CODE;
  for (let i: u32 = 0; i < Walk.frames; i++) {
    const frame = rawFrameAt(i);
    if (frame.entry == NO_CODE) continue;
    const code = codeAt(frame.entry);
    if (code.state != CODE_READY) {
      Walk.torn = true;
      continue;
    }
    if (code.readAt == Walk.attempt) {
      // Read later than the frame was: only the next attempt can tell. Its guards join the plan for that.
      Walk.torn = true;
      compareCode(code, Walk.attempt);
      continue;
    }
    // A newest frame without a place in its code is being made: its caller is the leaf.
    if ((frame.marks & FRAME_AT_LEAF) == 0 && isOutside(code, instructionOf(frame))) Walk.torn = true;
    if (frame.entry == last) continue;
    last = frame.entry;
    if (Sample.epochAfter != 0 && code.verified == Sample.epochAfter) continue;
    if (!compareCode(code, Walk.attempt)) {
      all = false;
    } else if (code.same == 0) {
      // Without room for its guards it's only not known to be the same.
      if (!Ranges.exhausted) code.gone = 1;
      Walk.torn = true;
    } else {
      code.verified = Sample.epochBefore;
    }
  }
  return all;
}
