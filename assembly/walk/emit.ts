// From raw frames to the records of the sample. In: frames whose code objects are read and compared. Out: frame ids,
// root first. A frame that can't be vouched for becomes the invalid frame, and its thread says why.
import { STACKS } from "../abi/memory";
import {
  HARMLESS_REASONS,
  REASON_CODE_CHANGED,
  REASON_CODE_UNREADABLE,
  REASON_FRAME_UNREADABLE,
  REASON_INSTRUCTION_OUTSIDE,
  REASON_NO_ROOM,
} from "../abi/reasons";
import { ThreadRecord } from "../abi/records";
import { CODE_READY, codeAt, NO_CODE } from "../objects/codes";
import { Frames, frameId } from "../objects/frames";
import {
  FRAME_AT_LEAF,
  FRAME_OF_GENERATOR,
  instructionOf,
  isOutside,
  NO_FRAME,
  RawFrame,
  rawFrameAt,
  threadAt,
  Walk,
} from "./state";

const INVALID: u32 = 0;
/** A frame that CPython does not show either, since it has not begun to run. */
const HIDDEN: u32 = 0xffff_ffff;

export function emitStacks(): void {
  let at: u32 = STACKS as u32;
  for (let i: u32 = 0; i < Walk.threads; i++) {
    const thread = threadAt(i);
    const first = thread.frames;
    thread.frames = at;
    for (let f = first + thread.frameCount; f > first; f--) {
      const id = idOf(rawFrameAt(f - 1), thread);
      if (id == HIDDEN) continue;
      store<u32>(at as usize, id);
      at += 4;
    }
    thread.frameCount = (at - thread.frames) >> 2;
  }
}

function idOf(frame: RawFrame, thread: ThreadRecord): u32 {
  if (frame.entry == NO_CODE) {
    if (frame.code != NO_FRAME) thread.reasons |= REASON_NO_ROOM;
    else if ((thread.reasons & ~HARMLESS_REASONS) == 0) thread.reasons |= REASON_FRAME_UNREADABLE;
    return INVALID;
  }
  const code = codeAt(frame.entry);
  if (code.state != CODE_READY) {
    thread.reasons |= REASON_CODE_UNREADABLE;
    return INVALID;
  }
  if (code.readAt == Walk.attempt || code.gone != 0) {
    thread.reasons |= REASON_CODE_CHANGED;
    return INVALID;
  }
  if (code.comparedAt == Walk.attempt && code.same == 0) {
    thread.reasons |= REASON_NO_ROOM;
    return INVALID;
  }
  const instruction = instructionOf(frame);
  if (isOutside(code, instruction)) {
    if ((frame.marks & FRAME_AT_LEAF) != 0) return HIDDEN;
    thread.reasons |= REASON_INSTRUCTION_OUTSIDE;
    return INVALID;
  }
  // Before 3.11 a frame is shown from its creation on (firstTraceable is -1).
  if (instruction < (code.firstTraceable as i64) && (frame.marks & FRAME_OF_GENERATOR) == 0) return HIDDEN;
  const id = frameId(frame.entry, instruction as i32);
  thread.reasons |= id == 0 ? REASON_NO_ROOM : code.reasons | Frames.reasons;
  return id;
}
