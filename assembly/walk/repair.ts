// A copy joins moments: the way from the thread state to the datastack takes longer than a call. In: a thread's raw
// frames. Out: the same, without what had returned when its caller was copied, or with what had been called. What
// the frames say of themselves is newer than the pointer that led to them, and the same memory tells it.
import { MAX_FRAMES } from "../abi/limits";
import { ABSENT, Layout } from "../layouts/layout";
import { CODE_READY, codeAt, findCode, NO_CODE } from "../objects/codes";
import { UNREADABLE } from "../remote/ranges";
import { u8At, word } from "../remote/read";
import { datastackFrame } from "./datastack";
import {
  FRAME_CALLS_DIRECTLY,
  FRAME_OF_GENERATOR,
  FRAME_RUNNING,
  instructionOf,
  noteFrame,
  RAW_FRAME_BYTES,
  rawFrameAt,
  Walk,
} from "./state";

/** Frames that are added above the one that the thread state named. */
const MAX_CALLED: u32 = 64;
/** FRAME_OWNED_BY_THREAD (pycore_frame.h). */
const THREAD_OWNER: u32 = 0;

/**
 * Drop what stands on a frame that runs. A frame that has called another directly keeps its stack pointer, one that runs
 * has none (stacktop -1, 3.11 to 3.13): so nothing stands on the first running frame from the root, other than through C.
 */
export function cutReturned(first: u32): void {
  if (Layout.frameStackTop == ABSENT) return;
  const wanted = FRAME_RUNNING | FRAME_CALLS_DIRECTLY;
  for (let i = Walk.frames; i > first; i--) {
    if ((rawFrameAt(i - 1).marks & wanted) != wanted) continue;
    const dropped = i - 1 - first;
    const from = changetype<usize>(rawFrameAt(i - 1));
    memory.copy(changetype<usize>(rawFrameAt(first)), from, (Walk.frames - dropped - first) * RAW_FRAME_BYTES);
    Walk.frames -= dropped;
    return;
  }
}

/**
 * Add what the leaf has called. Frames on the datastack follow each other without a gap: what the leaf calls lies where
 * its own frame ends, and names it as its caller. From 3.14 on, a frame there that has returned has no code. Up to 3.13
 * it looks as when it ran: adding it makes stacks that never were, while without it a stack is only shorter, as it was
 * when the call began.
 */
export function addCalled(first: u32): void {
  if (Layout.frameStackPointer == ABSENT) return;
  for (let added: u32 = 0; added < MAX_CALLED && Walk.frames > first && Walk.frames < MAX_FRAMES - 1; added++) {
    const leaf = rawFrameAt(first);
    if ((leaf.marks & FRAME_OF_GENERATOR) != 0) return;
    const entry = findCode(leaf.code);
    if (entry == NO_CODE || codeAt(entry).state != CODE_READY) return;
    const code = codeAt(entry);
    // At its first instruction it is only about to begin.
    if (instructionOf(leaf) <= (code.firstTraceable as i64)) return;

    const address = leaf.address + ((code.frameWords * Layout.wordSize) as u64);
    const at = datastackFrame(address);
    if (at == UNREADABLE || word(at + Layout.framePrevious) != leaf.address) return;
    if (u8At(at + Layout.frameOwner) != THREAD_OWNER) return;
    const called = word(at + Layout.frameExecutable) & ~(Layout.tagMask as u64);
    const calledEntry = called == 0 ? NO_CODE : findCode(called);
    if (calledEntry == NO_CODE || codeAt(calledEntry).state != CODE_READY) return;
    // The frame of a function that makes a generator is left behind unmarked (RETURN_GENERATOR).
    if (codeAt(calledEntry).generator != 0) return;

    leaf.marks |= FRAME_CALLS_DIRECTLY;
    const from = changetype<usize>(leaf);
    memory.copy(from + RAW_FRAME_BYTES, from, (Walk.frames - first) * RAW_FRAME_BYTES);
    Walk.frames++;
    noteFrame(first, address, at, called, 0);
  }
}
