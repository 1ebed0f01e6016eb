// A copy joins moments: the way from the thread state to the datastack takes longer than a call. In: a thread's raw
// frames, above those that it still has. Out: the same, without what had returned when its caller was copied, or with
// what had been called. What the frames say of themselves is newer than the pointer that led to them, and the same
// memory tells it.
import { MAX_FRAMES } from "../abi/limits";
import { ABSENT, Layout } from "../layouts/layout";
import { CODE_READY, codeAt, findCode, NO_CODE } from "../objects/codes";
import { UNREADABLE } from "../remote/ranges";
import { u8At, word } from "../remote/read";
import { datastackFrame } from "./datastack";
import {
  codeAtFrame,
  endOfFrame,
  FRAME_OF_GENERATOR,
  FRAME_RUNNING,
  instructionOf,
  isDirectCall,
  noteFrame,
  RAW_FRAME_BYTES,
  RawFrame,
  rawFrameAt,
  Walk,
} from "./state";
import { frameOf, Memory } from "./threads";

/** Frames that are added above the one that the thread state named. */
const MAX_CALLED: u32 = 64;
/** FRAME_OWNED_BY_THREAD (pycore_frame.h). */
const THREAD_OWNER: u32 = 0;

/**
 * Drop what stands on a frame that runs. A frame that has called another directly keeps its stack pointer, one that runs
 * has none (stacktop -1, 3.11 to 3.13): so nothing stands on the first running frame from the root, other than through C.
 * @param kept frames that the thread still has, below the raw ones
 */
export function cutReturned(thread: Memory, kept: u32): void {
  if (Layout.frameStackTop == ABSENT || Walk.frames == 0) return;
  let caller = kept > 0 ? frameOf(thread, kept - 1) : rawFrameAt(Walk.frames - 1);
  for (let i = kept > 0 ? Walk.frames : Walk.frames - 1; i > 0; i--) {
    const callee = rawFrameAt(i - 1);
    if ((caller.marks & FRAME_RUNNING) != 0 && isDirectCall(caller, callee)) {
      dropNewest(i);
      return;
    }
    caller = callee;
  }
}

/** Drop the newest raw frames. */
function dropNewest(count: u32): void {
  Walk.frames -= count;
  const first = changetype<usize>(rawFrameAt(0));
  memory.copy(first, first + count * RAW_FRAME_BYTES, Walk.frames * RAW_FRAME_BYTES);
}

/**
 * Add what the leaf has called. Frames on the datastack follow each other without a gap: what the leaf calls lies where
 * its own frame ends, and names it as its caller. From 3.14 on, a frame there that has returned has no code. Up to 3.13
 * one that has returned keeps its stack pointer (RETURN_VALUE saves it): only what ends with a frame that runs, or is about
 * to, was called. Without it, lines that call would be seen too often, and what they call too rarely.
 * @param kept frames that the thread still has, below the raw ones
 */
export function addCalled(thread: Memory, kept: u32): void {
  if (Layout.frameStackPointer == ABSENT && Layout.frameStackTop == ABSENT) return;
  const before = Walk.frames;
  addCallees(thread, kept);
  if (Layout.frameStackTop == ABSENT || Walk.frames == before) return;
  const newest = rawFrameAt(0);
  if ((newest.marks & FRAME_RUNNING) == 0 && hasBegun(newest)) dropNewest(Walk.frames - before);
}

/** Whether it's beyond its first instruction. Its code is known. */
function hasBegun(frame: RawFrame): bool {
  return instructionOf(frame) > (codeAt(findCode(frame.code)).firstTraceable as i64);
}

function addCallees(thread: Memory, kept: u32): void {
  for (let added: u32 = 0; added < MAX_CALLED && Walk.frames + kept > 0 && Walk.frames < MAX_FRAMES - 1; added++) {
    const leaf: RawFrame = Walk.frames > 0 ? rawFrameAt(0) : frameOf(thread, kept - 1);
    if ((leaf.marks & (FRAME_OF_GENERATOR | FRAME_RUNNING)) != 0) return;
    const entry = findCode(leaf.code);
    if (entry == NO_CODE || codeAt(entry).state != CODE_READY) return;
    const code = codeAt(entry);
    // At its first instruction it is only about to begin.
    if (instructionOf(leaf) <= (code.firstTraceable as i64)) return;

    const address = endOfFrame(leaf.address, entry);
    const at = datastackFrame(address);
    if (at == UNREADABLE || word(at + Layout.framePrevious) != leaf.address) return;
    if (u8At(at + Layout.frameOwner) != THREAD_OWNER) return;
    const called = codeAtFrame(at);
    const calledEntry = called == 0 ? NO_CODE : findCode(called);
    if (calledEntry == NO_CODE || codeAt(calledEntry).state != CODE_READY) return;
    // The frame of a function that makes a generator is left behind unmarked (RETURN_GENERATOR).
    if (codeAt(calledEntry).generator != 0) return;

    const newest = changetype<usize>(rawFrameAt(0));
    memory.copy(newest + RAW_FRAME_BYTES, newest, Walk.frames * RAW_FRAME_BYTES);
    Walk.frames++;
    noteFrame(0, address, at, called);
  }
}
