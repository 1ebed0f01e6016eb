// From a thread's frames to the ids that the sample's record points to. In: frames whose code objects are known. Out: ids,
// root first; only what changed is done anew. A frame that can't be vouched for becomes the invalid frame, and its thread
// says why; a stack that nothing proves, or that there is no room for, is one invalid frame, or its frames follow one.
import { NOT_LEFT_OUT } from "../abi/left_out";
import { MAX_FRAMES, MAX_THREADS } from "../abi/limits";
import { PROOF_NONE } from "../abi/proof";
import {
  HARMLESS_REASONS,
  REASON_CODE_CHANGED,
  REASON_CODE_UNREADABLE,
  REASON_FRAME_UNREADABLE,
  REASON_INSTRUCTION_OUTSIDE,
  REASON_NO_ROOM,
  REASON_TOO_DEEP,
  REASON_UNPROVEN,
} from "../abi/reasons";
import { ThreadRecord } from "../abi/records";
import { isReadAfterFrame } from "../codes/lookup";
import { CODE_READY, codeAt, NO_CODE } from "../objects/codes";
import { Frames, frameId } from "../objects/frames";
import { isFrameless, markFrameless } from "../runtime/frameless";
import { Attempt } from "../threads/attempt";
import { CachedThread, cachedAt, frameOf, threadAt } from "../threads/cached_thread";
import { FRAME_OF_GENERATOR, instructionOf, isOutside, NO_FRAME } from "../threads/raw_frame";
import { runOf } from "../threads/runs";

/** All ids are made anew: the code objects may be others. */
export function forgetIdsOfStacks(): void {
  for (let i: u32 = 0; i < Attempt.threads; i++) cachedAt(i).emitted = 0;
}

const INVALID: u32 = 0;
/** A frame that CPython does not show either, since it has not begun to run. */
const HIDDEN: u32 = 0xffff_ffff;

/** Ids of stacks that nothing proves: the invalid frame, and where they are shown, their frames behind it. */
const UNPROVEN_IDS: u32 = MAX_FRAMES + 2 * MAX_THREADS;
const UNPROVEN: usize = heap.alloc(UNPROVEN_IDS * 4);

class Unproven {
  /** Whether stacks that nothing proves are shown, marked. */
  static shown: bool = false;
  static used: u32 = 0;
}

/** @param unproven whether stacks that nothing proves are shown behind an invalid frame, or are that frame alone */
export function emitStacks(unproven: bool): void {
  Unproven.shown = unproven;
  Unproven.used = 0;
  for (let i: u32 = 0; i < Attempt.threads; i++) emitStack(i, threadAt(i), cachedAt(i));
}

function emitStack(index: u32, record: ThreadRecord, thread: CachedThread): void {
  record.reasons |= thread.reasons;
  record.leftOut = NOT_LEFT_OUT;
  const hasNoRoom = thread.count == 0 && !isFrameless(thread);
  if (hasNoRoom || record.proof == PROOF_NONE) {
    if (!hasNoRoom) record.reasons |= REASON_UNPROVEN;
    emitUnproven(record, thread);
    return;
  }
  if (thread.count == 0) {
    markFrameless(index);
    // The ids that were given out last may have been forgotten since.
    if (record.frameCount > 0) {
      record.version++;
      record.unchanged = 0;
    }
    thread.idCount = 0;
    thread.irregular = 0;
    record.frameCount = 0;
    return;
  }
  const regular = thread.irregular == 0;
  const before = thread.idCount;
  if (!regular || thread.emitted < thread.count || before != thread.count) {
    const first = regular ? min(thread.emitted, before) : 0;
    makeIds(record, thread, first);
    record.version++;
    record.unchanged = thread.irregular == 0 ? first : 0;
  }
  record.frames = thread.ids;
  record.frameCount = thread.idCount;
  if (thread.runCount > 0 && thread.idCount != thread.count) alignRuns(record, thread);
}

/** Some frames have no id: have the runs say which ids are theirs. */
function alignRuns(record: ThreadRecord, thread: CachedThread): void {
  let ids: u32 = 0;
  let frame: u32 = 0;
  for (let i: u32 = 0; i < thread.runCount; i++) {
    const run = runOf(thread, i);
    const end = frame + run.count;
    run.first = ids;
    for (; frame < end; frame++) {
      if (idOf(thread, frame, record) != HIDDEN) ids++;
    }
    run.count = ids - run.first;
  }
}

function emitUnproven(record: ThreadRecord, thread: CachedThread): void {
  const first = UNPROVEN + Unproven.used * 4;
  store<u32>(first, INVALID);
  let count: u32 = 1;
  // Each thread to come needs room for one.
  const end = UNPROVEN_IDS - Attempt.threads;
  // Of a thread that nobody can find, no off-CPU copy will ever be had.
  const isShown = Unproven.shown || record.nativeId == 0;
  for (let i: u32 = 0; isShown && i < thread.count; i++) {
    if (Unproven.used + count >= end) {
      record.reasons |= REASON_TOO_DEEP;
      break;
    }
    const id = idOf(thread, i, record);
    if (id != HIDDEN) store<u32>(first + count++ * 4, id);
  }
  Unproven.used += count;
  record.frames = first as u32;
  record.frameCount = count;
}

/** Make the ids of frame number `first` and those above. */
function makeIds(record: ThreadRecord, thread: CachedThread, first: u32): void {
  const before = record.reasons;
  let at = thread.ids + first * 4;
  for (let i = first; i < thread.count; i++) {
    const id = idOf(thread, i, record);
    if (id == HIDDEN) continue;
    store<u32>(at, id);
    at += 4;
  }
  thread.idCount = (at - thread.ids) >> 2;
  thread.irregular = thread.idCount != thread.count || record.reasons != before ? 1 : 0;
  thread.emitted = thread.count;
}

function idOf(thread: CachedThread, index: u32, record: ThreadRecord): u32 {
  const frame = frameOf(thread, index);
  if (frame.entry == NO_CODE) {
    if (frame.code != NO_FRAME) record.reasons |= REASON_NO_ROOM;
    else if ((record.reasons & ~HARMLESS_REASONS) == 0) record.reasons |= REASON_FRAME_UNREADABLE;
    return INVALID;
  }
  const code = codeAt(frame.entry);
  if (code.state != CODE_READY) {
    record.reasons |= REASON_CODE_UNREADABLE;
    return INVALID;
  }
  if (isReadAfterFrame(thread, frame) || code.replaced != 0) {
    record.reasons |= REASON_CODE_CHANGED;
    return INVALID;
  }
  if (code.comparedAt == Attempt.serial && code.same == 0) {
    record.reasons |= REASON_NO_ROOM;
    return INVALID;
  }
  const instruction = instructionOf(frame);
  if (isOutside(code, instruction)) {
    if (index + 1 == thread.count) return HIDDEN;
    record.reasons |= REASON_INSTRUCTION_OUTSIDE;
    return INVALID;
  }
  // Before 3.11 a frame is shown from its creation on (firstTraceable is -1).
  if (instruction < (code.firstTraceable as i64) && (frame.flags & FRAME_OF_GENERATOR) == 0) return HIDDEN;
  const id = frameId(frame.entry, instruction as i32);
  record.reasons |= id == 0 ? REASON_NO_ROOM : code.reasons | Frames.reasons;
  return id;
}
